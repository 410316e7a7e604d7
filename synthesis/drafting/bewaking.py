"""What a language model says, held against the notes: what they do not bear out never reaches a page.

Ids exist and are placed once. Every sentence cites notes of its own draad, and has no content word, name, number, word of
quantity or denial that does not stand in them; what it says in one breath stands in one sentence of one of them, that denies
as it does. A quote stands in a note that was heard verbatim, letter for letter. Breadth
is counted by us, so a sentence that speaks of tables or participants goes. What a person placed stays there.

These are rules about words. "A slows B" and "B slows A" use the same ones, so a person reads every proposal.
"""

import functools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from synthesis.drafting.labels import name_themes
from synthesis.drafting.types import Concept, Notitie
from synthesis.drafting.vraag import Antwoord, Draadantwoord, Vraag, Zin
from synthesis.drafting.words import FUNCTION, stem

LOSSE_NOTITIES = "losse notities"
MAX_TITEL, MAX_ZIN, MAX_POOL, MAX_KERNVRAAG = 80, 400, 200, 300

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PLAIN = re.compile(r"[^\W_]|[ .,;:!?'’‘\"“”„«»()\-–—…%€&/+]")
"""A letter or digit of any script (those have to stand in a note), or punctuation; nothing that makes a link or a tag."""
_BREADTH = frozenset(
    """
    tafel tafels tafelgesprek tafelgesprekken deelnemer deelnemers deelneemster deelneemsters gast gasten aanwezige
    aanwezigen groep groepen zaal unaniem eensgezind consensus eens meerderheid minderheid diner diners denkdiner denkdiners
    """.split()
)
"""Who says how many agreed. Counted by the app, never taken from a text."""
_QUANTITY = frozenset(
    """
    alle alles allemaal allen iedereen ieder iedere elk elke niemand meeste meest helft half halve dubbel dubbele meerdere
    enkele sommige veel vele weinig minder meer altijd nooit overal nergens vrijwel bijna vaak soms meestal steeds breed
    brede procent keer eerst eerste tweede derde vierde vijfde laatste beide alleen enkel volledig geheel gehele hele
    """.split()
)
_NUMERAL = re.compile(
    r"(?:^(?:één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)|tien|tig|honderd|duizend|miljoen|miljard)"
    r"(?:de|ste|en)?$"
)
"""A number in words, or what ends as one: it has to stand in a note just so."""
_DENIAL = frozenset("niet geen nooit niemand nergens niets zonder noch nauwelijks nee".split())
_SOURCE = frozenset("volgens aldus zegt zei zeggen vindt vond stelt stelde".split())
"""Puts words in somebody's mouth."""
_HARD = _QUANTITY | _DENIAL | _SOURCE
_GLUE = (
    FUNCTION
    - _HARD
    - frozenset(
        """
        groot grote goed goede nodig mogelijk belangrijk duidelijk sterk tegen tegenover snel pas best vrij zeker slechts
        misschien wellicht eigenlijk gewoon ooit ongeveer relatief divers diverse verschillend verschillende nieuw jaar tijd
        gebied aantal deel vorm soort zaak moment punt lijn manier wijze samen
        """.split()
    )
)
"""Words that say nothing by themselves; every other one has to stand in the notes."""
_SINGLE = dict.fromkeys(
    map(ord, '"`\u00ab\u00bb\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f'), "'"
) | dict.fromkeys(map(ord, "–\u2014"), "-")
_QUOTED = re.compile(r"[\"“”„«»]|(?<!\w)['‘’](?=\w)|(?<=[\w.!?])['’‘](?!\w)")
_ELIDED = re.compile(r"(?<!\w)['’‘](?:s|t|n|m|k|r)(?!\w)")


@dataclass(frozen=True, slots=True)
class Bewaakt:
    """What was left of an answer, and how much of each kind was left out."""

    concepten: list[Concept]
    weggelaten: Counter[str] = field(default_factory=Counter)


def guard(antwoord: Antwoord, vraag: Vraag, notities: Sequence[Notitie], *, stelling: str = "") -> Bewaakt:
    """*antwoord* to *vraag* as Concepts of *notities* as they are now: each note in exactly one, loose ones last.

    Notes that came or went, or that a person placed since the question, are as they are now.
    """
    return _Guard(vraag, notities, stelling).check(antwoord)


