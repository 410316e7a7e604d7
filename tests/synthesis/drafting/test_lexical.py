"""What every proposal must promise, whatever the notes are."""

import random
import subprocess
import sys

import pytest

from synthesis.drafting.corpus import Corpus
from synthesis.drafting.extract import pick_kern, quotability
from synthesis.drafting.lexical import LexicalDrafter, more_like
from synthesis.drafting.types import Notitie

ONDERWERPEN = {
    "school": "vakmensen opleiden op school, leerlingen en docenten, meer praktijk in het onderwijs",
    "regels": "regeldruk en vergunningen, te veel regels, procedures duren lang bij de gemeente",
    "wonen": "betaalbare woningen voor starters, woningbouw loopt vast, huren zijn te hoog",
}


def sample(seed=1, number=36):
    """Notes about three subjects, each a random half of that subject's words."""
    chance = random.Random(seed)
    notes = []
    for index in range(number):
        subject = list(ONDERWERPEN)[index % 3]
        pool = ONDERWERPEN[subject].replace(",", "").split()
        text = " ".join(chance.sample(pool, 6))
        notes.append(Notitie(f"{subject}-{index:02}", text, tafel=index % 8, letterlijk=index % 5 == 0))
    return notes


def drafter(notes):
    return LexicalDrafter(Corpus([note.tekst for note in notes]))


def placed(concepts):
    return sorted(note for concept in concepts for note in concept.bijdragen)


def test_every_note_is_in_exactly_one_concept():
    notes = sample()
    assert placed(drafter(notes).draft(notes)) == sorted(note.id for note in notes)


def test_subjects_are_told_apart():
    notes = sample()
    for concept in drafter(notes).draft(notes, aantal=3):
        assert len({note.split("-")[0] for note in concept.bijdragen}) == 1


def test_draft_is_deterministic_and_independent_of_order():
    notes = sample()
    first = drafter(notes).draft(notes, stelling="Wonen en werken")
    for seed in range(5):
        shuffled = notes.copy()
        random.Random(seed).shuffle(shuffled)
        assert drafter(shuffled).draft(shuffled, stelling="Wonen en werken") == first


def test_breadth_counts_tables_once_and_speakers_never():
    notes = [
        Notitie("a", "vergunningen duren lang", tafel=1),
        Notitie("b", "vergunningen duren te lang", tafel=1),
        Notitie("c", "lange vergunningen", tafel=None),
    ]
    (concept,) = drafter(notes).draft(notes)
    assert concept.breedte == 1


def test_quotes_come_only_from_notes_heard_verbatim():
    notes = sample()
    verbatim = {note.id for note in notes if note.letterlijk}
    quotes = {note for concept in drafter(notes).draft(notes) for note in concept.quotes}
    assert quotes
    assert quotes <= verbatim


def test_notes_without_content_words_are_kept_apart_as_loose():
    notes = [*sample(), Notitie("x", "ja, dat dus", tafel=3), Notitie("y", "👍", tafel=4)]
    last = drafter(notes).draft(notes)[-1]
    assert (last.los, last.bijdragen, last.label, last.breedte) == (True, ("x", "y"), "losse notities", 2)


@pytest.mark.parametrize("seed", range(12))
def test_what_a_person_placed_is_never_moved(seed):
    chance = random.Random(seed)
    notes = [
        Notitie(n.id, n.tekst, n.tafel, groep=chance.choice([None, "g1", "g2", "g3"]))
        for n in sample(seed, 3 + seed * 4)
    ]
    concepts = drafter(notes).draft(notes, aantal=chance.choice([None, 2, 5]))
    assert placed(concepts) == sorted(note.id for note in notes)
    home = {note: number for number, concept in enumerate(concepts) for note in concept.bijdragen}
    for group in ("g1", "g2", "g3"):
        assert len({home[note.id] for note in notes if note.groep == group}) <= 1
    for concept in concepts:
        groups = {note.groep for note in notes if note.id in concept.bijdragen and note.groep}
        assert len(groups) <= 1
        assert concept.groep == (groups.pop() if groups else None)


@pytest.mark.parametrize("aantal", [2, 3, 5])
def test_wanted_number_counts_what_people_made(aantal):
    """As far as that can be: three draden of people are never fewer than three."""
    notes = [
        Notitie(n.id, n.tekst, n.tafel, groep=f"g{i}" if i < 3 else None) for i, n in enumerate(sample())
    ]
    concepts = drafter(notes).draft(notes, aantal=aantal)
    assert 3 <= len(concepts) <= max(aantal, 3)


