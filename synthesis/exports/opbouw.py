"""Build the report from its sources: what a person wrote comes first, the rest is generated from counted facts or marked.

Anatomy: 1 Introductie (1.1–1.3), 2 Analyse (a part per diner, in it one per stelling), 3 Rode draden, 4 Samenvatting.
"""

from dataclasses import replace
from datetime import date, datetime

from denkdiner.text import capital
from synthesis.exports.bijlagen import build_bijlagen
from synthesis.exports.bron import Dinerbron, Draadbron, Peilingbron, Stellingbron, Verslagbron
from synthesis.exports.inhoud import (
    Alinea,
    Beeldblok,
    Blok,
    Citaat,
    Citaten,
    Hoofdstuk,
    Kader,
    NogTeSchrijven,
    Opsomming,
    Peilingblok,
    Peilingrij,
    Verslaginhoud,
    Verwijzing,
)
from synthesis.exports.slot import finish
from synthesis.exports.spoor import alinea_of, number_refs
from synthesis.exports.verantwoording import verantwoording
from synthesis.exports.woorden import count, dutch_date, join_dutch


def build_inhoud(
    bron: Verslagbron,
    *,
    vandaag: date,
    gemaakt: datetime | None = None,
    bijlage: bool = False,
    spoor: bool = False,
) -> Verslaginhoud:
    """The whole report as a tree; *vandaag* is the date on it, *gemaakt* the moment (local time) when that matters.

    One that is vastgesteld has no marks of what is still to be written: a person let those stand. *bijlage*: with all notes
    behind it; *spoor*: with references, and the notes that each refers to. Pure: the same source gives the same tree.
    """
    inhoud = Verslaginhoud(
        titel=bron.titel,
        ondertitel="Opbrengst van de denkdiners",
        organisatie=bron.organisatie,
        datum=vandaag,
        status=bron.status,
        over=(*(_written(bron, "over") or (Alinea(_over(bron, vandaag)),)), *verantwoording(bron, gemaakt)),
        telling=bron.telling,
        gegevens=bron.gegevens,
        stijl=bron.stijl,
        gemaakt=gemaakt,
        met_spoor=spoor,
        hoofdstukken=number_refs(
            (
                Hoofdstuk(
                    "Introductie",
                    onderdelen=(
                        _section(bron, "1.1", "Algemeen", _algemeen(bron)),
                        _section(bron, "1.2", "Aanpak en opzet", _aanpak(bron)),
                        _section(bron, "1.3", "Leeswijzer", _leeswijzer(bron)),
                    ),
                ),
                Hoofdstuk(
                    "Analyse",
                    blokken=()
                    if bron.diners
                    else (NogTeSchrijven("er zijn nog geen diners in deze reeks."),),
                    onderdelen=tuple(_diner(bron, diner) for diner in bron.diners),
                ),
                _section(bron, "3", "Rode draden", _rode_draden(bron)),
                _section(bron, "4", "Samenvatting van de opbrengst", _samenvatting(bron)),
            )
        ),
    )
    if bron.status == "vastgesteld":
        inhoud = replace(inhoud, hoofdstukken=tuple(map(finish, inhoud.hoofdstukken)))
    return replace(inhoud, bijlagen=build_bijlagen(inhoud, bron.diners, alles=bijlage, spoor=spoor))


def paragraphs(tekst: str) -> tuple[Alinea, ...]:
    """Text of a person: a blank line makes a new paragraph."""
    delen = tekst.replace("\r\n", "\n").split("\n\n")
    return tuple(alinea_of(deel.strip()) for deel in delen if deel.strip())


def _noted(aantal: int) -> str:
    """is 1 notitie, zijn 2 notities."""
    return f"{'is' if aantal == 1 else 'zijn'} {count(aantal, 'notitie', 'notities')}"


def _ended(tekst: str) -> str:
    """With one mark at its end: a title may bring its own question mark."""
    return tekst + "." * (tekst[-1:] not in {".", "?", "!", "…"})


def _sentence(tekst: str) -> str:
    """With a capital and one mark at its end."""
    return _ended(capital(tekst.strip()))


def _written(bron: Verslagbron, sleutel: str) -> tuple[Alinea, ...]:
    return paragraphs(bron.teksten.get(sleutel, ""))


