"""The app's addresses, and a few that misbehave; for ``test_asgi.py``."""

import threading

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import include, path

from denkdiner.errors import Conflict

go_on = threading.Event()
arrived = threading.Semaphore(0)


@login_not_required
def slow(request):
    """A report that takes all evening: until the test says so."""
    arrived.release()
    go_on.wait(60)
    return HttpResponse("eindelijk")


@login_not_required
def breaks(request):
    raise RuntimeError("kapot")


def without_database(request):
    raise OperationalError("de database is weg")


def too_late(request):
    raise Conflict("Iemand anders was je voor.")


@login_not_required
def streams(request):
    return StreamingHttpResponse(iter([b"een ", b"voor ", b"een"]))


@login_not_required
def breaks_halfway(request):
    def content():
        yield b"half"
        raise RuntimeError("kapot")

    return StreamingHttpResponse(content())


def which_connection(request):
    """Tells one connection to the database from another."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(str(id(connection.connection)))


urlpatterns = [
    path("traag/", slow),
    path("kapot/", breaks),
    path("stroom/", streams),
    path("half/", breaks_halfway),
    path("sync/kapot", breaks),
    path("sync/zonder", without_database),
    path("sync/te-laat", too_late),
    path("sync/verbinding", which_connection),
    path("", include("denkdiner.urls")),
]
