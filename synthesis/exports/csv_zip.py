"""The report as separated text: a .zip with a file for each table, and what it all is in LEESMIJ.txt."""

import csv
import io
import zipfile

from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.tabellen import Cel, about_lines, sheets
from synthesis.exports.zippen import add

UITLEG = """
Elk .csv-bestand is UTF-8, gescheiden door puntkomma's, met de kolommen op de eerste regel. Een tekst die in een spreadsheet
als formule gelezen zou worden, begint met een '. Een notitie heeft een code die nooit verandert; wie aan een tafel zat,
staat er niet bij.
"""


def write_csv(inhoud: Verslaginhoud) -> bytes:
    """*inhoud* as a .zip of .csv files. The same content gives the same bytes."""
    uit = io.BytesIO()
    voor = "concept-" if inhoud.is_concept else ""
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as zip_:
        add(zip_, "LEESMIJ.txt", "\n".join([*about_lines(inhoud), UITLEG]))
        for blad in sheets(inhoud):
            regels = io.StringIO()
            schrijver = csv.writer(regels, delimiter=";", lineterminator="\r\n")
            schrijver.writerow(blad.koppen)
            schrijver.writerows([_cell(waarde) for waarde in rij] for rij in blad.rijen)
            # a byte order mark: without it a spreadsheet takes an é for two letters
            add(zip_, f"{voor}{blad.naam.lower().replace(' ', '-')}.csv", "\ufeff" + regels.getvalue())
    return uit.getvalue()


def _cell(waarde: Cel) -> Cel:
    """What somebody typed may not run as a formula in a reader's spreadsheet."""
    if isinstance(waarde, str) and waarde.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{waarde}"
    return waarde
