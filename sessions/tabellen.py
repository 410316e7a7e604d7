"""A file with rows (CSV or Excel) that a stranger may have made: read within bounds, or refused with a Dutch sentence.

Nothing here trusts what a file says of itself: bytes are counted after unpacking, XML is looked through before a library
builds anything of it, and text is only text when its encoding leaves no doubt.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from denkdiner.errors import DenkdinerError
from denkdiner.text import is_storable
from denkdiner.zips import Kapot, TeGroot, Teller, TeVeelXml, read_parts

MAX_BYTES = 2 * 1024 * 1024
"""Of the file itself: five thousand guests fit in a fifth of it."""
MAX_RIJEN = 5_000
"""Rows with something in them, the headings not counted. As many as a file of a whole reeks may have for a diner."""
MAX_LEGE = 5_000
"""Rows without anything between them."""
MAX_KOLOMMEN = 20
MAX_CEL = 500
MAX_DELEN = 200
MAX_UITGEPAKT = 12 * 1024 * 1024
MAX_ELEMENTEN = 300_000
"""Of all XML in a workbook: five thousand rows of a dozen columns."""

GEEN_TABEL = (
    "Dit bestand is geen CSV- of Excel-bestand. Bewaar de lijst als .xlsx of als .csv en probeer het opnieuw."
)
TE_GROOT = "Dit bestand is te groot: ten hoogste 2 MB."
TE_VEEL_RIJEN = f"Dit bestand heeft te veel rijen: ten hoogste {MAX_RIJEN:,} gasten.".replace(",", ".")
TE_VEEL_KOLOMMEN = f"Dit bestand heeft te veel kolommen: ten hoogste {MAX_KOLOMMEN}."
BOM = "Dit Excel-bestand pakt uit tot iets dat veel te groot is. Bewaar alleen de lijst met gasten in een nieuw bestand."
KAPOT = (
    "Dit Excel-bestand is beschadigd of geen gewoon Excel-bestand. Bewaar het opnieuw als .xlsx, of als .csv."
)
OUD = "Dit is een oud of beveiligd Excel-bestand. Bewaar het zonder wachtwoord als .xlsx, of als .csv."
LETTERS = (
    "De letters in dit bestand zijn niet te lezen. Bewaar het in Excel als “CSV UTF-8” of als gewone .xlsx."
)
LEEG = "In dit bestand staan geen rijen. De eerste rij bevat de koppen, zoals naam, organisatie en sector."


class TabelFout(DenkdinerError):
    """This file cannot be read as a table."""


@dataclass(frozen=True, slots=True)
class Tabel:
    """Text in rows, each as wide as the headings; the number of a row is the one that people see in Excel."""

    koppen: tuple[str, ...]
    rijen: tuple[tuple[int, tuple[str, ...]], ...]


def read_tabel(inhoud: bytes) -> Tabel:
    """The table in *inhoud*, whatever its name says: a workbook (first sheet) or separated text; empty rows left out.

    Raises ``TabelFout``. Takes at most about two seconds and 100 MB, and less than one to refuse.
    """
    if len(inhoud) > MAX_BYTES:
        raise TabelFout(TE_GROOT)
    if inhoud.startswith(b"\xd0\xcf\x11\xe0"):
        raise TabelFout(OUD)
    return _as_tabel(_rows_of_xlsx(inhoud) if inhoud.startswith(b"PK") else _rows_of_csv(inhoud))


def _as_tabel(rijen: Iterable[tuple[int, list[str]]]) -> Tabel:
    koppen: tuple[str, ...] | None = None
    gevuld: list[tuple[int, tuple[str, ...]]] = []
    for gezien, (nummer, cellen) in enumerate(rijen):
        if gezien > MAX_RIJEN + MAX_LEGE:
            raise TabelFout(TE_VEEL_RIJEN)
        while cellen and not cellen[-1]:
            cellen.pop()
        if len(cellen) > MAX_KOLOMMEN:
            raise TabelFout(TE_VEEL_KOLOMMEN)
        if not cellen:
            continue
        if koppen is None:
            koppen = tuple(cellen)
            continue
        if len(gevuld) == MAX_RIJEN:
            raise TabelFout(TE_VEEL_RIJEN)
        gevuld.append((nummer, tuple(cellen)))
    if koppen is None or not gevuld:
        raise TabelFout(LEEG)
    breed = max(len(koppen), *(len(cellen) for _, cellen in gevuld))
    return Tabel(
        koppen=koppen + ("",) * (breed - len(koppen)),
        rijen=tuple((nummer, cellen + ("",) * (breed - len(cellen))) for nummer, cellen in gevuld),
    )


def _cell(waarde: object, nummer: int) -> str:
    """One line of text; a formula is refused: what it would say is not in the file, or not what its maker thinks."""
    tekst = "" if waarde is None else str(waarde)
    if len(tekst) > MAX_CEL:
        raise TabelFout(f"Rij {nummer}: een cel is te lang: ten hoogste {MAX_CEL} tekens.")
    if not is_storable(tekst):
        raise TabelFout(LETTERS)
    return " ".join(tekst.split())


def _formula(nummer: int) -> TabelFout:
    return TabelFout(
        f"Rij {nummer}: hier staat een formule. Kopieer de lijst en plak die als waarden, of bewaar hem als .csv."
    )


# --- separated text ------------------------------------------------------------------------------------------------------

_BESTURING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BESTURING_BYTES = re.compile(_BESTURING.pattern.encode())
_HALF_UTF8 = re.compile(rb"[\xc3\xc5][\x80-\xbf]")
"""An accented letter in UTF-8. In a text that is not UTF-8 as a whole, somebody mixed two files."""


def _decode(inhoud: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or what Excel writes on Windows; nothing that merely happens to have letters for it."""
    try:
        if inhoud.startswith((b"\xff\xfe", b"\xfe\xff")):
            tekst = inhoud.decode("utf-16")
        elif _BESTURING_BYTES.search(inhoud):
            raise TabelFout(GEEN_TABEL)
        else:
            try:
                tekst = inhoud.decode("utf-8-sig")
            except UnicodeDecodeError:
                if _HALF_UTF8.search(inhoud):
                    raise TabelFout(LETTERS) from None
                tekst = inhoud.decode("cp1252")
    except UnicodeDecodeError:
        raise TabelFout(LETTERS) from None
    if _BESTURING.search(tekst):
        raise TabelFout(GEEN_TABEL)
    return tekst


