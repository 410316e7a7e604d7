"""The link of a table, and its picture."""

import io

import segno
from django.http import HttpRequest
from django.urls import reverse

from sessions import services
from sessions.models import Toegang


def join_address(request: HttpRequest) -> str:
    """Where tables come in, in full, as people reach it."""
    return request.build_absolute_uri(reverse("capture:aanmelden"))


def table_link(adres: str, toegang: Toegang) -> str:
    """The full address in a table's QR; the token stands in the fragment. ``DenkdinerError`` when it must be made anew."""
    return f"{adres}#{services.token_of(toegang)}"


def qr_svg(link: str) -> bytes:
    """*link* as a QR: an SVG with its namespace, so that it can stand in an <img>."""
    svg = io.BytesIO()
    segno.make(link, error="m").save(svg, kind="svg", scale=8, border=2, light="#fff")
    return svg.getvalue()
