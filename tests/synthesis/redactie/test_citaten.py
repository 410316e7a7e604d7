"""Quotes against the notes that were heard verbatim."""

import random

import pytest

from synthesis.redactie import Check, Notitie, Redactiebron, check_velden

NOTITIES = [
    "Goedkoop is duurkoop.",
    "Wij bouwen 40 huizen per jaar, en dat is veel te weinig.",
    "Waarom zou een jongere hier nog blijven wonen?",
    "De school is het hart van het dorp; zonder school geen kinderen.",
    "Niemand heeft ons in 2019 gevraagd wat wij ervan vonden!",
    "’s Avonds rijdt er geen bus meer, dus oma’s en opa’s zitten thuis.",
    "IJzersterk idee, maar wie betaalt het?",
    "Als je alles regelt, regel je de mensen weg. Dat willen we niet.",
    "Hij zei “doe maar” en liep weg.",
    "Het platteland is geen museum, het is een werkplaats voor morgen",
]
LETTERLIJK = Redactiebron(
    notities=(
        *(
            Notitie(f"{nummer:032x}", tekst, nummer, letterlijk=True)
            for nummer, tekst in enumerate(NOTITIES, 1)
        ),
        Notitie("f" * 32, "Dit is samengevat en niet letterlijk.", tafel=99),
    ),
    besproken=10,
    horizonjaar=2050,
)
MERKEN = ["“{}”", "„{}”", "„{}“", '"{}"', "«{}»", "‘{}’", "'{}'", "”{}”", "\u2039{}\u203a", "“ {} ”"]
IN_EEN_ZIN = [
    "Iemand zei: {}.",
    "{} klonk het aan tafel.",
    "Zo’n zin als {} [n:00000001] blijft hangen.",
    "({})",
]


def flagged(tekst, bron=LETTERLIJK):
    return [een.woorden for een in check_velden({"tekst": tekst}, bron) if een.check == Check.CITAAT]


def styled(citaat, rng):
    """Another style of marks (also inside), other white space, another first capital, a full stop or comma more or less."""
    citaat = citaat.translate(str.maketrans("’“”", rng.choice(["’“”", '\'""', "’‘’"])))
    if rng.random() < 0.5:
        citaat = rng.choice([str.lower, str.upper])(citaat[0]) + citaat[1:]
    if citaat[-1] in ".,":
        citaat = citaat[:-1] + rng.choice([".", ",", ""])
    elif citaat[-1].isalpha():
        citaat += rng.choice(["", ".", ","])
    woorden = citaat.split(" ")
    wit = ["\n", "  ", "\u00a0", " \n "]
    return "".join(woord + (rng.choice(wit) if rng.random() < 0.2 else " ") for woord in woorden).strip()


def test_none_of_two_hundred_true_quotes_is_refused():
    rng = random.Random(20261124)
    refused = []
    for beurt in range(200):
        citaat = styled(NOTITIES[beurt % len(NOTITIES)], rng)
        merk = rng.choice(MERKEN)
        if "Hij zei" in NOTITIES[beurt % len(NOTITIES)] and merk.strip("{} ")[0] in "‘'\u2039":
            citaat = citaat.replace('"', "‘", 1).replace('"', "’")
        tekst = rng.choice(IN_EEN_ZIN).format(merk.format(citaat))
        if flagged(tekst):
            refused.append(tekst)
    assert refused == []


def _words(citaat):
    return citaat.split(" ")


def _swap_neighbours(citaat, rng):
    woorden = _words(citaat)
    plek = rng.randrange(len(woorden) - 1)
    woorden[plek], woorden[plek + 1] = woorden[plek + 1], woorden[plek]
    return " ".join(woorden)


def _drop_word(citaat, rng):
    woorden = _words(citaat)
    del woorden[rng.randrange(len(woorden))]
    return " ".join(woorden)


def _drop_last(citaat, rng):
    return " ".join(_words(citaat)[:-1])


def _drop_first(citaat, rng):
    return " ".join(_words(citaat)[1:])


def _other_word(citaat, rng):
    woorden = _words(citaat)
    woorden[rng.randrange(len(woorden))] = rng.choice(["gemeente", "altijd", "misschien", "wij", "dorpen"])
    return " ".join(woorden)


def _deny(citaat, rng):
    woorden = _words(citaat)
    woorden.insert(rng.randrange(len(woorden) + 1), rng.choice(["niet", "geen", "nooit"]))
    return " ".join(woorden)


def _letter(citaat, rng):
    plek = rng.choice([i for i, teken in enumerate(citaat) if teken.isalpha() and i > 2])
    return citaat[:plek] + rng.choice([x for x in "aeioubdkst" if x != citaat[plek]]) + citaat[plek + 1 :]


def _drop_letter(citaat, rng):
    plek = rng.choice([i for i, teken in enumerate(citaat) if teken.isalpha()])
    return citaat[:plek] + citaat[plek + 1 :]


def _inner_capital(citaat, rng):
    plek = rng.choice([i for i, teken in enumerate(citaat) if teken.islower() and i > 2])
    return citaat[:plek] + citaat[plek].upper() + citaat[plek + 1 :]


def _number(citaat, rng):
    return (
        citaat.translate(str.maketrans("0123456789", "1234567890"))
        if any(t.isdigit() for t in citaat)
        else None
    )