class _Guard:
    def __init__(self, vraag: Vraag, notities: Sequence[Notitie], stelling: str) -> None:
        self.vraag, self.stelling = vraag, stelling
        self.notes = {note.id: note for note in sorted(notities, key=lambda note: note.id)}
        self.weg: Counter[str] = Counter()

    def check(self, antwoord: Antwoord) -> Bewaakt:
        self.weg["rode draden"] += antwoord.misvormd
        groepen: dict[str, list[str]] = defaultdict(list)
        for note in self.notes.values():
            if note.groep:
                groepen[note.groep].append(note.id)
        placed = {pk for own in groepen.values() for pk in own}
        new: list[tuple[Draadantwoord, list[str]]] = []
        for draad in antwoord.draden:
            groep = self.vraag.draden.get(draad.draad) if draad.draad is not None else None
            own = []
            for nummer in draad.notities:
                pk = self.vraag.notities.get(nummer, "")
                if groep is not None and self.notes.get(pk) and self.notes[pk].groep == groep:
                    continue  # it is there already
                if pk not in self.notes or pk in placed:
                    self.weg["notities"] += 1
                    continue
                placed.add(pk)
                own.append(pk)
            if groep is not None:
                groepen[groep] += own
            elif own:
                new.append((draad, own))
            else:
                self.weg["rode draden"] += 1
        loose = [pk for pk in self.notes if pk not in placed]
        names = self._own_names([own for _, own in new])
        found = [self._concept(draad, own, names[n]) for n, (draad, own) in enumerate(new)]
        found += [
            Concept("", tuple(own), self._breadth(own), groep=groep) for groep, own in sorted(groepen.items())
        ]
        found.sort(key=lambda c: (-c.breedte, -len(c.bijdragen), c.label, c.bijdragen))
        if loose:
            found.append(Concept(LOSSE_NOTITIES, tuple(loose), self._breadth(loose), los=True))
        return Bewaakt(found, +self.weg)

    def _own_names(self, groups: list[list[str]]) -> dict[int, str]:
        """Names of our own, for when a title does not hold."""
        labels = [number for number, own in enumerate(groups) for _ in own]
        return name_themes([self.notes[pk].tekst for own in groups for pk in own], labels) if labels else {}

    def _breadth(self, own: Iterable[str]) -> int:
        return len({self.notes[pk].tafel for pk in own} - {None})

    def _concept(self, draad: Draadantwoord, own: list[str], name: str) -> Concept:
        concept = Concept(label=name, bijdragen=tuple(own), breedte=self._breadth(own))
        if self._names(draad.titel, own):
            concept = replace(concept, label=_tidy(draad.titel))
        else:
            self.weg["titels"] += 1
        zinnen = []
        for zin in draad.zinnen:
            if self._says(zin, own):
                zinnen.append(_sentence(zin.tekst))
            else:
                self.weg["zinnen"] += 1
        quotes = []
        for citaat in draad.citaten:
            pk = self._quoted(citaat, own)
            if pk is None:
                self.weg["citaten"] += 1
            elif pk not in quotes:
                quotes.append(pk)
        concept = replace(concept, tekst=" ".join(zinnen), quotes=tuple(quotes))
        if draad.spanning is not None:
            concept = self._with_spanning(concept, draad.spanning, own)
        if draad.kernvraag:
            vraag = _tidy(draad.kernvraag)
            bron = [*self._texts(own), self.stelling]
            fits = vraag.endswith("?") and len(vraag) <= MAX_KERNVRAAG and not _quotes(vraag)
            if fits and borne_out(vraag, bron):
                concept = replace(concept, kernvraag=vraag)
            else:
                self.weg["kernvragen"] += 1
        return concept

    def _with_spanning(self, concept: Concept, spanning: tuple[Zin, Zin], own: list[str]) -> Concept:
        kanten = tuple(self._cited(kant, own) for kant in spanning)
        if (
            all(kanten)
            and not set(kanten[0]) & set(kanten[1])
            and all(self._says(kant, own, most=MAX_POOL) for kant in spanning)
        ):
            return replace(
                concept,
                polen=(_tidy(spanning[0].tekst), _tidy(spanning[1].tekst)),
                kanten=(tuple(kanten[0]), tuple(kanten[1])),
            )
        self.weg["spanningen"] += 1
        return concept

    def _cited(self, zin: Zin, own: list[str]) -> list[str]:
        return [
            pk
            for pk in dict.fromkeys(self.vraag.notities.get(nummer, "") for nummer in zin.notities)
            if pk in own
        ]

    def _texts(self, pks: Iterable[str]) -> list[str]:
        return [self.notes[pk].tekst for pk in pks]

    def _says(self, zin: Zin, own: list[str], most: int = MAX_ZIN) -> bool:
        cited = self._cited(zin, own)
        if len(zin.tekst) > most or not borne_out(zin.tekst, self._texts(cited)):
            return False  # without a source nothing is borne out
        if not in_one_breath(zin.tekst, self._texts(cited)):
            return False
        heard = [self.notes[pk].tekst for pk in cited if self.notes[pk].letterlijk]
        return all(any(verbatim(stuk, tekst) for tekst in heard) for stuk in _quotes(zin.tekst))

    def _names(self, titel: str, own: list[str]) -> bool:
        """A title is borne out by its notes, and by more than one of them where there are three: else it names that one."""
        teksten = self._texts(own)
        if not 0 < len(_tidy(titel)) <= MAX_TITEL or _quotes(titel) or not borne_out(titel, teksten):
            return False
        ontkent = _denies(titel)
        kant = [stuk for tekst in teksten for stuk in _pieces(tekst) if _denies(stuk) == ontkent]
        if not all(any(_has(word, stuk) for stuk in kant) for word in _content(titel) if word not in _DENIAL):
            return False  # "geen bus" is no note about a bus
        having = sum(any(_has(word, tekst) for word in _content(titel)) for tekst in teksten)
        return having > 1 or len(own) < 3

    def _quoted(self, citaat: Zin, own: list[str]) -> str | None:
        pk = self.vraag.notities.get(citaat.notities[0], "")
        if pk in own and self.notes[pk].letterlijk and verbatim(citaat.tekst, self.notes[pk].tekst):
            return pk
        return None


