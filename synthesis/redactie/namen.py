"""Names of guests: what they said is in the report, who said it is not. A speaker's name may stand there."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from synthesis.redactie.types import Redactiebron
from synthesis.redactie.zinnen import is_sentence_start

_WOORD = re.compile(r"[^\W\d_]+(?:[’'.-][^\W\d_]+)*\.?", re.UNICODE)
_TUSSEN = frozenset("van de der den het ter ten te 't ’t in op aan bij la le du von el al vd v/d".split())
_TITELS = frozenset("dhr mevr mw dr drs ir ing mr prof heer mevrouw meneer de".split())
_GEWOON = frozenset(
    """
    appel bakker beek berg bloem boer boom bos brand brug burg dam dijk dorp eik graaf groen groot goed haan heide
    hof hoek huis jager jong kamp kerk klein koning koster kort kruis kuiper land lang linden maas meer meester
    meijer mei molenaar mulder nacht noord oost oud polder poort post prins raad rijk ring roos schipper schouten
    slager smit snel staal stad steen sterk straat tuin veen veld visser vos vrij water weide werk west wijn
    winter wit wolf zand zee zomer zuid zwart
    """.split()
)
"""Surnames that are words as well: with a capital at the start of a sentence they say nothing."""


def _bare(woord: str) -> str:
    return woord.rstrip(".").casefold()


def _words(naam: str) -> list[str]:
    return [woord for woord in naam.replace(",", " ").split() if _bare(woord) not in _TITELS - {"de"}]


def _surname(woorden: list[str]) -> list[str]:
    """Without first names and what stands between: Jan van der Berg → Berg; of one word that word."""
    achter = woorden[1:] or woorden
    while len(achter) > 1 and _bare(achter[0]) in _TUSSEN:
        achter = achter[1:]
    return achter


class _Namen:
    """Names by their first word, so that a text is walked once however many guests there are."""

    def __init__(self, namen: Iterable[list[str]]) -> None:
        self.per_woord: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for woorden in namen:
            if woorden and len(woorden[-1].rstrip(".")) > 1:
                sleutel = tuple(_bare(woord) for woord in woorden)
                self.per_woord[sleutel[0]].add(sleutel)

    def at(self, woorden: list[str], plek: int) -> int:
        """How many words from *plek* on are one of the names; 0 when none is."""
        for naam in sorted(self.per_woord.get(woorden[plek], ()), key=len, reverse=True):
            if tuple(woorden[plek : plek + len(naam)]) == naam:
                return len(naam)
        return 0


def check_namen(kaal: str, bron: Redactiebron) -> Iterator[tuple[int, int, str, str]]:
    """Guests in *kaal*: the whole name however it is written, the surname alone when it has a capital.

    From, to, why, nothing. A surname is let go where it is as likely a word: in a text of the programme, or at the start
    of a sentence when the notes know it as a word.
    """
    gasten = [woorden for naam in bron.gasten if (woorden := _words(naam))]
    if not gasten:
        return
    sprekers = [woorden for naam in bron.sprekers if (woorden := _words(naam))]
    tekens = list(_WOORD.finditer(kaal))
    woorden = [_bare(teken[0]) for teken in tekens]
    heel = _Namen(naam for naam in gasten if len(naam) > 1)
    achter = _Namen(deel for naam in gasten for deel in _parts(_surname(naam)))
    mag, mag_achter = _Namen(sprekers), _Namen(_surname(naam) for naam in sprekers)
    programma = {woord for tekst in bron.bronteksten for woord in _capitals(tekst)}
    klein = _GEWOON | {
        teken[0] for noot in bron.notities for teken in _WOORD.finditer(noot.tekst) if teken[0].islower()
    }
    plek = 0
    while plek < len(woorden):
        van, eigen = tekens[plek].start(), False
        lang = heel.at(woorden, plek) if not mag.at(woorden, plek) else 0
        if not lang and (lang := mag.at(woorden, plek) or mag_achter.at(woorden, plek)):
            eigen = True
        elif not lang and tekens[plek][0][:1].isupper() and (lang := achter.at(woorden, plek)):
            gewoon = woorden[plek] in klein and is_sentence_start(kaal, van)
            eigen = woorden[plek] in programma or gewoon
        if lang and not eigen:
            tot = tekens[plek + lang - 1].end()
            tot -= kaal[tot - 1] == "."
            yield van, tot, "Dit lijkt de naam van een gast. Wie het zei, hoort niet in het verslag.", ""
        plek += max(1, lang)


def _parts(achternaam: list[str]) -> Iterator[list[str]]:
    """A double surname, and each half of it."""
    yield achternaam
    if len(achternaam) == 1 and "-" in achternaam[0]:
        yield from ([deel] for deel in achternaam[0].split("-") if len(deel) > 2)


def _capitals(tekst: str) -> Iterator[str]:
    return (_bare(teken[0]) for teken in _WOORD.finditer(tekst) if teken[0][:1].isupper())
