"""How a tablet's view obtains its own table and its own notes; nothing else can be reached with a device cookie."""

import uuid

from django.http import Http404, HttpRequest

from capture.models import Bijdrage
from sessions.access import find_apparaat
from sessions.models import Apparaat


class NietAangemeld(Exception):
    """No joined device behind this request: the tablet must scan its QR again. Nothing that was typed is lost by that."""


def get_apparaat(request: HttpRequest) -> Apparaat:
    """The tablet behind this request, its tafel, diner and reeks loaded. Raises ``NietAangemeld``. One query."""
    apparaat = find_apparaat(request)
    if apparaat is None:
        raise NietAangemeld
    return apparaat


def get_bijdrage(apparaat: Apparaat, pk: uuid.UUID) -> Bijdrage:
    """A note of the tablet's own table, in the bin or not; 404 for any other. One query."""
    try:
        return Bijdrage.objects.select_related("tafel__diner", "stelling", "ronde").get(
            pk=pk, tafel=apparaat.toegang.tafel_id
        )
    except Bijdrage.DoesNotExist:
        raise Http404 from None
