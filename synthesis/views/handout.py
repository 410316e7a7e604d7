"""The handout: the evening on two pages, for whoever leaves the room."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denkdiner.paper import picture
from sessions.access import TEAM, get_diner
from synthesis.exports.handout import MIME, GeenPdf, write_handout
from synthesis.exports.handout_keuze import Handout
from synthesis.queries import handoutbron
from synthesis.views.gastadres import diner_address, gast_qr


def handout_html(h: Handout) -> str:
    """The handout as a page for paper."""
    return render_to_string("synthesis/handout.html", {"h": h})


@never_cache
@require_safe
def handout(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The handout as a PDF; possible while the evening still runs. 503 when this machine cannot make one."""
    diner = get_diner(request.user, slug, nummer, TEAM)
    adres = diner_address(request, diner)
    bron = replace(handoutbron(diner), gasten=adres, gasten_qr=picture(gast_qr(adres)) if adres else "")
    try:
        pdf = write_handout(bron, gemaakt_at=timezone.localtime(timezone.now()), html=handout_html)
    except GeenPdf as error:
        context = {"reeks": diner.reeks, "diner": diner, "fout": error}
        return render(request, "synthesis/geen_handout.html", context, status=503)
    response = HttpResponse(pdf, content_type=MIME)
    response["Content-Disposition"] = f'inline; filename="handout-diner-{diner.nummer}.pdf"'
    return response