# --- rules about words -------------------------------------------------------------------------------------------------
def borne_out(tekst: str, bronnen: Sequence[str]) -> bool:
    """Does everything that *tekst* says in words stand in *bronnen*? See the top of this file."""
    tekst = unicodedata.normalize("NFC", tekst)
    bronnen = [unicodedata.normalize("NFC", bron) for bron in bronnen]
    if not all(_PLAIN.match(teken) for teken in _tidy(tekst)):
        return False
    said = _words(tekst)
    source = {word for bron in bronnen for word in _words(bron)}
    if not _content(tekst) or _BREADTH & set(said):
        return False
    for word in said:
        hard = word in _HARD or any(teken.isnumeric() for teken in word) or _NUMERAL.search(word)
        if hard and word not in source:
            return False
    if not _numbers(tekst) <= {number for bron in bronnen for number in _numbers(bron)}:
        return False
    if not _names_in(tekst) <= source:
        return False
    return all(any(_has(word, bron) for bron in bronnen) for word in _content(tekst))


_EINDE = re.compile(r"(?<=[.!?…])\s+|[;\n]+|,?\s+(?:maar|terwijl)\s+")
_ADEM = re.compile(r"[,;:]\s+|,?\s+(?:maar|terwijl)\s+")


def in_one_breath(zin: str, bronnen: Sequence[str]) -> bool:
    """Does each clause of *zin* stand, with all its words, in one sentence of *bronnen* that denies when it denies?

    Words of two notes together can say what nobody said: "niet veilig" of one and "veilig" of another are no claim.
    """
    stukken = [stuk for bron in bronnen for stuk in _pieces(bron)]
    return all(
        any(_denies(stuk) == _denies(deel) and borne_out(deel, [stuk]) for stuk in stukken)
        for deel in _clauses(zin)
    )


def _pieces(bron: str) -> list[str]:
    return [stuk for stuk in _EINDE.split(_tidy_lines(bron)) if stuk.strip()]


def _clauses(zin: str) -> list[str]:
    """What is said in one breath; a word by itself belongs to what comes after it, and at the end to what came before."""
    delen: list[str] = []
    for deel in _ADEM.split(_tidy(zin)):
        if delen and len(_content(delen[-1])) < 2:
            delen[-1] += f", {deel}"
        else:
            delen.append(deel)
    if len(delen) > 1 and len(_content(delen[-1])) < 2:
        delen[-2:] = [f"{delen[-2]}, {delen[-1]}"]
    return delen


