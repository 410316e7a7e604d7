"""Words of breadth against the count: at every threshold, in words and in digits."""

import pytest

from synthesis.drafting import breedte_woord
from synthesis.redactie import Check, Notitie, Redactiebron, check_velden
from synthesis.redactie.getalwoorden import in_words

WOORDEN = {
    "alle tafels": ["Aan alle tafels", "Elke tafel", "Iedere tafel"],
    "vrijwel alle tafels": ["Aan vrijwel alle tafels", "Bijna elke tafel", "Vrijwel overal", "Zo goed als alle tafels"],
    "de meeste tafels": ["De meeste tafels", "Het merendeel van de tafels", "Een meerderheid van de tafels"],
    "meerdere tafels": ["Aan meerdere tafels", "Verschillende tafels", "Diverse tafels"],
    "enkele tafels": ["Aan enkele tafels", "Een paar tafels", "Sommige tafels"],
    "één tafel": ["Aan één tafel", "Slechts een tafel", "Een enkele tafel", "Een van de tafels"],
    "geen tafel": ["Geen tafel", "Geen enkele tafel", "Aan geen van de tafels"],
}  # fmt: skip
PAREN = [(steun, besproken) for besproken in range(1, 41) for steun in range(besproken + 1)]


def bron(steun, besproken, **more):
    noten = tuple(Notitie(f"{nummer:032x}", "Iets.", tafel=nummer) for nummer in range(1, steun + 1))
    return Redactiebron(notities=noten, besproken=besproken, tafels=besproken, **more)


def flagged(tekst, of):
    return [een.woorden for een in check_velden({"tekst": tekst}, of) if een.check == Check.BREEDTE]


def test_every_word_is_right_at_every_threshold_from_one_table_to_forty():
    wrong = []
    for steun, besproken in PAREN:
        of = bron(steun, besproken)
        for woord, zinnen in WOORDEN.items():
            for zin in zinnen:
                if bool(flagged(f"{zin} klonk het.", of)) is (woord == breedte_woord(steun, besproken)):
                    wrong.append((zin, steun, besproken))
    assert wrong == []


def test_every_number_is_right_from_one_table_to_forty():
    wrong = []
    for steun, besproken in PAREN:
        of = bron(steun, besproken)
        for getal in {2, 3, 12, 22, 40, *range(max(2, steun - 1), steun + 2)}:
            for hoe in (str(getal), in_words(getal)):
                if bool(flagged(f"Aan {hoe} tafels klonk het.", of)) is (getal == steun):
                    wrong.append((hoe, steun, besproken))
                if bool(flagged(f"Ten minste {hoe} tafels zeiden het.", of)) is (steun >= getal):
                    wrong.append(("ten minste", hoe, steun, besproken))
    assert wrong == []


def test_count_beside_the_word_is_held_against_both_numbers():
    for steun, besproken in PAREN:
        of = bron(steun, besproken)
        for n in {1, 2, steun, steun + 1}:
            for m in {2, besproken, besproken + 1}:
                right = (n, m) == (steun, besproken)
                assert bool(flagged(f"Dit kwam terug ({n} van {m}).", of)) is not right
                if n > 1:
                    assert bool(flagged(f"Aan {n} van de {m} tafels.", of)) is not right
                    assert bool(flagged(f"Aan {in_words(n)} van {in_words(m)} tafels.", of)) is not right


@pytest.mark.parametrize(
    ("tekst", "steun", "besproken", "fout"),
    [
        ("Niet alle tafels zagen dat.", 7, 8, []),
        ("Niet aan elke tafel klonk dat.", 8, 8, ["Niet aan elke tafel"]),
        ("Op één na alle tafels.", 7, 8, []),
        ("Op een na alle tafels.", 6, 8, ["Op een na alle tafels"]),
        ("Alle acht de tafels.", 8, 8, []),
        ("Alle 8 tafels.", 7, 8, ["Alle 8 tafels"]),
        ("Beide tafels vonden dat.", 2, 2, []),
        ("Ongeveer acht tafels.", 7, 9, []),
        ("Meer dan zes tafels.", 7, 9, []),
        ("Hooguit drie tafels.", 4, 9, ["Hooguit drie tafels"]),
        ("De helft van de tafels.", 4, 8, []),
        ("Ruim de helft van de tafels.", 4, 8, ["Ruim de helft van de tafels"]),
        ("75 % van de tafels.", 6, 8, []),
        ("80% van de tafels.", 6, 8, ["80% van de tafels"]),
        ("Een kwart van de tafels.", 2, 8, []),
        ("Wat de acht tafels zeiden.", 3, 8, []),
        ("Wat de negen tafels zeiden.", 3, 8, ["negen tafels"]),
        ("Aan een aantal tafels.", 3, 8, []),
        ("Een aantal tafels.", 7, 8, ["Een aantal tafels"]),
        ("Zij zaten aan een tafel, en tafel 3 was stil. Alle mensen. De tafels. Overal.", 5, 8, []),
        ("vrijwel\n alle  tafels", 1, 8, ["vrijwel\n alle  tafels"]),
        ("Tafelstellingen en alle tafelspraak.", 1, 8, []),
    ],
)  # fmt: skip
def test_ways_of_saying_it(tekst, steun, besproken, fout):
    assert flagged(tekst, bron(steun, besproken)) == fout


def test_sentence_with_references_may_speak_of_just_those_notes():
    of = bron(5, 8)
    een, twee = (f"[n:{nummer:08x}]" for nummer in (1, 2))
    assert flagged(f"Aan één tafel klonk twijfel {een}.", of) == []
    assert flagged(f"Aan één tafel klonk twijfel. {een} Daarna niet meer.", of) == []
    assert flagged(f"Aan één tafel klonk twijfel. Dat zei men {een}.", of) == ["één tafel"]
    assert flagged(f"Aan één tafel klonk twijfel {een}{twee}.", of) == ["één tafel"]
    assert flagged(f"Aan alle tafels klonk twijfel {een}{twee}.", of) == ["alle tafels"]
    assert flagged("Aan één tafel klonk twijfel [n:99999999].", of) == ["één tafel"]


def test_opposing_notes_and_speakers_do_not_count():
    noten = (
        Notitie("1" * 32, "Ja.", tafel=1),
        Notitie("2" * 32, "Nee.", tafel=2, tegen=True),
        Notitie("3" * 32, "Spreker.", tafel=None),
    )
    of = Redactiebron(notities=noten, besproken=3)
    assert flagged("Eén tafel zei het.", of) == []
    assert flagged("Enkele tafels zeiden het.", of) == ["Enkele tafels"]


def test_another_count_or_sentence_is_another_warning_and_the_same_is_the_same():
    def prints(tekst, steun):
        return [een.vingerafdruk for een in check_velden({"tekst": tekst}, bron(steun, 8))]

    tekst = "Alle tafels wilden dat."
    assert prints(tekst, 3) == prints(tekst, 3)
    assert prints(tekst, 3) == prints(f"Vooraf. {tekst} En daarna.", 3)
    assert prints(tekst, 3) != prints(tekst, 4)
    assert prints(tekst, 3) != prints("Alle tafels wilden dit.", 3)
    assert len(set(prints(f"{tekst} Dus alle tafels.", 3))) == 2
