"""What a report says of itself: when it was made, from which versions, on how many notes it rests, which it leaves out."""

from datetime import datetime

from synthesis.exports.bron import Verslagbron
from synthesis.exports.gegevens import Telling
from synthesis.exports.inhoud import Alinea
from synthesis.exports.woorden import count, dutch_moment, join_dutch, thousands

MAX_REDENEN = 5
"""Reasons named in the text; the rest is counted together, and stands in full in the appendix."""


def verantwoording(bron: Verslagbron, gemaakt: datetime | None) -> tuple[Alinea, ...]:
    """Nothing for a source without notes of which the moment does not count."""
    zinnen = []
    if gemaakt is not None:
        uit = f" uit {bron.versie}" if bron.versie else ""
        zinnen.append(f"Dit bestand is gemaakt op {dutch_moment(gemaakt)}{uit}.")
    telling = bron.telling
    if telling.van_tafels:
        zinnen.append(
            f"Het rust op {thousands(telling.geplaatst)} van de {count(telling.van_tafels, 'notitie', 'notities')} "
            f"van tafels: die staan in een rode draad.{_left_out(telling)}"
        )
        if telling.anders:
            zinnen.append(
                f"Wat een spreker of de zaal zei ({count(telling.anders, 'notitie', 'notities')}), telt niet mee als "
                "inbreng van een tafel."
            )
    return (Alinea(" ".join(zinnen)),) if zinnen else ()


def _left_out(telling: Telling) -> str:
    redenen, los, opzij = telling.redenen(), telling.los, sum(telling.opzij.values())
    if not opzij + los:
        return ""
    delen = []
    if opzij:
        meest = [f"{thousands(aantal)} keer {_as_reason(reden)}" for reden, aantal in redenen[:MAX_REDENEN]]
        if rest := sum(aantal for _, aantal in redenen[MAX_REDENEN:]):
            meest.append(f"{thousands(rest)} keer om een andere reden")
        delen.append(f"{thousands(opzij)} opzij gelegd ({join_dutch(meest)})")
    if los:
        delen.append(f"{thousands(los)} nog los")
    wel = "telt niet mee" if opzij + los == 1 else "tellen niet mee"
    return f" {count(opzij + los, 'notitie', 'notities')} {wel}: {join_dutch(delen)}."


def _as_reason(reden: str) -> str:
    return reden if reden == "zonder reden" else f"“{reden.rstrip('.')}”"