def _inner_punctuation(citaat, rng):
    plekken = [i for i, teken in enumerate(citaat[:-1]) if teken in ",;?"]
    if not plekken:
        return None
    plek = rng.choice(plekken)
    return citaat[:plek] + rng.choice(["", ":", " –"]) + citaat[plek + 1 :]


def _comma_more(citaat, rng):
    woorden = _words(citaat)
    plek = rng.randrange(len(woorden) - 1)
    if not woorden[plek][-1].isalpha():
        return None
    woorden[plek] += ","
    return " ".join(woorden)


def _stack(citaat, rng):
    return f"{citaat} {rng.choice(['Dat vond iedereen.', 'Echt waar.', 'En zo is het'])}"


def _tone(citaat, rng):
    return citaat[:-1] + {"?": ".", "!": "?", ".": "!"}.get(citaat[-1], citaat[-1] + "?")


def _accent(citaat, rng):
    return citaat.replace("e", "é", 1) if "e" in citaat else None


def _glue(citaat, rng):
    return citaat.replace(" ", "", 1)


ALTERATIONS = [
    _swap_neighbours, _drop_word, _drop_last, _drop_first, _other_word, _deny, _letter, _drop_letter, _inner_capital,
    _number, _inner_punctuation, _comma_more, _stack, _tone, _accent, _glue,
]  # fmt: skip


def _whole(tekst):
    return (
        " ".join(tekst.replace("“", "'").replace("”", "'").replace("’", "'").split()).rstrip(".,").casefold()
    )


def altered(rng):
    """(alteration, quote that nobody said), without end."""
    echt = {_whole(tekst) for tekst in NOTITIES}
    echt |= {
        "als je alles regelt, regel je de mensen weg",
        "dat willen we niet",
    }  # a whole sentence of a note
    while True:
        alter, citaat = rng.choice(ALTERATIONS), rng.choice(NOTITIES)
        new = alter(citaat, rng)
        if new is None or (alter is not _inner_capital and _whole(new) in echt):
            continue
        yield alter.__name__, new


def test_none_of_two_hundred_altered_quotes_passes():
    rng, passed, seen = random.Random(2050), [], set()
    stream = altered(rng)
    for _ in range(200):
        name, citaat = next(stream)
        seen.add(name)
        tekst = rng.choice(IN_EEN_ZIN).format(rng.choice(MERKEN).format(citaat))
        if not flagged(tekst):
            passed.append((name, tekst))
    assert passed == []
    assert len(seen) == len(ALTERATIONS)


@pytest.mark.parametrize("seed", range(10))
def test_and_none_of_two_thousand_more(seed):
    rng = random.Random(seed)
    stream = altered(rng)
    passed = [
        (name, merk)
        for name, citaat in (next(stream) for _ in range(200))
        if not flagged((merk := rng.choice(MERKEN)).format(citaat))
    ]
    assert passed == []


@pytest.mark.parametrize(
    "tekst",
    [
        "De foto’s en auto's van m’n opa, zo'n man; 's avonds en ’s morgens, 't dorp in de jaren '90.",
        "Hans’ idee en Alex' plan: ’t is een kans.",
        "‘s Avonds is het stil, en ‘t is koud.",
        "Geen aanhaling: 5 > 3, en d'r en z’n.",
        "Iemand noemde “Goedkoop is duurkoop” en ‘Goedkoop is duurkoop’ na elkaar.",
        "‘'s Avonds rijdt er geen bus meer, dus oma's en opa's zitten thuis.’",
        "“Als je alles regelt, regel je de mensen weg.”",
        "“Dat willen we niet”",
        "Lege tekens “” zeggen niets.",
    ],
)
def test_apostrophes_are_no_quotes_and_whole_sentences_are(tekst):
    assert flagged(tekst) == []


@pytest.mark.parametrize(
    ("tekst", "woorden"),
    [
        ("Dit is “samengevat”.", "“samengevat”"),
        ("“Dit is samengevat en niet letterlijk.”", "“Dit is samengevat en niet letterlijk.”"),
        ("Het ‘middenbestuur’ van Hans’ dorp", "‘middenbestuur’"),
        ("'80 procent wil weg.' zei men", "'80 procent wil weg.'"),
        ("Hij zei “Goedkoop is duurkoop", "“"),
        ("Goedkoop is duurkoop” zei hij", "”"),
        ("“Goedkoop\n\nis duurkoop”", "“"),
        ("“regel je de mensen weg”", "“regel je de mensen weg”"),
        ("“Als je alles regelt, regel je de mensen weg…”", None),
        ("'t is mooi' zei hij", "'t is mooi'"),
    ],
)
def test_what_nobody_said_so_is_flagged(tekst, woorden):
    assert (flagged(tekst) or [None])[0] == woorden


def test_part_of_a_sentence_is_told_from_a_paraphrase():
    uitleg = [een.uitleg for een in check_velden({"tekst": "“geen museum” en “een museum”"}, LETTERLIJK)]
    assert "stuk van een zin" in uitleg[0]
    assert uitleg[1].startswith("Parafrase")


def test_note_that_is_not_literal_any_more_carries_no_quote():
    noot = Notitie("1" * 32, "Goedkoop is duurkoop.", tafel=1, letterlijk=False)
    assert flagged("“Goedkoop is duurkoop.”", Redactiebron(notities=(noot,))) == ["“Goedkoop is duurkoop.”"]
