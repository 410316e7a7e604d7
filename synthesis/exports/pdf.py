"""The report as a tagged PDF (PDF/UA-1): the page of ``html`` on paper, with a title, a language and bookmarks."""

import logging
import threading
import time
from collections.abc import Callable

from denkdiner.paper import as_pdf, font_configuration, lay_out
from synthesis.exports.html import page
from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.voortgang import Meld, silent

MAX_NOTEN = 5_000
"""Notes that an appendix in a PDF may hold: each page takes memory until the last one is there."""


def write_pdf(inhoud: Verslaginhoud, meld: Meld = silent) -> bytes:
    """*inhoud* as a .pdf file. The same content gives the same bytes. ``GeenPdf`` when this machine cannot make one."""
    fonts = font_configuration()
    with _Luisteraar(lambda blad: meld(min(30 + blad // 8, 85), f"Bladzijde {blad} wordt opgemaakt")):
        document = lay_out(page(inhoud, papier=True), fonts=fonts)
    meld(88, "De pdf wordt geschreven")
    return as_pdf(document, inhoud=inhoud)


class _Luisteraar(logging.Handler):
    """Hears from WeasyPrint at which page it is: the only sign of life of minutes of work. At most twice a second."""

    def __init__(self, vertel: Callable[[int], None]) -> None:
        super().__init__()
        self.vertel, self.blad, self.vorige = vertel, 0, 0.0
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:  # somebody else's handout
            return
        if "Page" in record.msg and isinstance(record.args, tuple) and record.args:
            self.blad = max(self.blad, int(str(record.args[0])))
        if (nu := time.monotonic()) - self.vorige > 0.5:
            self.vorige = nu
            self.vertel(self.blad)

    def __enter__(self) -> "_Luisteraar":
        logger = logging.getLogger("weasyprint.progress")
        self._niveau, logger.propagate = logger.level, False
        logger.setLevel(logging.INFO)
        logger.addHandler(self)
        return self

    def __exit__(self, *fout: object) -> None:
        logger = logging.getLogger("weasyprint.progress")
        logger.removeHandler(self)
        logger.setLevel(self._niveau)
