"""What stands behind the report: all notes by table, the trace of sentences to notes, and what is left out. Pure."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from synthesis.exports.bron import Dinerbron
from synthesis.exports.gegevens import Gegevens, Noot, Stellingrij, Telling
from synthesis.exports.inhoud import Alinea, Beeldblok, Blok, Hoofdstuk, Notenblok, Tabel, Verslaginhoud
from synthesis.exports.spoor import Spoorregel, trace
from synthesis.exports.woorden import count

ALGEMEEN = "Niet bij één stelling"


def build_bijlagen(
    inhoud: Verslaginhoud, diners: Iterable[Dinerbron], *, alles: bool, spoor: bool
) -> tuple[Hoofdstuk, ...]:
    """The appendices that were asked for; those without anything in them are left out."""
    gegevens, bijlagen = inhoud.gegevens, []
    if alles and gegevens.noten:
        bijlagen.append(_notes(gegevens))
    if spoor and (regels := list(trace(inhoud))):
        bijlagen.append(_trace(gegevens, regels, alles=alles))
    if spoor and (delen := tuple(_tables(diners))):
        bijlagen.append(Hoofdstuk("Welke tafel steunt wat", onderdelen=delen))
    if (alles or spoor) and inhoud.telling.van_tafels > inhoud.telling.geplaatst:
        bijlagen.append(_left_out(inhoud.telling))
    if gegevens.gasten:
        bijlagen.append(_guests(gegevens))
    return tuple(bijlagen)


# --- notes ----------------------------------------------------------------------------------------------------------------


def _notes(gegevens: Gegevens) -> Hoofdstuk:
    uitleg = Alinea(
        f"Hieronder {'staat' if len(gegevens.noten) == 1 else 'staan'} {count(len(gegevens.noten), 'notitie', 'notities')}, "
        "zoals opgetekend. Een tafel heeft een nummer; wie er zat, staat er niet bij. De code voor een notitie "
        "verandert nooit."
    )
    stellingen = {(een.diner, een.nummer): een for een in gegevens.stellingen}
    delen = tuple(
        Hoofdstuk(_diner_title(gegevens, diner), tuple(_note_blocks(noten, stellingen)))
        for diner, noten in groupby(gegevens.noten, key=lambda noot: noot.diner)
    )
    return Hoofdstuk("Alle notities", (uitleg,), delen)


def _diner_title(gegevens: Gegevens, diner: int) -> str:
    titel = next((een.dinertitel for een in gegevens.stellingen if een.diner == diner), "")
    return f"Diner {diner}: {titel}" if titel else f"Diner {diner}"


def _note_blocks(
    noten: Iterable[Noot], stellingen: dict[tuple[int, int], Stellingrij]
) -> Iterator[Notenblok]:
    """By stelling, in it by table; what belongs to no stelling, and who is no table, last."""

    def place(noot: Noot) -> tuple[int, int, str]:
        return noot.stelling or 10**6, (noot.tafel or 0) if noot.bron == "tafel" else 10**6, noot.bron

    for (nummer, _, _), groep in groupby(sorted(noten, key=place), key=place):
        van_tafel = tuple(groep)
        stelling = stellingen.get((van_tafel[0].diner, nummer))
        kop = f"Stelling {nummer}" if stelling else ALGEMEEN
        yield Notenblok(f"{kop} · {van_tafel[0].wie}", van_tafel)


# --- trace, and what is left out -------------------------------------------------------------------------------------------


def _trace(gegevens: Gegevens, regels: list[Spoorregel], *, alles: bool) -> Hoofdstuk:
    rijen = tuple(
        (f"[{regel.nummer}]", regel.plek, regel.zin, " · ".join(_sources(gegevens, regel)))
        for regel in regels
    )
    blokken: list[Blok] = [
        Alinea(
            "Elk nummer tussen haken in de tekst is een regel in deze tabel: de zin, en de notities waarop die rust."
        ),
        Tabel("Van zin naar notities", ("Nr.", "Deel", "Zin", "Rust op"), rijen, (8, 9, 43, 40)),
    ]
    if not alles and (geciteerd := _cited(gegevens, regels)):
        blokken += [Alinea("Dit zijn de notities waarnaar wordt verwezen."), *_by_diner(geciteerd)]
    return Hoofdstuk("Spoor van zin naar notities", tuple(blokken))


def _sources(gegevens: Gegevens, regel: Spoorregel) -> Iterator[str]:
    """The codes by table ("Diner 1, tafel 3: 1f3a09bc, 77ab21c0"), then threads, then what cannot be found any more."""
    noten = [noot for code in regel.noten if (noot := gegevens.noot(code)) is not None]
    for (diner, _, _), groep in groupby(sorted(noten, key=_by_table), key=_by_table):
        van_tafel = list(groep)
        wie = van_tafel[0].wie
        yield f"Diner {diner}, {wie[:1].lower()}{wie[1:]}: {', '.join(noot.code for noot in van_tafel)}"
    if regel.draden:
        yield f"{'rode draad' if len(regel.draden) == 1 else 'rode draden'} {', '.join(regel.draden)}"
    if weg := len(regel.noten) - len(noten):
        yield f"{count(weg, 'notitie', 'notities')} buiten dit verslag"


def _tables(diners: Iterable[Dinerbron]) -> Iterator[Hoofdstuk]:
    """By diner a picture of each stelling that has threads: which table stands where."""
    for diner in diners:
        beelden = tuple(
            Beeldblok(f"Stelling {stelling.nummer}: {stelling.tekst}", woorden, beeld)
            for stelling in diner.stellingen
            for woorden, beeld in stelling.kruis
        )
        if beelden:
            yield Hoofdstuk(f"Diner {diner.nummer}: {diner.titel}", beelden)


def _by_table(noot: Noot) -> tuple[int, int, str]:
    return noot.diner, noot.tafel or 10**6, noot.bron


def _cited(gegevens: Gegevens, regels: list[Spoorregel]) -> list[Noot]:
    codes = {noot.code for regel in regels for code in regel.noten if (noot := gegevens.noot(code))}
    return [noot for noot in gegevens.noten if noot.code in codes]


def _by_diner(noten: list[Noot]) -> Iterator[Notenblok]:
    for (diner, _, _), groep in groupby(sorted(noten, key=_by_table), key=_by_table):
        van_tafel = tuple(groep)
        yield Notenblok(f"Diner {diner} · {van_tafel[0].wie}", van_tafel)


def _left_out(telling: Telling) -> Hoofdstuk:
    rijen = [("Opzij gelegd", reden, str(aantal)) for reden, aantal in telling.redenen()]
    if telling.los:
        rijen.append(("Nog los", "", str(telling.los)))
    return Hoofdstuk(
        "Wat niet meetelt, en waarom",
        (
            Alinea("Notities van tafels die in geen rode draad staan."),
            Tabel("Notities die niet meetellen", ("Waar", "Reden", "Notities"), tuple(rijen), (25, 55, 20)),
        ),
    )


def _guests(gegevens: Gegevens) -> Hoofdstuk:
    rijen = tuple((f"Diner {een.diner}", een.naam, een.organisatie) for een in gegevens.gasten)
    return Hoofdstuk(
        "Wie er waren",
        (Tabel("Gasten op de lijst", ("Diner", "Naam", "Organisatie"), rijen, (20, 40, 40)),),
    )
