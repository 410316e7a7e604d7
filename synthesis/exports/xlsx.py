"""The report as a workbook: a sheet that says what it is, then notes, threads, matrix and peilingen. No formulas, ever."""

import io
from datetime import UTC, datetime

from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.kleuren import tint
from synthesis.exports.tabellen import CONCEPT, about_lines, columns, sheets
from synthesis.exports.tekens import clean
from synthesis.exports.voortgang import Meld, silent


def write_xlsx(inhoud: Verslaginhoud, meld: Meld = silent) -> bytes:
    """*inhoud* as a .xlsx file. The same content gives the same bytes.

    Text is written as text, however it begins: "=1+1" is what a table noted, not a sum.
    """
    from xlsxwriter import Workbook

    uit = io.BytesIO()
    boek = Workbook(uit, {"constant_memory": True})
    moment = datetime(inhoud.datum.year, inhoud.datum.month, inhoud.datum.day, tzinfo=UTC)
    boek.set_properties(
        {
            "title": clean(inhoud.titel)[:255],
            "subject": clean(inhoud.ondertitel),
            "company": clean(inhoud.organisatie)[:255],
            "author": clean(inhoud.organisatie)[:255],
            "status": "Concept" if inhoud.is_concept else "Vastgesteld",
            "created": moment.replace(tzinfo=None),
        }
    )
    kop = boek.add_format(
        {
            "bold": True,
            "bg_color": tint(inhoud.stijl.kleur, 0.88),
            "bottom": 1,
            "valign": "top",
            "text_wrap": True,
        }
    )
    cel = boek.add_format({"text_wrap": True, "valign": "top"})
    groot = boek.add_format(
        {"bold": True, "font_size": 16, "font_color": inhoud.stijl.kleur, "text_wrap": True}
    )
    merk = boek.add_format({"bold": True, "bg_color": "#ffd98a", "text_wrap": True})
    eerste = boek.add_worksheet("Over dit bestand")
    eerste.set_column(0, 0, 100)
    eerste.hide_gridlines(2)
    for rij, regel in enumerate(about_lines(inhoud)):
        vorm = merk if regel == CONCEPT else groot if regel == clean(inhoud.titel) else cel
        eerste.write_string(rij, 0, regel[:32_000], vorm)
    for blad in sheets(inhoud):
        meld(40, f"Het blad {blad.naam} wordt geschreven")
        vel = boek.add_worksheet(blad.naam)
        if inhoud.is_concept:
            vel.set_header('&L&A&R&"Arial,Bold"CONCEPT')
        vel.set_landscape()
        vel.set_paper(9)
        vel.fit_to_pages(1, 0)
        vel.repeat_rows(0)
        vel.freeze_panes(1, 1)
        for kolom, breedte in enumerate(blad.breedtes):
            vel.set_column(kolom, kolom, breedte)
        vel.autofilter(0, 0, max(len(blad.rijen), 1), len(blad.koppen) - 1)
        for kolom, naam in enumerate(columns(blad.koppen)):
            vel.write_string(0, kolom, naam, kop)
        for nummer, waarden in enumerate(blad.rijen, start=1):
            for kolom, waarde in enumerate(waarden):
                if isinstance(waarde, int):
                    vel.write_number(nummer, kolom, waarde, cel)
                elif waarde:
                    vel.write_string(nummer, kolom, waarde, cel)
            if not nummer % 1000:
                meld(40 + 50 * nummer // len(blad.rijen), f"Het blad {blad.naam} wordt geschreven")
    boek.close()
    return uit.getvalue()
