"""Is a file a good ``denkdiner-reeks/1``? Every fault is named by its path, in Dutch: ``diners[1].titel: ontbreekt``.

The shape is checked against ``docs/denkdiner-reeks-1.schema.json`` (the one description of the format) by jsonschema;
what a schema cannot say (references, doubles, characters that no database keeps) is checked here.
"""

import functools
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from denkdiner.errors import DenkdinerError
from denkdiner.text import is_storable, one_newline

MAX_BYTES = 5 * 1024 * 1024
MAX_FOUTEN = 20
"""More than this many faults are counted, not listed."""

Pad = tuple[str | int, ...]
Json = dict[str, Any]


class ImportFout(DenkdinerError):
    """The file was refused; ``fouten`` holds one line a fault and nothing was stored."""

    def __init__(self, fouten: list[str]) -> None:
        self.fouten = fouten[:MAX_FOUTEN]
        if len(fouten) > MAX_FOUTEN:
            self.fouten.append(f"en nog {len(fouten) - MAX_FOUTEN} andere fouten")
        super().__init__("\n".join(self.fouten))


def load_reeks(inhoud: bytes) -> Json:
    """The checked data of a file; raises ``ImportFout``. The dictionary follows the JSON Schema exactly."""
    data = _parse(inhoud)
    fouten = [*_check_shape(data), *_check_text(data, ())]
    if not fouten:
        fouten = list(_check_references(data))
    if fouten:
        raise ImportFout(fouten)
    return _with_one_newline(data)


def _with_one_newline(data: Any) -> Any:
    """Every text in *data* with one kind of line end, as forms store it."""
    if isinstance(data, dict):
        return {sleutel: _with_one_newline(waarde) for sleutel, waarde in data.items()}
    if isinstance(data, list):
        return [_with_one_newline(waarde) for waarde in data]
    return one_newline(data) if isinstance(data, str) else data


