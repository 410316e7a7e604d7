"""Pages for paper: HTML to a tagged PDF (PDF/UA-1), made by WeasyPrint, which opens only what is ours. A leaf."""

import base64
import hashlib
import logging
import threading
import unicodedata
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from denkdiner.errors import DenkdinerError

MIME = "application/pdf"
VARIANT = "pdf/ua-1"
LETTERS = {("normal", "400"): "Regular", ("normal", "700"): "Semibold", ("italic", "400"): "It"}
"""Style and weight → file of the font."""
PICTURES = ("data:image/svg+xml;base64,", "data:image/png;base64,", "data:image/jpeg;base64,")
"""How the address of a picture begins that stands in the page itself."""
_FSI, _PDI = "\u2068", "\u2069"
_RICHTING = frozenset({"R", "AL", "RLE", "LRE", "RLO", "LRO", "RLI", "LRI", "FSI", "PDF", "PDI"})


class GeenPdf(DenkdinerError):
    """This machine cannot make a PDF: Pango is not installed."""


def open_weasyprint() -> Any:
    """The package, only when somebody asks for paper: it brings C libraries that a machine may not have. ``GeenPdf``."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: the package is there and Pango is not
        raise GeenPdf(
            "Deze server kan nog geen pdf maken, omdat Pango niet is geïnstalleerd. Vraag de beheerder daarom."
        ) from error
    logging.getLogger("weasyprint").propagate = False  # it would write down what people said
    return weasyprint


def lay_out(html: str, *, fonts: Any) -> Any:
    """*html* as WeasyPrint's document, of which ``pages`` can be counted; *fonts* of ``font_configuration``. ``GeenPdf``."""
    bladzijden = open_weasyprint().HTML(string=html, url_fetcher=fetcher(letter_addresses()))
    return bladzijden.render(font_config=fonts, pdf_variant=VARIANT)


def as_pdf(document: Any, *, inhoud: object) -> bytes:
    """The file of *document*; the same *inhoud* (by its ``repr``) gives the same identifier, so the same bytes."""
    identifier = hashlib.sha256(repr(inhoud).encode()).digest()[:16]
    return bytes(document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier))


def font_configuration() -> Any:
    """The fonts of one file, to share between the times that it is laid out. ``GeenPdf``."""
    open_weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def letters() -> tuple[tuple[str, str, str], ...]:
    """Style, weight and address of our own font; nothing when its package is not there: then the machine's letters."""
    spec = find_spec("font_source_sans_pro")
    if spec is None or not spec.submodule_search_locations:
        return ()
    map_ = Path(spec.submodule_search_locations[0]) / "files"
    return tuple(
        (stijl, gewicht, (map_ / f"SourceSansPro-{naam}.ttf").as_uri())
        for (stijl, gewicht), naam in LETTERS.items()
    )


def letter_addresses() -> frozenset[str]:
    """What a page for paper may open."""
    return frozenset(adres for *_, adres in letters())


def fetcher(toegestaan: Collection[str]) -> Any:
    """Opens our own letters and pictures, and nothing else: no file of the server, no address of the network."""
    from weasyprint.urls import URLFetcher

    class OnlyOurs(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in toegestaan and not url.startswith(PICTURES):
                raise ValueError("not ours")
            return super().fetch(url, headers)

    return OnlyOurs()


def picture(data: bytes, mime: str = "image/svg+xml") -> str:
    """*data* as the address of a picture that stands in the page itself."""
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def isolated(tekst: str) -> str:
    """*tekst*; when it runs from right to left, it does not turn what stands around it."""
    richtingen = {unicodedata.bidirectional(teken) for teken in tekst}
    return f"{_FSI}{tekst}{_PDI}" if richtingen & _RICHTING else tekst


class Tekenloos(logging.Handler):
    """Collects the characters for which no font had a letter, as they are drawn in this thread."""

    def __init__(self) -> None:
        super().__init__()
        self.tekens: set[str] = set()
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if (
            record.thread == self._thread
            and record.msg.startswith(".notdef")
            and isinstance(record.args, tuple)
        ):
            self.tekens.add(str(record.args[0]))

    def __enter__(self) -> "Tekenloos":
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *fout: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)