def _section(bron: Verslagbron, sleutel: str, titel: str, generated: tuple[Blok, ...]) -> Hoofdstuk:
    written = _written(bron, sleutel)
    return Hoofdstuk(titel, blokken=written or generated, sleutel=sleutel)


def over_sentence(bron: Verslagbron) -> str:
    """What the document is about, whenever it was made."""
    return (
        f"Dit document beschrijft de opbrengst van {count(len(bron.diners), 'denkdiner', 'denkdiners')} in de reeks "
        f"“{bron.titel}”."
    )


def _over(bron: Verslagbron, vandaag: date) -> str:
    stand = "vastgesteld" if bron.status == "vastgesteld" else "een concept"
    return f"{over_sentence(bron)} Het is gemaakt op {dutch_date(vandaag)} en is {stand}."


def _algemeen(bron: Verslagbron) -> tuple[Blok, ...]:
    if bron.inleiding.strip():
        return paragraphs(bron.inleiding)
    return (NogTeSchrijven("waarom deze reeks wordt gehouden, en voor wie."),)


def _aanpak(bron: Verslagbron) -> tuple[Blok, ...]:
    if not bron.diners:
        return (NogTeSchrijven("hoe de diners zijn opgezet."),)
    tafels = sum(diner.sprekende_tafels for diner in bron.diners)
    notities = sum(diner.aantal_bijdragen for diner in bron.diners)
    stellingen = sum(len(diner.stellingen) for diner in bron.diners)
    diners = count(len(bron.diners), "diner", "diners")
    waarover = (
        f"Dit verslag gaat over {len(bron.diners)} van de {count(bron.van_diners, 'diner', 'diners')} in de reeks"
        if bron.is_keuze
        else f"De reeks bestaat uit {diners}"
    )
    opgetekend = f"Aan {count(tafels, 'tafel', 'tafels')} {_noted(notities)} opgetekend. " if tafels else ""
    return (
        Alinea(
            f"{waarover}, met samen {count(stellingen, 'stelling', 'stellingen')}. {opgetekend}"
            "Inleidingen van sprekers en gesprekken aan de tafels "
            "wisselden elkaar af; aan elke tafel noteerde een facilitator wat er werd gezegd."
        ),
        Opsomming(tuple(_diner_line(diner) for diner in bron.diners)),
    )


def _diner_line(diner: Dinerbron) -> str:
    line = f"Diner {diner.nummer}: {diner.titel}"
    if diner.datum:
        line += f", {dutch_date(diner.datum)}"
    if diner.locatie:
        line += f", {diner.locatie}"
    if diner.sprekers:
        wie = join_dutch(
            [
                spreker.naam
                + (
                    f" ({', '.join(filter(None, [spreker.functie, spreker.organisatie]))})"
                    * bool(spreker.functie or spreker.organisatie)
                )
                for spreker in diner.sprekers
            ]
        )
        line += f". {'Spreker' if len(diner.sprekers) == 1 else 'Sprekers'}: {wie}"
    return _sentence(line)


def _leeswijzer(bron: Verslagbron) -> tuple[Blok, ...]:
    return (
        Alinea(
            "Hoofdstuk 2 beschrijft per diner en per stelling wat er aan de tafels is gezegd. Hoofdstuk 3 verbindt "
            "de diners met elkaar, hoofdstuk 4 vat samen."
        ),
        Alinea(
            "Hoe breed iets leefde, is geteld. De woorden verwijzen naar het aandeel van de tafels die over een "
            "stelling spraken: alle tafels zijn ze allemaal (drie of meer), vrijwel alle tafels is 80 procent of "
            "meer, de meeste tafels meer dan de helft, meerdere tafels drie of meer, enkele tafels twee. Het "
            "precieze aantal staat erbij."
        ),
        Alinea(
            "Alleen wat letterlijk is gehoord, staat als quote in dit document. Wat sprekers zeiden, telt niet mee "
            "als inbreng van een tafel."
        ),
    )


