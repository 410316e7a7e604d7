"""The handout of an evening: two pages at most, as a tagged PDF (PDF/UA-1), for whoever leaves the room.

What stands on it is chosen in ``handout_keuze``, how it looks stands in ``templates/synthesis/handout.html``. Pure: the HTML
comes from a function that is passed in, nothing is fetched but the letters of our own font.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from xml.sax.saxutils import escape

from denkdiner.paper import (
    MIME,
    GeenPdf,
    Tekenloos,
    as_pdf,
    fetcher,
    font_configuration,
    lay_out,
    open_weasyprint,
)
from synthesis.exports.bron import Handoutbron
from synthesis.exports.handout_keuze import (
    HOOGTE,
    MATEN,
    Handout,
    choose,
    choose_quotes,
    height,
    is_beyond,
)
from synthesis.exports.tekens import clean

__all__ = ["MIME", "PAGINAS", "GeenPdf", "write_handout"]
PAGINAS = 2


def write_handout(bron: Handoutbron, *, gemaakt_at: datetime, html: Callable[[Handout], str]) -> bytes:
    """The handout as a PDF of at most ``PAGINAS`` pages; *html* writes what was chosen as a page.

    The largest ``Maat`` that fits is found by laying it out, two or three times as a rule. *gemaakt_at* is local time. The
    same input gives the same bytes. A quote with characters for which this machine has no letters is left out, as it would
    not stand there word for word. Raises ``GeenPdf`` when this machine cannot make a PDF.
    """
    bron = _drawable(bron)
    fonts = font_configuration()
    mogelijk = list(_different(bron, gemaakt_at))
    te_groot, past, document = -1, len(mogelijk), None
    poging = next((plek for plek, een in enumerate(mogelijk) if height(een) <= HOOGTE), past - 1)
    stap = 1
    while past - te_groot > 1:
        bladen = lay_out(html(mogelijk[poging]), fonts=fonts)
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
    return as_pdf(document, inhoud=gekozen)


def _drawable(bron: Handoutbron) -> Handoutbron:
    """Without the quotes for which this machine has no letters: on paper they would not stand word for word."""
    vreemd = "\n".join(
        clean(quote.tekst) for quote in choose_quotes(bron.diner.quotes) if is_beyond(quote.tekst)
    )
    if not vreemd:
        return bron
    weasyprint = open_weasyprint()
    with Tekenloos() as tekenloos:
        weasyprint.HTML(string=f"<pre>{escape(vreemd)}</pre>", url_fetcher=fetcher(())).write_pdf()
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
