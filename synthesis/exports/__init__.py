"""The report in other people's formats. One file a format; each turns a ``Verslaginhoud`` into bytes.

``FORMATEN`` names them; a writer is imported when it is asked for.
"""

from dataclasses import dataclass

from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.voortgang import Meld, silent


@dataclass(frozen=True, slots=True)
class Formaat:
    """``uitleg``: for whom it is, in a few words."""

    naam: str
    extensie: str
    mime: str
    uitleg: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATEN = {
    "docx": Formaat("Word", "docx", f"{_OFFICE}.wordprocessingml.document", "om verder te schrijven"),
    "odt": Formaat(
        "OpenDocument",
        "odt",
        "application/vnd.oasis.opendocument.text",
        "om verder te schrijven in LibreOffice",
    ),
    "pdf": Formaat("Pdf", "pdf", "application/pdf", "om te lezen en te printen; toegankelijk (PDF/UA)"),
    "html": Formaat(
        "Webpagina", "html", "text/html; charset=utf-8", "één bestand; elke verwijzing opent haar notities"
    ),
    "md": Formaat("Markdown", "md", "text/markdown; charset=utf-8", "platte tekst met opmaak"),
    "xlsx": Formaat(
        "Excel", "xlsx", f"{_OFFICE}.spreadsheetml.sheet", "notities, rode draden, matrix en peilingen"
    ),
    "csv": Formaat("Csv", "zip", "application/zip", "dezelfde tabellen, in een zip"),
    "qdpx": Formaat(
        "REFI-QDA-project", "qdpx", "application/zip", "voor programma’s als NVivo, MAXQDA en ATLAS.ti"
    ),
    "qdc": Formaat(
        "REFI-QDA-codeboek", "qdc", "application/xml", "alleen de rode draden en trefwoorden, als codes"
    ),
    "json": Formaat(
        "Json", "json", "application/json; charset=utf-8", "de reeks, om ergens anders weer in te lezen"
    ),
}
FORMATS = tuple(FORMATEN)


def write(
    inhoud: Verslaginhoud, formaat: str, *, sjabloon: bytes | None = None, meld: Meld = silent
) -> bytes:
    """*inhoud* as a file of *formaat*; *sjabloon*: a checked template, for Word only.

    ``ValueError`` for what is no format of the report itself: "json" is of the whole reeks (``synthesis.verslagbestand``).
    """
    match formaat:
        case "docx":
            from synthesis.exports.docx import write_docx

            return write_docx(inhoud, sjabloon, meld)
        case "odt":
            from synthesis.exports.odt import write_odt

            return write_odt(inhoud, meld)
        case "pdf":
            from synthesis.exports.pdf import write_pdf

            return write_pdf(inhoud, meld)
        case "html":
            from synthesis.exports.html import write_html

            return write_html(inhoud)
        case "md":
            from synthesis.exports.md import write_md

            return write_md(inhoud)
        case "xlsx":
            from synthesis.exports.xlsx import write_xlsx

            return write_xlsx(inhoud, meld)
        case "csv":
            from synthesis.exports.csv_zip import write_csv

            return write_csv(inhoud)
        case "qdpx":
            from synthesis.exports.refi import write_qdpx

            return write_qdpx(inhoud, meld)
        case "qdc":
            from synthesis.exports.refi import write_qdc

            return write_qdc(inhoud)
    raise ValueError(f"unknown format {formaat!r}")