def _diner(bron: Verslagbron, diner: Dinerbron) -> Hoofdstuk:
    parts = [_stelling(bron, diner, stelling) for stelling in diner.stellingen]
    blokken: tuple[Blok, ...] = (
        Alinea(
            f"Dit diner heeft {count(diner.aantal_tafels, 'tafel', 'tafels')} en "
            f"{count(len(diner.stellingen), 'stelling', 'stellingen')}. {_said(diner)}"
        ),
    )
    if diner.quotes:
        quotes = Citaten(
            "Quotes",
            tuple(
                Citaat(quote.tekst, f"tafel {quote.tafel}" if quote.tafel else "", quote.noot)
                for quote in diner.quotes
            ),
        )
        if parts:  # at the end of the diner, so in the last part of it
            last = parts[-1]
            parts[-1] = Hoofdstuk(last.titel, (*last.blokken, quotes), (), last.sleutel)
        else:
            blokken = (*blokken, quotes)
    return Hoofdstuk(f"Diner {diner.nummer}: {diner.titel}", blokken, tuple(parts))


def _said(diner: Dinerbron) -> str:
    if not diner.aantal_bijdragen:
        return "Er is nog niets opgetekend."
    algemeen = diner.aantal_bijdragen - sum(stelling.aantal_bijdragen for stelling in diner.stellingen)
    los = f"; {algemeen} daarvan {'hoort' if algemeen == 1 else 'horen'} niet bij één stelling" * (
        algemeen > 0
    )
    return f"Er {_noted(diner.aantal_bijdragen)} opgetekend{los}."


def _stelling(bron: Verslagbron, diner: Dinerbron, stelling: Stellingbron) -> Hoofdstuk:
    sleutel = f"2.{diner.nummer}.{stelling.nummer}"
    blokken: list[Blok] = []
    if not stelling.aantal_bijdragen:
        blokken.append(Alinea("Over deze stelling is nog niets opgetekend."))
    elif not stelling.draden:
        blokken.append(
            Alinea(
                f"Aan {count(len(stelling.tafels), 'tafel', 'tafels')} "
                f"{_noted(stelling.aantal_bijdragen)} opgetekend. {_silence(stelling)}".strip()
            )
        )
        blokken.append(NogTeSchrijven("welke rode draden in deze notities zitten."))
    for draad in stelling.draden:
        blokken += _draad(draad)
    if stelling.draden and (stilte := _silence(stelling)):
        blokken.append(Alinea(stilte))
    if stelling.breedte:
        blokken.append(Beeldblok("Hoe breed leefde het?", stelling.breedte_woorden, stelling.breedte))
    if stelling.peiling is not None:
        blokken.append(_peiling(stelling.peiling))
    blokken.append(_kader(bron, sleutel, stelling))
    return Hoofdstuk(
        f"Stelling {stelling.nummer}: {stelling.tekst}",
        tuple(blokken),
        sleutel=sleutel,
    )


def _peiling(peiling: Peilingbron) -> Peilingblok:
    momenten = (("Vooraf", peiling.voor), ("Achteraf", peiling.na))
    return Peilingblok(
        titel="Peiling",
        woorden=" ".join(filter(None, [peiling.woorden, peiling.woorden_tafels])),
        herkomst=_sentence(peiling.herkomst),
        rijen=tuple(Peilingrij(moment, *aantallen) for moment, aantallen in momenten if aantallen),
        beeld=peiling.beeld,
        beeld_tafels=peiling.beeld_tafels,
    )


def _silence(stelling: Stellingbron) -> str:
    """Which tables said nothing; no table's silence is counted as agreement."""
    if not stelling.stil or not stelling.aantal_bijdragen:
        return ""
    nummers = join_dutch([str(nummer) for nummer in stelling.stil])
    return f"Van {'tafel' if len(stelling.stil) == 1 else 'de tafels'} {nummers} is bij deze stelling niets opgetekend."


def _draad(draad: Draadbron) -> list[Blok]:
    if written := paragraphs(draad.tekst):
        if any(alinea.verwijzingen for alinea in written):
            return list(written)
        return [*written[:-1], replace(written[-1], verwijzingen=_carried_by(written[-1].tekst, draad))]
    steun = len(draad.tafels)
    if not steun:
        return [Alinea(f"{draad.titel}: hierbij is geen notitie van een tafel geplaatst.")]
    telling = (
        f"{draad.breedte} ({steun} van {draad.besproken}) {'sprak' if steun == 1 else 'spraken'} hierover"
    )
    zin = f"{_sentence(draad.titel)} {_sentence(telling)}"
    blokken: list[Blok] = [Alinea(zin, _carried_by(zin, draad))]
    if draad.voorbeelden:
        blokken.append(Opsomming(draad.voorbeelden))
    return blokken