def _denies(tekst: str) -> bool:
    return not _DENIAL.isdisjoint(_words(unicodedata.normalize("NFC", tekst)))


def verbatim(citaat: str, notitie: str) -> bool:
    """Does *citaat* stand in *notitie*, word for word? The style of quotation marks, white space and capitals aside."""
    wanted = _flat(citaat)
    return (
        len(wanted.split()) >= 2
        and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", _flat(notitie)) is not None
    )


def _flat(tekst: str) -> str:
    return " ".join(unicodedata.normalize("NFC", tekst).translate(_SINGLE).split()).strip(" .'").casefold()


def _tidy(tekst: str) -> str:
    return " ".join(unicodedata.normalize("NFC", tekst).split())


def _tidy_lines(tekst: str) -> str:
    return "\n".join(" ".join(regel.split()) for regel in unicodedata.normalize("NFC", tekst).splitlines())


def _sentence(tekst: str) -> str:
    tekst = _tidy(tekst)
    return tekst if tekst.endswith((".", "!", "?", "…")) else tekst + "."


@functools.lru_cache(2_000)
def _words(tekst: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(tekst))


def _content(tekst: str) -> list[str]:
    return [word for word in _words(tekst) if word not in _GLUE]


def _has(word: str, bron: str) -> bool:
    return any(_akin(word, other) for other in _words(bron))


def _akin(word: str, other: str) -> bool:
    """The same word in another form: the same stem, or the same beginning for the better part of the longest."""
    if word == other:
        return True
    if any(teken.isnumeric() for teken in word):
        return False
    own, its = stem(word).removesuffix("t"), stem(other).removesuffix("t")
    if own == its and len(own) > 2:
        return True
    shared = next(
        (n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other))
    )
    return shared >= max(5, 0.7 * max(len(word), len(other)))


_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*\s?%?")


def _numbers(tekst: str) -> set[str]:
    """Written in digits, as a whole: 1.800 is not 1 and not 800, and 18 is not 18 %."""
    return {number.replace(" ", "") for number in _NUMBER.findall(tekst)}


def _names_in(tekst: str) -> set[str]:
    """Words with a capital inside a sentence, and words in capitals anywhere."""
    found = set()
    for match in _WORD.finditer(tekst):
        word = match.group()
        first = re.search(r"(?:^|[.!?…]\s+)[\"“„'‘(]*$", tekst[: match.start()]) is not None
        if (word[0].isupper() and not first) or (len(word) > 1 and word.isupper()):
            found.add(word.lower())
    return found


def _quotes(tekst: str) -> list[str]:
    """What stands between quotation marks; the whole text when they do not come in pairs."""
    marks = list(_QUOTED.finditer(_ELIDED.sub(lambda m: "x" * len(m.group()), tekst)))
    if len(marks) % 2:
        return [tekst]
    return [tekst[a.end() : b.start()] for a, b in zip(marks[::2], marks[1::2], strict=True)]


_WAAROM = {
    "zinnen": ("1 zin", "zo in de notities die erbij horen"),
    "citaten": ("1 citaat", "letterlijk in een notitie"),
    "titels": ("1 titel", "met die woorden in de notities"),
    "spanningen": ("1 spanning", "met die twee kanten in de notities"),
    "kernvragen": ("1 kernvraag", "met die woorden in de notities"),
}


def words_of(weggelaten: Mapping[str, int]) -> list[str]:
    """What was left out, as a person reads it: "3 zinnen weggelaten: die staan niet zo in de notities die erbij horen."."""
    regels = []
    for soort, (een, reden) in _WAAROM.items():
        if aantal := weggelaten.get(soort, 0):
            wat = f"{een} weggelaten: die staat" if aantal == 1 else f"{aantal} {soort} weggelaten: die staan"
            regels.append(f"{wat} niet {reden}.")
    if aantal := weggelaten.get("notities", 0):
        regels.append(
            f"{aantal} keer een notitie genoemd die er niet is, of die al een plek had: overgeslagen."
        )
    if aantal := weggelaten.get("rode draden", 0):
        wat = "1 rode draad" if aantal == 1 else f"{aantal} rode draden"
        regels.append(f"{wat} weggelaten: zonder notities, of niet te lezen.")
    return regels
