"""The only way a view obtains a Reeks, a Diner, a scherm or a joined tablet: access *is* the lookup.

Outsiders get 404 (they learn nothing), members without the right role get 403. The rights table: ``docs/begrippen.md``.
"""

from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from denkdiner.prepared import Prepared
from sessions.models import (
    Agendalink,
    Apparaat,
    Briefing,
    Diner,
    Gebruiker,
    Lidmaatschap,
    Reeks,
    Rol,
    Uitnodiging,
)
from sessions.services.log import Wie
from sessions.tokens import token_hash

ORGANISATOR = (Rol.ORGANISATOR,)
VERSLAGLEGGER = (Rol.VERSLAGLEGGER,)
TEAM = (Rol.ORGANISATOR, Rol.VERSLAGLEGGER)
LEDEN = tuple(Rol)


def wie(request: HttpRequest) -> Wie:
    """Who is signed in, now: for the log of what they do."""
    return Wie(cast(Gebruiker, request.user), timezone.now())


def rollen_of(gebruiker: Gebruiker | AnonymousUser, reeks: Reeks) -> frozenset[str]:
    """The roles of *gebruiker* in *reeks*: empty for an outsider. One query, remembered on the reeks object."""
    if not isinstance(gebruiker, Gebruiker):
        return frozenset()
    cache: dict[int, frozenset[str]] = reeks.__dict__.setdefault("_rollen", {})
    if gebruiker.pk not in cache:
        cache[gebruiker.pk] = frozenset(
            Lidmaatschap.objects.filter(gebruiker=gebruiker, reeks=reeks).values_list("rol", flat=True)
        )
    return cache[gebruiker.pk]


def get_reeks(gebruiker: Gebruiker | AnonymousUser, slug: str, rollen: tuple[Rol, ...] = LEDEN) -> Reeks:
    """The reeks at *slug* for a member with one of *rollen*; 404 for outsiders, 403 for other members. Two queries."""
    try:
        reeks = Reeks.objects.get(slug=slug)
    except Reeks.DoesNotExist:
        raise Http404 from None
    _require(gebruiker, reeks, rollen)
    return reeks


def get_diner(
    gebruiker: Gebruiker | AnonymousUser, slug: str, nummer: int, rollen: tuple[Rol, ...] = LEDEN
) -> Diner:
    """Diner *nummer* of the reeks at *slug*, its reeks loaded; 404 and 403 as ``get_reeks``. Two queries."""
    try:
        diner = Diner.objects.select_related("reeks").get(reeks__slug=slug, nummer=nummer)
    except Diner.DoesNotExist:
        raise Http404 from None
    _require(gebruiker, diner.reeks, rollen)
    return diner


def get_bron(gebruiker: Gebruiker | AnonymousUser, pk: str) -> Diner:
    """The diner *pk* (as an address says it) to copy; 404 unless *gebruiker* is organisator of its reeks. One query."""
    if not isinstance(gebruiker, Gebruiker) or not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        raise Http404
    diner = Diner.objects.organised_by(gebruiker).select_related("reeks").filter(pk=int(pk)).first()
    if diner is None:
        raise Http404
    return diner


def _require(gebruiker: Gebruiker | AnonymousUser, reeks: Reeks, rollen: tuple[Rol, ...]) -> None:
    eigen = rollen_of(gebruiker, reeks)
    if not eigen:
        raise Http404
    if eigen.isdisjoint(rollen):
        raise PermissionDenied


def get_scherm(token: str) -> Diner:
    """The diner whose scherm has this token, its reeks loaded; 404 otherwise. One query."""
    try:
        return Diner.objects.select_related("reeks").get(scherm_token_hash=token_hash(token))
    except Diner.DoesNotExist:
        raise Http404 from None


def get_uitnodiging(token: str) -> Uitnodiging:
    """The invitation with this link, perhaps used or too old; 404 when it was taken back, or never was. One query."""
    gevraagd = Uitnodiging.objects.filter(withdrawn_at=None).select_related("reeks", "invited_by")
    try:
        return gevraagd.get(token_hash=token_hash(token))
    except Uitnodiging.DoesNotExist:
        raise Http404 from None


def get_briefing(token: str) -> Briefing:
    """The briefing with this link, its spreker, diner and reeks loaded; 404 otherwise. One query."""
    try:
        return Briefing.objects.select_related("optreden__spreker", "optreden__diner__reeks").get(
            token_hash=token_hash(token)
        )
    except Briefing.DoesNotExist:
        raise Http404 from None


def get_agenda(token: str) -> Reeks:
    """The reeks whose calendar has this address; 404 otherwise. One query."""
    try:
        return Agendalink.objects.select_related("reeks").get(token_hash=token_hash(token)).reeks
    except Agendalink.DoesNotExist:
        raise Http404 from None


def find_apparaat(request: HttpRequest) -> Apparaat | None:
    """The joined, unrevoked tablet behind this request's cookie, with what tablets need of its diner and reeks; else None.

    One query.
    """
    return find_apparaat_by_secret(request.COOKIES.get(settings.TABLE_COOKIE, ""))


def find_apparaat_by_secret(secret: str) -> Apparaat | None:
    """As ``find_apparaat``, for a websocket that has only the cookie's value."""
    if not secret:
        return None
    return next(iter(_APPARATEN(token_hash(secret))), None)


_APPARATEN = Prepared(
    lambda sleutel: (
        Apparaat.objects.active()
        .select_related("toegang__tafel__diner__reeks")
        .only(
            "nummer",
            "last_seen_at",
            "wachtend",
            "toegang__tafel__nummer",
            "toegang__tafel__naam",
            "toegang__tafel__diner__nummer",
            "toegang__tafel__diner__titel",
            "toegang__tafel__diner__status",
            "toegang__tafel__diner__reeks__horizonjaar",
        )
        .filter(sleutel_hash=sleutel)
        .order_by()
    ),
    lambda: Apparaat._meta.get_field("sleutel_hash"),
    "?",
)
"""Asked at every request of a tablet: of 47 columns those that tablets need. Any other costs a query when it is read."""