def _rows_of_csv(inhoud: bytes) -> Iterator[tuple[int, list[str]]]:
    tekst = _decode(inhoud).lstrip("\n\r")
    kop = re.sub(r'"[^"]*"', "", tekst.split("\n", 1)[0])
    scheiding = max(";,\t", key=kop.count)
    try:
        for nummer, cellen in enumerate(csv.reader(io.StringIO(tekst), delimiter=scheiding, strict=True), 1):
            # "+31 6", "-" and "@naam" stand in lists that people keep; what we write ourselves makes none of them a formula
            if any(cel.startswith("=") for cel in cellen):
                raise _formula(nummer)
            yield nummer, [_cell(cel, nummer) for cel in cellen[: MAX_KOLOMMEN + 1]]
    except csv.Error:
        raise TabelFout(
            "Dit CSV-bestand is niet te lezen: er staat ergens een aanhalingsteken dat niet sluit, of een regel is te lang."
        ) from None


# --- a workbook ----------------------------------------------------------------------------------------------------------


def _check_parts(inhoud: bytes) -> None:
    """Nothing in this zip is more than it should be: not what it declares, not what comes out, not its XML."""
    teller = Teller(MAX_ELEMENTEN)
    try:
        for _ in read_parts(inhoud, delen=MAX_DELEN, uitgepakt=MAX_UITGEPAKT, teller=teller):
            pass
    except TeGroot:
        raise TabelFout(BOM) from None
    except TeVeelXml:
        raise TabelFout(TE_VEEL_RIJEN) from None
    except Kapot:
        raise TabelFout(KAPOT) from None


def _rows_of_xlsx(inhoud: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    try:
        _check_parts(inhoud)
        boek = load_workbook(io.BytesIO(inhoud), read_only=True, keep_links=False)
        blad = boek.worksheets[0]
        blad.reset_dimensions()  # what a sheet says of its own size may be anything
        for nummer, cellen in enumerate(blad.iter_rows(max_col=MAX_KOLOMMEN + 1), 1):
            if any(cel.data_type == "f" for cel in cellen):
                raise _formula(nummer)
            yield nummer, [_cell(cel.value, nummer) for cel in cellen]
    except (DenkdinerError, MemoryError, GeneratorExit):
        raise
    except (
        Exception
    ):  # what a library says of a broken workbook has no common ancestor, and its words help nobody
        raise TabelFout(KAPOT) from None
