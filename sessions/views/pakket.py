"""The pack: everything that lies on the tables, as one PDF."""

import threading
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denkdiner.colours import readable
from denkdiner.errors import DenkdinerError
from denkdiner.paper import MIME, GeenPdf, as_pdf, font_configuration, isolated, lay_out, letters, picture
from denkdiner.text import clean
from sessions import access, queries, services
from sessions.forms import PakketForm
from sessions.models import Diner, Logo, Toegang
from sessions.pakket import Deel, Pakketbron, Tafelblad, pakketbron
from sessions.views.links import qr_svg, table_link
from sessions.views.snijlijnen import snijlijnen

_PERS = threading.Lock()
"""One pack at a time: a large one works a processor for half a minute, and tables may be writing meanwhile."""
BEZET = "Er wordt net al een pakket gemaakt. Probeer het over een halve minuut nog eens."


@dataclass(frozen=True, slots=True)
class Qrblad:
    """The sheet of one table: a QR, or why there is none."""

    tafel: Tafelblad
    qr: str
    fout: str


def _page(
    request: HttpRequest, diner: Diner, bron: Pakketbron, status: int = 200, **context: Any
) -> HttpResponse:
    gekozen = context.pop("gekozen", [deel for deel in Deel if bron.has(deel)])
    context |= {
        "reeks": diner.reeks,
        "diner": diner,
        "delen": [
            {"deel": deel, "er": bron.has(deel), "wat": bron.how_much(deel), "aan": deel in gekozen}
            for deel in Deel
        ],
        "vernieuwd": [tafel for tafel in bron.tafels if tafel.sinds],
        "onleesbaar": [tafel for tafel, toegang in queries.toegangen_of(diner) if not _opens(toegang)],
    }
    return render(request, "sessions/pakket.html", context, status=status)


def _opens(toegang: Toegang) -> bool:
    try:
        return bool(services.token_of(toegang))
    except DenkdinerError:
        return False


@never_cache
@require_safe
def pakket(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """What the pack can hold, and what is not there yet. Makes no link: that is for the sheets themselves."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return _page(request, diner, pakketbron(diner))


@never_cache
@require_safe
def pakket_pdf(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The chosen parts (``deel``; all when nothing is asked) as a PDF. 503 when this machine cannot make one.

    Tables without a link get one, as on the page with the links; a valid link never changes.
    """
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    bron = pakketbron(diner)
    form = PakketForm(request.GET or {"deel": Deel.values})
    if not form.is_valid():
        return _page(request, diner, bron, 422, form=form, gekozen=request.GET.getlist("deel"))
    delen = [deel for deel in Deel if deel in form.cleaned_data["deel"] and bron.has(deel)]
    if not delen:
        form.add_error("deel", "Van wat je koos is nog niets om te printen.")
        return _page(request, diner, bron, 422, form=form)
    if not _PERS.acquire(blocking=False):
        return _page(request, diner, bron, 503, fout=BEZET, gekozen=delen)
    try:
        fonts = font_configuration()  # before any link is made: a machine without Pango changes nothing
        html = pakket_html(request, diner, bron, delen)
        pdf = as_pdf(lay_out(html, fonts=fonts), inhoud=html)
    except GeenPdf as error:
        return _page(request, diner, bron, 503, fout=error, gekozen=delen)
    finally:
        _PERS.release()
    response = HttpResponse(pdf, content_type=MIME)
    response["Content-Disposition"] = f'attachment; filename="pakket-diner-{diner.nummer}.pdf"'
    return response


def pakket_html(request: HttpRequest, diner: Diner, bron: Pakketbron, delen: list[Deel]) -> str:
    """The pack as one page of HTML for paper, with the letters and pictures that it needs."""
    reeks, eerste = diner.reeks, readable(diner.reeks.kleur)
    logo = Logo.objects.filter(reeks=reeks).first()
    context = {
        "reeks": reeks,
        "diner": diner,
        "titel": isolated(diner.titel),
        "reekstitel": isolated(reeks.titel),
        "organisatie": isolated(reeks.organisatie),
        "sprekers": [isolated(een.spreker.naam) for een in diner.optredens.select_related("spreker")],
        "bron": bron,
        "delen": [(deel, bron.how_much(deel)) for deel in delen],
        "bladen": _qr_sheets(request, diner, bron) if Deel.QR in delen else [],
        "kleur": eerste,
        "tweede": readable(reeks.tweede_kleur, eerste),
        "logo": picture(bytes(logo.data), logo.soort) if logo else "",
        "lettertypen": letters(),
        "snijlijnen": picture(snijlijnen()) if Deel.NAAMKAARTJES in delen else "",
    }
    return clean(render_to_string("sessions/papier/pakket.html", context))


def _qr_sheets(request: HttpRequest, diner: Diner, bron: Pakketbron) -> list[Qrblad]:
    toegangen = services.open_toegangen(diner=diner, now=timezone.now())
    bladen = []
    for tafel in bron.tafels:
        try:
            link, fout = table_link(request, toegangen[tafel.pk]), ""
        except DenkdinerError as error:
            link, fout = "", str(error)
        qr = picture(qr_svg(link)) if link else ""
        bladen.append(Qrblad(tafel, qr, fout))
    return bladen
