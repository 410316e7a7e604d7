"""All checks of a thread, field by field."""

from collections.abc import Mapping

from synthesis.redactie.breedte import check_breedte
from synthesis.redactie.citaten import check_citaten
from synthesis.redactie.getallen import check_getallen
from synthesis.redactie.namen import check_namen
from synthesis.redactie.types import Bevinding, Check, Redactiebron
from synthesis.redactie.verwijzingen import blank_refs
from synthesis.redactie.zinnen import Zinnen

VELDEN = ("titel", "tekst", "pool_a", "pool_b", "kernvraag")


def check_velden(velden: Mapping[str, str], bron: Redactiebron) -> list[Bevinding]:
    """Every warning about what is written in *velden*, in reading order. The same text and source give the same list."""
    return [een for veld in VELDEN if velden.get(veld) for een in _check_veld(veld, velden[veld], bron)]


def _check_veld(veld: str, tekst: str, bron: Redactiebron) -> list[Bevinding]:
    kaal = blank_refs(tekst)
    letterlijk = [noot.tekst for noot in bron.notities if noot.letterlijk]
    ruw = [(Check.BREEDTE, *een) for een in check_breedte(tekst, kaal, bron)]
    ruw += [(Check.CITAAT, *een) for een in check_citaten(kaal, letterlijk)]
    ruw += [(Check.NAAM, *een) for een in check_namen(kaal, bron)]
    ruw += [(Check.GETAL, *een) for een in check_getallen(kaal, bron)]
    gevonden, zinnen = [], Zinnen(kaal)
    for check, begin, eind, uitleg, maat in sorted(ruw, key=lambda een: een[1:3]):
        van, tot = zinnen.at(begin, eind)
        zin = " ".join(kaal[van:tot].split())
        gevonden.append(Bevinding(check, veld, begin, eind, kaal[begin:eind], uitleg, zin, maat))
    return gevonden