def test_other_notes_go_with_what_people_placed():
    """Two draden of people in what looks like one theme: each takes the notes that look most like its own."""
    texts = {
        "bus": [
            "de bus rijdt niet in het dorp",
            "geen bus na zeven uur in het dorp",
            "dorp zonder bus is stil",
        ],
        "winkel": [
            "de winkel sluit in het dorp",
            "geen winkel meer in het dorp",
            "dorp zonder winkel is leeg",
        ],
    }
    notes = [
        Notitie(f"{subject}{n}", text, n, groep=subject if n == 0 else None)
        for subject, own in texts.items()
        for n, text in enumerate(own)
    ]
    found = {c.groep: set(c.bijdragen) for c in drafter(notes).draft(notes, aantal=2)}
    assert found == {subject: {note.id for note in notes if note.id.startswith(subject)} for subject in texts}


def test_placements_and_trefwoorden_count_among_many_notes_too():
    """More notes than fit in a matrix, all alike in words: only people know what belongs together."""
    chance = random.Random(3)
    pool = " ".join(ONDERWERPEN.values()).replace(",", "").split()
    notes = [
        Notitie(
            f"{n:05}",
            " ".join(chance.sample(pool, 6)),
            n % 8,
            trefwoorden=("zorg",) if n % 2 else ("werk",),
            groep={0: "g1", 1: "g2"}.get(n % 100),
        )
        for n in range(2_600)
    ]
    concepts = drafter(notes).draft(notes)
    assert placed(concepts) == sorted(note.id for note in notes)
    home = {note: concept for concept in concepts for note in concept.bijdragen}
    for concept in concepts:
        assert len({note.groep for note in notes if note.groep and home[note.id] is concept}) <= 1
    for groep, odd in (("g1", 0), ("g2", 1)):
        (own,) = (concept for concept in concepts if concept.groep == groep)
        along = [int(note) for note in own.bijdragen if int(note) % 100 > 1]
        assert sum(number % 2 == odd for number in along) > 0.8 * len(along) > 0
    assert drafter(notes).draft(notes[::-1]) == concepts


def test_trefwoord_pulls_notes_together():
    texts = [
        "fiets naar het station",
        "woningen voor starters",
        "fietspad langs de rivier",
        "huurprijs en starters",
    ]
    without = [Notitie(str(i), text, i) for i, text in enumerate(texts)]
    shared = [
        Notitie(str(i), text, i, trefwoorden=("Jeugd",) if i in (0, 1) else ("geld",))
        for i, text in enumerate(texts)
    ]
    groups = [set(c.bijdragen) for c in drafter(shared).draft(shared, aantal=2)]
    assert {"0", "1"} in groups
    assert {"0", "1"} not in [set(c.bijdragen) for c in drafter(without).draft(without, aantal=2)]


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
def test_few_notes_are_no_problem(number):
    notes = sample(number=number)
    assert placed(drafter(notes).draft(notes)) == sorted(note.id for note in notes)


def test_odd_text_is_no_problem():
    texts = [
        "😀 🎉",
        "\x01\x02 regels",
        "\u05e8\u202e\u05d7",
        "woord " * 3400,
        "a",
        "=1+1",
        "ß",
        "'",
        "12345 2050",
    ]
    notes = [Notitie(str(i), text, i) for i, text in enumerate(texts)]
    assert placed(drafter(notes).draft(notes)) == sorted(note.id for note in notes)


def test_five_hundred_times_the_same_note_is_one_subject_at_most_twelve_times():
    notes = [Notitie(f"{i:03}", "vergunningen duren te lang", i % 8) for i in range(500)]
    concepts = drafter(notes).draft(notes)
    assert placed(concepts) == sorted(note.id for note in notes)
    assert len(concepts) <= 12


def test_more_notes_than_fit_in_a_matrix_are_all_placed():
    notes = sample(number=2_600)
    concepts = drafter(notes).draft(notes)
    assert placed(concepts) == sorted(note.id for note in notes)


def test_more_like_ranks_the_same_subject_first():
    notes = sample()
    ranked = more_like(Corpus([note.tekst for note in notes]), notes, ["wonen-02"])
    assert "wonen-02" not in ranked
    assert sum(note.startswith("wonen") for note in ranked[:8]) >= 7


def test_labels_are_words_of_their_notes():
    notes = sample()
    texts = {note.id: note.tekst for note in notes}
    for concept in drafter(notes).draft(notes, aantal=3):
        words = concept.label.lower().split(" en ")
        assert all(any(word in texts[note] for note in concept.bijdragen) for word in words)
        assert concept.label[0].isupper()


def test_spoken_sentence_is_a_better_quote_than_a_report():
    assert quotability("We moeten het gewoon doen, maar wie betaalt?") > quotability(
        "Aan de tafel werd door de deelnemers benadrukt dat het gesprek over de stelling ging."
    )


def test_kern_takes_what_is_said_most():
    texts = ["vergunningen duren lang", "lang wachten op vergunningen", "iets heel anders"]
    assert pick_kern(texts, most=1)[0] in (0, 1)


def test_importing_the_package_does_not_load_numpy():
    code = (
        "import sys, synthesis.drafting; sys.exit('numpy' in sys.modules or 'snowballstemmer' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
