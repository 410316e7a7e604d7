"""A report's tree as JSON and back, for versions: all that a reader sees, without the rows under it. Pure.

What grows with the notes (``gegevens``, appendices) is left out, and so is the logo: how a file looks is of today. Pictures
stand packed together at the end: with fifty tables they are nearly all of it, and alike.
"""

import base64
import json
import zlib
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from typing import Any

from synthesis.exports.inhoud import (
    Alinea,
    Beeldblok,
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

Json = dict[str, Any]
VORM = 1
"""Of the JSON. Whoever changes a block so that old versions cannot be read raises it, and reads the old one too."""
_SOORTEN: dict[str, Any] = {
    soort.__name__: soort
    for soort in (
        Alinea,
        Beeldblok,
        Citaat,
        Citaten,
        Hoofdstuk,
        Kader,
        NogTeSchrijven,
        Opsomming,
        Peilingblok,
        Peilingrij,
        Verwijzing,
    )
}
_WOORDEN = ("titel", "ondertitel", "organisatie", "status")
_BOMEN = ("over", "hoofdstukken")
_BEELDEN = frozenset({"beeld", "beeld_tafels"})


def to_json(inhoud: Verslaginhoud) -> Json:
    """*inhoud* as a version keeps it; ``from_json`` gives the same tree, without rows, appendices, moment and style."""
    beelden: dict[str, int] = {}
    data = {
        "vorm": VORM,
        "datum": inhoud.datum.isoformat(),
        **{naam: getattr(inhoud, naam) for naam in _WOORDEN},
        **{naam: _as_json(getattr(inhoud, naam), beelden) for naam in _BOMEN},
    }
    return data | {"beelden": _pack(list(beelden))}


def from_json(data: Json) -> Verslaginhoud:
    """``ValueError`` for what this version of the app cannot read."""
    if data.get("vorm") != VORM:
        raise ValueError("an unknown form of a report's version")
    beelden = _unpack(data["beelden"])
    return Verslaginhoud(
        datum=date.fromisoformat(data["datum"]),
        **{naam: data[naam] for naam in _WOORDEN},
        **{naam: _from_json(data[naam], beelden) for naam in _BOMEN},
    )


def _as_json(waarde: Any, beelden: dict[str, int]) -> Any:
    """*beelden*: every picture met so far, by its place."""
    if isinstance(waarde, tuple):
        return [_as_json(een, beelden) for een in waarde]
    if is_dataclass(waarde):
        naam = type(waarde).__name__
        if naam not in _SOORTEN:
            raise TypeError(f"a version cannot hold a {naam}")
        velden = {veld.name: getattr(waarde, veld.name) for veld in fields(waarde) if _tells(waarde, veld)}
        return {"is": naam} | {
            naam: beelden.setdefault(een, len(beelden)) if naam in _BEELDEN else _as_json(een, beelden)
            for naam, een in velden.items()
        }
    return waarde


def _tells(waarde: Any, veld: Field[Any]) -> bool:
    """A default is not written."""
    return veld.default is MISSING or getattr(waarde, veld.name) != veld.default


def _from_json(waarde: Any, beelden: list[str]) -> Any:
    if isinstance(waarde, list):
        return tuple(_from_json(een, beelden) for een in waarde)
    if isinstance(waarde, dict):
        velden = {naam: een for naam, een in waarde.items() if naam != "is"}
        return _SOORTEN[waarde["is"]](
            **{
                naam: beelden[een] if naam in _BEELDEN else _from_json(een, beelden)
                for naam, een in velden.items()
            }
        )
    return waarde


def _pack(beelden: list[str]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(beelden).encode(), 6)).decode()


def _unpack(ingepakt: str) -> list[str]:
    beelden: list[str] = json.loads(zlib.decompress(base64.b64decode(ingepakt)))
    return beelden


def without_refs(inhoud: Verslaginhoud) -> Verslaginhoud:
    """*inhoud* without references to notes: these may say something else by now, or be gone."""
    return replace(
        inhoud,
        over=tuple(_unreferred(blok) for blok in inhoud.over),
        hoofdstukken=tuple(_unreferred(deel) for deel in inhoud.hoofdstukken),
    )


def _unreferred(waarde: Any) -> Any:
    match waarde:
        case Alinea():
            return replace(waarde, verwijzingen=())
        case Citaat():
            return replace(waarde, noot="")
        case Kader():
            return replace(waarde, blokken=tuple(_unreferred(deel) for deel in waarde.blokken))
        case Citaten():
            return replace(waarde, citaten=tuple(_unreferred(een) for een in waarde.citaten))
        case Hoofdstuk():
            return replace(
                waarde,
                blokken=tuple(_unreferred(blok) for blok in waarde.blokken),
                onderdelen=tuple(_unreferred(deel) for deel in waarde.onderdelen),
            )
    return waarde
