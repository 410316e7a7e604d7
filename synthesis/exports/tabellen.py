"""The report as tables, the same for a workbook and for separated text: notes, threads, matrix, peilingen. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synthesis.exports.gegevens import Gegevens
from synthesis.exports.inhoud import Alinea, Verslaginhoud
from synthesis.exports.spoor import trace
from synthesis.exports.tekens import clean
from synthesis.exports.woorden import dutch_date

Cel = str | int
CONCEPT = "CONCEPT: dit verslag is nog niet vastgesteld."
MAX_CEL = 32_000
"""UTF-16 units of a cell: Excel takes 32,767, and a smiley is two."""


@dataclass(frozen=True, slots=True)
class Blad:
    """``breedtes``: of columns, in letters."""

    naam: str
    koppen: tuple[str, ...]
    rijen: list[tuple[Cel, ...]]
    breedtes: tuple[int, ...]


def sheets(inhoud: Verslaginhoud) -> Iterator[Blad]:
    """Every table that has something in it, in order; the words in them are clean, and nothing is cut off."""
    gegevens = inhoud.gegevens
    yield _notes(gegevens)
    if gegevens.draden:
        yield _threads(gegevens)
        yield from _matrix(gegevens)
    if gegevens.peilingen:
        yield _polls(gegevens)
    if inhoud.met_spoor and (regels := list(trace(inhoud))):
        rijen: list[tuple[Cel, ...]] = [
            (regel.nummer, regel.plek, clean(regel.zin), ", ".join(regel.noten), ", ".join(regel.draden))
            for regel in regels
        ]
        koppen = ("nr", "deel", "zin", "notities", "rode draden")
        yield Blad("Spoor", koppen, [part for rij in rijen for part in _split(rij, 3)], (6, 8, 80, 40, 20))
    if gegevens.gasten:
        gasten: list[tuple[Cel, ...]] = [
            (een.diner, clean(een.naam), clean(een.organisatie)) for een in gegevens.gasten
        ]
        yield Blad("Gasten", ("diner", "naam", "organisatie"), gasten, (8, 34, 34))


def about_lines(inhoud: Verslaginhoud) -> list[str]:
    """What the report says of itself, for who opens only the tables."""
    regels = [CONCEPT] if inhoud.is_concept else []
    regels += [clean(inhoud.titel), clean(inhoud.ondertitel)]
    regels.append(clean(" · ".join(filter(None, [inhoud.organisatie, dutch_date(inhoud.datum)]))))
    regels += [clean(blok.tekst) for blok in inhoud.over if isinstance(blok, Alinea)]
    return regels


def _notes(gegevens: Gegevens) -> Blad:
    koppen = (
        "code diner stelling tafel bron ronde soort letterlijk standpunt horizon trefwoorden rode_draad rol plek reden "
        "tekst"
    )
    rijen: list[tuple[Cel, ...]] = []
    for noot in gegevens.noten:
        rij: tuple[Cel, ...] = (
            noot.code,
            noot.diner,
            noot.stelling or "",
            noot.tafel or "",
            noot.bron,
            noot.ronde or "",
            noot.soort,
            "ja" if noot.letterlijk else "",
            noot.standpunt,
            noot.horizon,
            clean(", ".join(noot.trefwoorden)),
            noot.draad,
            noot.rol,
            noot.plek,
            clean(noot.reden),
            clean(noot.tekst),
        )
        rijen += _split(rij, 15)
    return Blad(
        "Notities", tuple(koppen.split()), rijen, (10, 7, 8, 7, 9, 7, 12, 10, 13, 13, 24, 11, 11, 18, 24, 100)
    )


def _split(rij: tuple[Cel, ...], kolom: int) -> Iterator[tuple[Cel, ...]]:
    """*rij*; what does not fit in its cell of *kolom* goes on rows below it, with only the same first cell."""
    tekst = str(rij[kolom])
    if len(tekst) * 2 <= MAX_CEL:
        yield rij
        return
    deel: list[str] = []
    lengte, eerste = 0, True
    for teken in (*tekst, ""):
        breed = 2 if teken > "\uffff" else 1
        if not teken or lengte + breed > MAX_CEL:
            cel = "".join(deel)
            leeg = ("",) * (len(rij) - 1)
            vervolg = (rij[0], *leeg)
            bron = rij if eerste else vervolg
            yield (*bron[:kolom], cel, *bron[kolom + 1 :])
            deel, lengte, eerste = [], 0, False
        deel.append(teken)
        lengte += breed


def _threads(gegevens: Gegevens) -> Blad:
    koppen = (
        "nummer diner stelling titel breedte tafels van tegen_tafels de_ene_kant de_andere_kant kernvraag status "
        "rode_draden tekst"
    )
    rijen: list[tuple[Cel, ...]] = []
    for draad in gegevens.draden:
        een, ander = draad.spanning or ("", "")
        rijen += _split(
            (
                draad.nummer,
                draad.diner or "",
                draad.stelling or "",
                clean(draad.titel),
                draad.breedte,
                len(draad.steun) if draad.diner else "",
                draad.besproken if draad.diner else "",
                len(draad.tegen) if draad.diner else "",
                clean(een),
                clean(ander),
                clean(draad.kernvraag),
                draad.status,
                ", ".join(draad.draden),
                clean(draad.tekst),
            ),
            13,
        )
    return Blad(
        "Rode draden", tuple(koppen.split()), rijen, (9, 7, 8, 50, 20, 8, 6, 12, 26, 26, 36, 12, 18, 100)
    )


def _matrix(gegevens: Gegevens) -> Iterator[Blad]:
    """Table by thread: how many notes of a table carry it ("1"), with a minus for those against ("-1")."""
    tafels = sorted({tafel for draad in gegevens.draden for tafel in (*draad.steun, *draad.tegen)})
    van_diner = [draad for draad in gegevens.draden if draad.diner]
    if not tafels or not van_diner:
        return
    steun: dict[tuple[str, int], list[int]] = {}
    for noot in gegevens.van_tafels():
        if noot.draad and noot.tafel:
            telling = steun.setdefault((noot.draad, noot.tafel), [0, 0])
            telling[noot.rol == "tegenstem"] += 1
    rijen: list[tuple[Cel, ...]] = []
    for draad in van_diner:
        voor_tegen = [steun.get((draad.nummer, tafel), [0, 0]) for tafel in tafels]
        rijen.append((draad.nummer, clean(draad.titel), "voor", *(voor or "" for voor, _ in voor_tegen)))
        if any(tegen for _, tegen in voor_tegen):
            rijen.append(
                (draad.nummer, clean(draad.titel), "tegen", *(tegen or "" for _, tegen in voor_tegen))
            )
    koppen = ("rode draad", "titel", "kant", *(f"tafel {tafel}" for tafel in tafels))
    yield Blad("Matrix", koppen, rijen, (11, 50, 8, *(9,) * len(tafels)))


def _polls(gegevens: Gegevens) -> Blad:
    rijen: list[tuple[Cel, ...]] = [
        (
            een.diner,
            een.stelling,
            "hele zaal" if een.tafel is None else een.tafel,
            een.moment,
            een.eens,
            een.oneens,
            een.anders,
        )
        for een in gegevens.peilingen
    ]
    koppen = ("diner", "stelling", "tafel", "moment", "eens", "oneens", "anders")
    return Blad("Peilingen", koppen, rijen, (8, 9, 12, 10, 8, 8, 8))


def columns(koppen: Sequence[str]) -> list[str]:
    """Headings as people read them."""
    return [kop.replace("_", " ").capitalize() for kop in koppen]