def _carried_by(tekst: str, draad: Draadbron) -> tuple[Verwijzing, ...]:
    """A reference at the end of *tekst* to all that carries *draad*."""
    return (Verwijzing(len(tekst), draad.noten, draad.draden),) if draad.noten or draad.draden else ()


def _kader(bron: Verslagbron, sleutel: str, stelling: Stellingbron) -> Kader:
    written = _written(bron, sleutel)
    if written:
        return Kader("Rode draad", written)
    gespannen = [draad for draad in stelling.draden if draad.spanning or draad.kernvraag]
    lidwoord = "De" if len(gespannen) == 1 else "Een"
    known = tuple(Alinea(zin) for draad in gespannen for zin in _tension(draad, lidwoord))
    return Kader("Rode draad", (*known, NogTeSchrijven("waar het bij deze stelling op neerkomt.")))


def _tension(draad: Draadbron, lidwoord: str = "De") -> list[str]:
    """Poles may be words or whole sentences; a sentence does not fit between "tussen" and "en"."""
    zinnen = []
    if draad.spanning:
        een, ander = (pool.strip().rstrip(".") for pool in draad.spanning)
        if een[:1].isupper() or ander[:1].isupper():
            zinnen.append(f"{lidwoord} kernspanning: {een} ↔ {_sentence(ander)}")
        else:
            zinnen.append(f"{lidwoord} kernspanning zit tussen {een} en {_ended(ander)}")
    if draad.kernvraag:
        zinnen.append(f"{lidwoord} kernvraag daarbij is: {draad.kernvraag.strip()}")
    return zinnen


def _rode_draden(bron: Verslagbron) -> tuple[Blok, ...]:
    blokken: list[Blok] = []
    for draad in bron.draden:
        herkomst = join_dutch([str(nummer) for nummer in draad.diners])
        titel = draad.titel + (
            f" ({'diner' if len(draad.diners) == 1 else 'diners'} {herkomst})" if herkomst else ""
        )
        inhoud = (*paragraphs(draad.tekst), *(Alinea(zin) for zin in _tension(draad)))
        if inhoud and draad.draden:
            last = inhoud[-1]
            inhoud = (
                *inhoud[:-1],
                replace(last, verwijzingen=(*last.verwijzingen, *_carried_by(last.tekst, draad))),
            )
        blokken.append(Kader(titel, inhoud or (NogTeSchrijven("wat deze rode draad zegt."),)))
    return tuple(blokken) or (
        NogTeSchrijven("de rode draden over de diners heen, elk met een spanning en een kernvraag."),
    )


def _where(bron: Verslagbron) -> str:
    if not bron.is_keuze:
        return "In deze reeks"
    return "Bij dit diner" if len(bron.diners) == 1 else "Bij deze diners"


def _samenvatting(bron: Verslagbron) -> tuple[Blok, ...]:
    totaal = sum(bron.horizon.values())
    if not totaal:
        return (NogTeSchrijven("de samenvatting; er zijn nog geen notities."),)
    gemerkt = totaal - bron.horizon.get("", 0)
    blokken: list[Blok] = [
        Alinea(
            f"{_where(bron)} {_noted(totaal)} van tafels opgetekend, bij "
            f"{count(sum(len(d.stellingen) for d in bron.diners), 'stelling', 'stellingen')}."
        )
    ]
    if gemerkt:
        nu, midden, ver = (bron.horizon.get(soort, 0) for soort in ("nu", "middellang", "horizonjaar"))
        blokken.append(
            Alinea(
                f"Bij {gemerkt} daarvan is aangegeven waarheen de blik gaat: {nu} keer naar nu, {midden} keer naar de "
                f"middellange termijn en {ver} keer naar {bron.horizonjaar}. "
                + (
                    "Relatief weinig bijdragen gingen dus echt over het horizonjaar."
                    if ver * 3 < gemerkt
                    else "Het horizonjaar kwam dus ruim aan bod."
                )
            )
        )
    else:
        blokken.append(
            Alinea(f"Bij geen van de notities is aangegeven of zij over nu of over {bron.horizonjaar} gaan.")
        )
    if bron.horizonbeeld:
        blokken.append(Beeldblok("Hoe ver werd er gekeken?", bron.horizonbeeld_woorden, bron.horizonbeeld))
    return (*blokken, NogTeSchrijven("de samenvatting van de opbrengst, met een reflectie."))