def _parse(inhoud: bytes) -> Json:
    if len(inhoud) > MAX_BYTES:
        raise ImportFout([f"bestand: is groter dan {MAX_BYTES // 1024 // 1024} MB"])
    try:
        data = json.loads(
            inhoud.decode("utf-8-sig"), object_pairs_hook=_unique_keys, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        raise ImportFout(["bestand: is geen UTF-8"]) from None
    except json.JSONDecodeError as error:
        raise ImportFout(
            [f"bestand: is geen geldige JSON (regel {error.lineno}, teken {error.colno})"]
        ) from None
    except RecursionError:
        raise ImportFout(["bestand: is te diep genest"]) from None
    except ValueError as error:  # a double key, NaN, or a number of thousands of digits
        raise ImportFout([f"bestand: is geen geldige JSON ({error})"]) from None
    if not isinstance(data, dict):
        raise ImportFout(["bestand: moet een object zijn"])
    return data


def _unique_keys(pairs: list[tuple[str, Any]]) -> Json:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("een sleutel staat er dubbel in")
    return data


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is geen getal")


def path_of(pad: Pad) -> str:
    """("diners", 1, "titel") → "diners[1].titel"; the root is "bestand"."""
    tekst = "".join(f"[{deel}]" if isinstance(deel, int) else f".{deel}" for deel in pad)
    return tekst.lstrip(".") or "bestand"


@functools.cache
def _validator() -> Draft202012Validator:
    schema = json.loads(
        (settings.BASE_DIR / "docs" / "denkdiner-reeks-1.schema.json").read_text(encoding="utf-8")
    )
    formats = FormatChecker(formats=["uuid", "date"])
    formats.checks("date-time", raises=ValueError)(_is_moment)
    return Draft202012Validator(schema, format_checker=formats)


def _is_moment(waarde: object) -> bool:
    """A time with its zone, in years that every database and time zone can hold."""
    if not isinstance(waarde, str):
        return True
    moment = datetime.fromisoformat(waarde)
    if moment.tzinfo is None or not 1900 <= moment.year <= 2300:
        return False
    offset = moment.utcoffset()
    return offset is not None and abs(offset) <= timedelta(hours=15, minutes=59)  # what PostgreSQL takes


def _check_shape(data: Json) -> Iterator[str]:
    for fout in sorted(
        _validator().iter_errors(data), key=lambda fout: [str(deel) for deel in fout.absolute_path]
    ):
        yield from _in_dutch(fout)


_TYPES = {
    "object": "een object",
    "array": "een lijst",
    "string": "tekst",
    "integer": "een geheel getal",
    "boolean": "true of false",
}


def _in_dutch(fout: ValidationError) -> Iterator[str]:
    pad: Pad = tuple(fout.absolute_path)
    waarde: Any = fout.validator_value
    schema: Any = fout.schema
    instantie: Any = fout.instance
    match fout.validator:
        case "required":
            yield from (
                f"{path_of((*pad, sleutel))}: ontbreekt" for sleutel in waarde if sleutel not in instantie
            )
            return
        case "additionalProperties":
            bekend = schema.get("properties", {})
            yield from (
                f"{path_of((*pad, sleutel))}: onbekende sleutel"
                for sleutel in instantie
                if sleutel not in bekend
            )
            return
        case "type":
            soorten = [waarde] if isinstance(waarde, str) else waarde
            uitleg = (
                "moet " + " of ".join("leeg (null)" if s == "null" else _TYPES[s] for s in soorten) + " zijn"
            )
        case "enum":
            uitleg = "moet een van deze zijn: " + ", ".join(v or "(leeg)" for v in waarde)
        case "const":
            uitleg = f"moet {waarde} zijn"
        case "minLength" | "pattern" if instantie == "" or str(instantie).isspace():
            uitleg = "is leeg"
        case "maxLength":
            uitleg = f"is langer dan {waarde} tekens"
        case "minimum" | "maximum":
            uitleg = f"moet {'ten minste' if fout.validator == 'minimum' else 'ten hoogste'} {waarde} zijn"
        case "maxItems" | "minItems":
            uitleg = f"moet {'ten hoogste' if fout.validator == 'maxItems' else 'ten minste'} {waarde} onderdelen hebben"
        case "oneOf":
            uitleg = "moet óf een bijdrage óf een draad noemen"
        case "format":
            uitleg = {
                "uuid": "is geen UUID",
                "date": "is geen datum (jjjj-mm-dd)",
                "date-time": "is geen tijdstip met tijdzone",
            }[waarde]
        case _:
            uitleg = "heeft niet de juiste vorm"
    yield f"{path_of(pad)}: {uitleg}"


def _check_text(waarde: Any, pad: Pad) -> Iterator[str]:
    """NUL and lone surrogates: valid in JSON, but no database or document can hold them."""
    if isinstance(waarde, str):
        if not is_storable(waarde):
            yield f"{path_of(pad)}: bevat tekens die niet bewaard kunnen worden"
    elif isinstance(waarde, dict):
        for sleutel, deel in waarde.items():
            yield from _check_text(deel, (*pad, sleutel))
    elif isinstance(waarde, list):
        for index, deel in enumerate(waarde):
            yield from _check_text(deel, (*pad, index))


def _doubles(rijen: list[Json], sleutel: str, pad: Pad) -> Iterator[str]:
    gezien: set[Any] = set()
    for index, rij in enumerate(rijen):
        waarde = rij.get(sleutel)
        if waarde in gezien:
            yield f"{path_of((*pad, index, sleutel))}: staat er dubbel in ({waarde})"
        gezien.add(waarde)


def _numbers(diner: Json, wat: str) -> set[int]:
    return {rij["nummer"] for rij in diner.get(wat, [])}


def _check_references(data: Json) -> Iterator[str]:
    yield from _doubles(data["diners"], "nummer", ("diners",))
    yield from _doubles(data.get("sprekers", []), "naam", ("sprekers",))
    bijdragen: dict[str, int] = {}
    gasten: set[str] = set()
    for d, diner in enumerate(data["diners"]):
        pad: Pad = ("diners", d)
        for wat in ("stellingen", "tafels", "rondes"):
            yield from _doubles(diner.get(wat, []), "nummer", (*pad, wat))
        yield from _doubles(diner.get("sprekers", []), "naam", (*pad, "sprekers"))
        yield from _check_diner(diner, pad)
        for i, bijdrage in enumerate(diner.get("bijdragen", [])):
            if bijdrage["id"].lower() in bijdragen:
                yield f"{path_of((*pad, 'bijdragen', i, 'id'))}: staat er dubbel in ({bijdrage['id']})"
            bijdragen[bijdrage["id"].lower()] = diner["nummer"]
        for i, gast in enumerate(diner.get("gasten", [])):
            if gast["id"].lower() in gasten:
                yield f"{path_of((*pad, 'gasten', i, 'id'))}: staat er dubbel in ({gast['id']})"
            gasten.add(gast["id"].lower())
    yield from _check_draden(data, bijdragen)


def _check_diner(diner: Json, pad: Pad) -> Iterator[str]:
    nummers = {wat: _numbers(diner, wat) for wat in ("stellingen", "tafels", "rondes")}
    ids = {bijdrage["id"].lower() for bijdrage in diner.get("bijdragen", [])}
    plek = {"stelling": "stellingen", "tafel": "tafels", "ronde": "rondes"}

    def unknown(rij: Json, rijpad: Pad) -> Iterator[str]:
        for sleutel, wat in plek.items():
            if rij.get(sleutel) is not None and rij[sleutel] not in nummers[wat]:
                yield f"{path_of((*pad, *rijpad, sleutel))}: {sleutel} {rij[sleutel]} bestaat niet in dit diner"

    for wat in ("rondes", "peilingen", "bijdragen"):
        for i, rij in enumerate(diner.get(wat, [])):
            yield from unknown(rij, (wat, i))
    for i, rij in enumerate(diner.get("rondes", [])):
        if ("eindigt" in rij or "resterend" in rij or "geeindigd" in rij) and "begonnen" not in rij:
            yield f"{path_of((*pad, 'rondes', i, 'begonnen'))}: ontbreekt"
    if len([r for r in diner.get("rondes", []) if "begonnen" in r and "geeindigd" not in r]) > 1:
        yield f"{path_of((*pad, 'rondes'))}: er kan maar één ronde tegelijk lopen"
    for i, gast in enumerate(diner.get("gasten", [])):
        yield from _doubles(gast.get("plaatsen", []), "ronde", (*pad, "gasten", i, "plaatsen"))
        for j, plaats in enumerate(gast.get("plaatsen", [])):
            yield from unknown(plaats, ("gasten", i, "plaatsen", j))
    for i, bijdrage in enumerate(diner.get("bijdragen", [])):
        if bijdrage.get("bron", "tafel") == "tafel" and bijdrage.get("tafel") is None:
            yield f"{path_of((*pad, 'bijdragen', i, 'tafel'))}: ontbreekt"
        eerder = bijdrage.get("bijgesteld")
        if eerder is not None and (eerder.lower() not in ids or eerder.lower() == bijdrage["id"].lower()):
            yield f"{path_of((*pad, 'bijdragen', i, 'bijgesteld'))}: geen eerdere bijdrage van dit diner"


def _check_draden(data: Json, bijdragen: dict[str, int]) -> Iterator[str]:
    diners = {diner["nummer"]: _numbers(diner, "stellingen") for diner in data["diners"]}
    delen = data.get("verslag", {}).get("delen", [])
    yield from _doubles(delen, "sleutel", ("verslag", "delen"))
    for i, deel in enumerate(delen):
        plaats = deel["sleutel"].split(".")
        if len(plaats) == 3 and int(plaats[2]) not in diners.get(int(plaats[1]), set()):
            yield f"{path_of(('verslag', 'delen', i, 'sleutel'))}: deze stelling bestaat niet in dit bestand"
    draden = data.get("rode_draden", [])
    yield from _doubles([draad for draad in draden if "id" in draad], "id", ("rode_draden",))
    bekend = {draad["id"] for draad in draden if "id" in draad}
    geplaatst: set[str] = set()
    for i, draad in enumerate(draden):
        pad: Pad = ("rode_draden", i)
        if draad.get("diner") is not None and draad["diner"] not in diners:
            yield f"{path_of((*pad, 'diner'))}: diner {draad['diner']} bestaat niet in dit bestand"
        elif draad.get("stelling") is not None and draad["stelling"] not in diners.get(
            draad.get("diner"), set()
        ):
            yield f"{path_of((*pad, 'stelling'))}: stelling {draad['stelling']} bestaat niet in dit diner"
        onder = [rij for rij in draad.get("onderbouwing", []) if "draad" in rij]
        yield from _doubles(onder, "draad", (*pad, "onderbouwing"))
        for j, rij in enumerate(draad.get("onderbouwing", [])):
            rijpad = (*pad, "onderbouwing", j)
            if "draad" in rij and (rij["draad"] not in bekend or rij["draad"] == draad.get("id")):
                yield f"{path_of((*rijpad, 'draad'))}: geen andere rode draad van dit bestand"
            if "bijdrage" in rij:
                kenmerk = rij["bijdrage"].lower()
                if kenmerk not in bijdragen:
                    yield f"{path_of((*rijpad, 'bijdrage'))}: bijdrage bestaat niet in dit bestand"
                elif kenmerk in geplaatst:
                    yield f"{path_of((*rijpad, 'bijdrage'))}: draagt al een andere rode draad"
                geplaatst.add(kenmerk)
