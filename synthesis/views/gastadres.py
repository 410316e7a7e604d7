"""The address of the guests who look back, in full, and its picture."""

import io

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from sessions.models import Diner
from synthesis.models import Gastlink
from synthesis.services import gasttoken_of


def gast_address(request: HttpRequest, link: Gastlink) -> str:
    """Empty when the server's key has changed since: then the link has to be renewed."""
    token = gasttoken_of(link)
    return request.build_absolute_uri(reverse("synthesis:terug", args=[token])) if token else ""


def diner_address(request: HttpRequest, diner: Diner) -> str:
    """Where all guests of *diner* look back; empty as long as they cannot. One query."""
    links = Gastlink.objects.filter(terugkoppeling__diner=diner, tafel=None).select_related("terugkoppeling")
    link = links.first()
    return (
        gast_address(request, link)
        if link is not None and link.terugkoppeling.is_open(timezone.localdate())
        else ""
    )


def gast_qr(adres: str) -> bytes:
    """*adres* as a QR: an SVG that can stand in an <img>."""
    svg = io.BytesIO()
    segno.make(adres, error="m").save(svg, kind="svg", scale=8, border=2, light="#fff")
    return svg.getvalue()
