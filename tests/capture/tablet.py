"""What the tests of the tablet's pages share: addresses, a note as a form posts it, and what stands in a page."""

import re
import uuid

from django.urls import reverse

from sessions.models import Dinerstatus

ADD, TAFEL = "/tafel/notities/nieuw/", "/tafel/"


def note(**fields):
    return {"bijdrage_id": uuid.uuid4(), "op_id": uuid.uuid4(), "tekst": "Vakmensen willen ruimte"} | fields


def body(response):
    return response.content.decode()


def address(name, bijdrage):
    return reverse(f"capture:bijdrage_{name}", args=[bijdrage.pk])


def close(diner):
    diner.status = Dinerstatus.AFGESLOTEN
    diner.save()


def part(response, start, end):
    """What stands between the tag that matches *start* and the first *end* after it; both have to be there."""
    found = re.search(rf"<[^<>]*{start}[^<>]*>(.*?){end}", body(response), re.DOTALL)
    assert found, f"no {start} in the page"
    return found[1]


def listed(response):
    """The list of notes in the page."""
    return part(response, "data-lijst", "</ul>")


def binned(response):
    """The bin in the page."""
    return part(response, 'id="prullenbak"', "</details>")


def editor(response):
    """The form for a new note in the page."""
    return part(response, "data-noteer", "</form>")
