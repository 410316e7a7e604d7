"""The handout of an evening: two pages at most, as a tagged PDF (PDF/UA-1), for whoever leaves the room.

What stands on it is chosen in ``handout_keuze``, how it looks stands in ``templates/synthesis/handout.html``. Pure: the HTML
comes from a function that is passed in, nothing is fetched but the letters of our own font.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from denkdiner.errors import DenkdinerError
from synthesis.exports.bron import Handoutbron
from synthesis.exports.handout_keuze import (
    HOOGTE,
    MATEN,
    SVG,
    Handout,
    choose,
    choose_quotes,
    height,
    is_beyond,
    letters,
)
from synthesis.exports.tekens import clean

MIME = "application/pdf"
PAGINAS = 2


class GeenPdf(DenkdinerError):
    """This machine cannot make a PDF: Pango is not installed."""


def write_handout(bron: Handoutbron, *, gemaakt_at: datetime, html: Callable[[Handout], str]) -> bytes:
    """The handout as a PDF of at most ``PAGINAS`` pages; *html* writes what was chosen as a page.

    The largest ``Maat`` that fits is found by laying it out, two or three times as a rule. *gemaakt_at* is local time. The
    same input gives the same bytes. A quote with characters for which this machine has no letters is left out, as it would
    not stand there word for word. Raises ``GeenPdf`` when this machine cannot make a PDF.
    """
    weasyprint = _weasyprint()
    bron = _drawable(bron, weasyprint)
    fonts = _fonts()
    fetcher = _fetcher(frozenset(adres for *_, adres in letters()))
    mogelijk = list(_different(bron, gemaakt_at))

    def lay_out(handout: Handout) -> Any:
        bladzijde = weasyprint.HTML(string=html(handout), url_fetcher=fetcher)
        return bladzijde.render(font_config=fonts, pdf_variant="pdf/ua-1")

    te_groot, past, document = -1, len(mogelijk), None
    poging = next((plek for plek, een in enumerate(mogelijk) if height(een) <= HOOGTE), past - 1)
    stap = 1
    while past - te_groot > 1:
        bladen = lay_out(mogelijk[poging])
        if len(bladen.pages) <= PAGINAS:
            document, gekozen, past = bladen, mogelijk[poging], poging
        else:
            te_groot = poging
        # near the guess step by step, then in halves between what is too much and what fits
        volgende = past - stap if document is not None else te_groot + stap
        poging = volgende if te_groot < volgende < past else (te_groot + past) // 2
        stap *= 2
    if document is None:
        raise GeenPdf("De handout past niet op twee bladzijden. Het verslag is er wel.")
    identifier = hashlib.sha256(repr(gekozen).encode()).digest()[:16]
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier))


def _drawable(bron: Handoutbron, weasyprint: Any) -> Handoutbron:
    """Without the quotes for which this machine has no letters: on paper they would not stand word for word."""
    vreemd = "\n".join(
        clean(quote.tekst) for quote in choose_quotes(bron.diner.quotes) if is_beyond(quote.tekst)
    )
    if not vreemd:
        return bron
    with _Tekenloos() as tekenloos:
        weasyprint.HTML(string=f"<pre>{escape(vreemd)}</pre>", url_fetcher=_fetcher(frozenset())).write_pdf()
    quotes = tuple(quote for quote in bron.diner.quotes if not tekenloos.tekens & set(quote.tekst))
    verzwegen = bron.verzwegen_quotes + len(bron.diner.quotes) - len(quotes)
    return replace(bron, diner=replace(bron.diner, quotes=quotes), verzwegen_quotes=verzwegen)


def _different(bron: Handoutbron, gemaakt_at: datetime) -> Iterator[Handout]:
    """From much to little; sizes that bring the same are tried once."""
    vorige = None
    for maat in MATEN:
        handout = choose(bron, maat, gemaakt_at=gemaakt_at)
        if handout != vorige:
            yield handout
        vorige = handout


def _weasyprint() -> Any:
    """Only when somebody asks for a handout: it brings C libraries that a machine may not have."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: the package is there and Pango is not
        raise GeenPdf(
            "Deze server kan nog geen pdf maken, omdat Pango niet is geïnstalleerd. Vraag de beheerder daarom."
        ) from error
    logging.getLogger("weasyprint").propagate = False  # it would write down what people said
    return weasyprint


class _Tekenloos(logging.Handler):
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

    def __enter__(self) -> "_Tekenloos":
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *fout: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)


def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _fetcher(toegestaan: frozenset[str]) -> Any:
    """Opens our own letters and pictures, and nothing else: no file of the server, no address of the network."""
    from weasyprint.urls import URLFetcher

    class OnlyOurs(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in toegestaan and not url.startswith(SVG):
                raise ValueError("not ours")
            return super().fetch(url, headers)

    return OnlyOurs()
