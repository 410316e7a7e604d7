"""How a tablet's view obtains its own table and its own notes, and a guest's page the diner where guests vote.

Nothing else can be reached with a device cookie, or with the address of the guests.
"""

import uuid

from django.http import Http404, HttpRequest

from capture.models import Bijdrage
from sessions.access import find_apparaat
from sessions.models import Apparaat, Diner
from sessions.tokens import as_code, code_hash


class NietAangemeld(Exception):
    """No joined device behind this request: the tablet must scan its QR again. Nothing that was typed is lost by that."""


def get_apparaat(request: HttpRequest) -> Apparaat:
    """The tablet behind this request, as ``find_apparaat`` gives it. Raises ``NietAangemeld``. One query."""
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


def get_diner_of_guests(token: str) -> Diner:
    """The diner whose guests vote at *token*, its reeks loaded; 404 for any other. Dashes and lower case are forgiven.

    One query.
    """
    code = as_code(token)
    try:
        return Diner.objects.select_related("reeks").get(stemlink__token_hash=code_hash(code))
    except Diner.DoesNotExist:
        raise Http404 from None
