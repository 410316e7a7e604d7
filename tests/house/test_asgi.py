"""The real application under the real server: threads that last, notes that never wait for a page, limits, and nudges."""

import http.client
import json
import socket
import uuid
from contextlib import ExitStack, closing

import pytest
from django.conf import settings
from django.db import connection, connections
from websockets.sync.client import connect

from capture.models import Bijdrage
from denkdiner import threads
from sessions.services import open_toegang, token_of
from tests.cast import tablet_client
from tests.factories import NOW
from tests.house import asgi_urls

SLEUTEL = "sleutel-van-femke"
MARKER = {"denkdiner": 1}


@pytest.fixture
def server(live, settings):
    settings.ROOT_URLCONF = "tests.house.asgi_urls"
    asgi_urls.go_on.clear()
    yield live
    asgi_urls.go_on.set()


@pytest.fixture
def talk(server):
    """``talk()``: one connection to the server that stays open between requests."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(
            closing(http.client.HTTPConnection("localhost", server.port, timeout=30))
        )


def ask(line, path, method="GET", body=None, **headers):
    """Status, headers and body of one request."""
    line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = line.getresponse()
    return response.status, response.headers, response.read()


def op_of(apparaat, tekst="Een gedachte"):
    return {
        "op_id": str(uuid.uuid4()),
        "note_id": str(uuid.uuid4()),
        "tafel": apparaat.toegang.tafel_id,
        "kind": "create",
        "base_rev": 0,
        "stelling": None,
        "ronde": None,
        "device_id": str(uuid.uuid4()),
        "seq": 1,
        "client_ts": "2026-11-24T19:42:00+01:00",
        "body": {"tekst": tekst},
    }


def hallo(line):
    """What ``hallo`` says, and the headers for a POST."""
    status, headers, body = ask(line, "/sync/hallo", Cookie=f"{settings.TABLE_COOKIE}={SLEUTEL}")
    assert status == 200, body
    csrf = headers["Set-Cookie"].partition("csrftoken=")[2].partition(";")[0]
    cookies = f"{settings.TABLE_COOKIE}={SLEUTEL}; csrftoken={csrf}"
    return json.loads(body), {"Cookie": cookies, "X_CSRFToken": json.loads(body)["csrf"]}


def post(line, *ops, **headers):
    body = json.dumps({"protocol": 1, "ops": ops})
    return ask(line, "/sync/ops", "POST", body, Content_Type="application/json", **headers)


# --- pages and notes do not wait for each other ------------------------------------------------------------------------
def test_slow_pages_do_not_hold_up_a_note(femke, talk):
    pages = [talk() for _ in range(3 * threads.FOR_PAGES.number)]
    for page in pages:
        page.request("GET", "/traag/")
    for _ in range(threads.FOR_PAGES.number):
        assert asgi_urls.arrived.acquire(timeout=30)
    line = talk()
    _, headers = hallo(line)
    status, _, body = post(line, op_of(femke), **headers)
    assert (status, json.loads(body)["verdicts"][0]["verdict"]) == (200, "stored")
    asgi_urls.go_on.set()
    for page in pages:
        assert page.getresponse().read() == b"eindelijk"


# --- whatever a view does ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/kapot/", "/sync/kapot", "/half/"])
def test_exception_is_a_500_and_the_connection_goes_on(femke, talk, path, caplog):
    line = talk()
    for _ in range(2 * threads.FOR_PAGES.number):
        status, _, body = ask(line, path)
        assert (status, b"kapot" in body) == (500, False)
    assert "RuntimeError" in caplog.text
    assert ask(line, "/stroom/")[2] == b"een voor een"
    assert hallo(line)[0]["denkdiner"] == 1


@pytest.mark.parametrize(
    ("path", "status", "fout"),
    [("/sync/zonder", 503, "even later opnieuw"), ("/sync/te-laat", 409, "Iemand anders was je voor.")],
)
def test_what_goes_wrong_under_sync_is_said_in_json(talk, path, status, fout):
    answer, headers, body = ask(talk(), path)
    assert (answer, headers["Content-Type"], json.loads(body)) == (
        status,
        "application/json",
        MARKER | {"fout": fout},
    )


def test_head_and_unknown_addresses(talk):
    line = talk()
    assert ask(line, "/gezond/", "HEAD")[::2] == (200, b"")
    assert ask(line, "/bestaat/niet/")[0] == 404
    assert ask(line, "/sync/bestaat-niet")[0] == 404
    assert ask(line, "/gezond/?x=%ff")[0] == 200


# --- what protects -----------------------------------------------------------------------------------------------------
def test_answers_carry_the_headers_that_protect(femke, talk):
    line = talk()
    _, headers, _ = ask(line, "/sync/hallo", Cookie=f"{settings.TABLE_COOKIE}={SLEUTEL}")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert headers["Content-Type"] == "application/json"
    _, headers, _ = ask(line, "/t/")
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Length"]


def test_a_note_needs_the_csrf_token_and_our_own_host(femke, talk):
    line = talk()
    _, headers = hallo(line)
    for wrong in ({"X_CSRFToken": "x" * 32}, {"Origin": "http://elders.example"}):
        assert post(line, op_of(femke), **headers | wrong)[0] == 403
    assert post(line, op_of(femke), **headers, Host="elders.example")[0] == 400
    assert not Bijdrage.objects.exists()
    assert post(line, op_of(femke), **headers, Origin="http://localhost:8000")[0] == 200
    assert Bijdrage.objects.count() == 1


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/sync/ops", "/t/deelnemen/"])
def test_body_over_the_limit_is_413(femke, talk, monkeypatch, path, chunked):
    monkeypatch.setattr(threads, "MAX_BODY", 300_000)
    monkeypatch.setattr(threads, "MAX_SYNC_BODY", 300_000)
    size = 300_001
    body = iter([b" " * (size // 3)] * 3 + [b" "]) if chunked else b" " * size
    status, _, answer = ask(talk(), path, "POST", body, Content_Type="application/json")
    assert (status, json.loads(answer)) == (413, MARKER | {"fout": "te groot"})
    line = talk()
    _, headers = hallo(line)
    assert post(line, op_of(femke), **headers)[0] == 200


# --- clients that go away ------------------------------------------------------------------------------------------------
def test_client_that_never_finishes_its_request_costs_nothing(femke, server, talk, caplog):
    for _ in range(2 * threads.FOR_SYNC.number):
        with closing(socket.create_connection(("127.0.0.1", server.port))) as half:
            half.sendall(b"POST /sync/ops HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    line = talk()
    _, headers = hallo(line)
    assert post(line, op_of(femke), **headers)[0] == 200
    assert caplog.text == ""


def test_note_is_stored_when_the_client_hangs_up_before_the_answer(femke, server, talk):
    _, headers = hallo(talk())
    body = json.dumps({"protocol": 1, "ops": [op_of(femke)]})
    lines = {"Host": "localhost", **{k.replace("_", "-"): v for k, v in headers.items()}}
    lines |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    address = f"ws://localhost:{server.port}/ws/tafel/"
    with connect(address, origin=server.url, additional_headers={"Cookie": headers["Cookie"]}) as screen:
        with closing(socket.create_connection(("127.0.0.1", server.port))) as hasty:
            hasty.sendall(f"POST /sync/ops HTTP/1.1\r\n{head}\r\n{body}".encode())
        assert json.loads(screen.recv(timeout=30))["type"] == "bijdrage-added"
    assert Bijdrage.objects.count() == 1


# --- nudges --------------------------------------------------------------------------------------------------------------
def test_note_over_http_nudges_the_table_and_the_board(femke, roos, sign_in, server, talk, diner):
    """Through everything that is real: the short chain, the commit in a thread, the event loop, a websocket."""
    session = sign_in(roos).cookies[settings.SESSION_COOKIE_NAME].value
    line = talk()
    _, headers = hallo(line)
    with ExitStack() as stack:
        screens = [
            stack.enter_context(
                connect(
                    f"ws://localhost:{server.port}{path}",
                    origin=server.url,
                    additional_headers={"Cookie": cookie},
                )
            )
            for path, cookie in (
                ("/ws/tafel/", headers["Cookie"]),
                (f"/ws/diner/{diner.pk}/", f"{settings.SESSION_COOKIE_NAME}={session}"),
            )
        ]
        for number in range(3):
            op = op_of(femke, f"Gedachte {number}")
            assert post(line, op, **headers)[0] == 200
            for screen in screens:
                heard = json.loads(screen.recv(timeout=30))
                assert (heard["type"], heard["bijdrage"]) == ("bijdrage-added", op["note_id"])


def test_joining_by_the_real_door_goes_through_the_whole_chain(server, talk, tafels):
    token = token_of(open_toegang(tafel=tafels[0], now=NOW))
    line = talk()
    csrf = ask(line, "/t/")[1]["Set-Cookie"].partition("csrftoken=")[2].partition(";")[0]
    form = f"token={token}&csrfmiddlewaretoken={csrf}"
    status, headers, _ = ask(
        line,
        "/t/deelnemen/",
        "POST",
        form,
        Cookie=f"csrftoken={csrf}",
        Content_Type="application/x-www-form-urlencoded",
    )
    assert (status, headers["Location"]) == (302, f"/tafel/#{tafels[0].pk}")
    assert headers["Set-Cookie"].startswith(f"{settings.TABLE_COOKIE}=")


# --- connections that last ---------------------------------------------------------------------------------------------
@pytest.fixture
def lasting():
    """As in production: a thread keeps its connection. They are closed again before the database is removed."""
    options = connections.settings["default"]
    before, options["CONN_MAX_AGE"] = options["CONN_MAX_AGE"], None
    threads.close_threads()
    yield
    options["CONN_MAX_AGE"] = before
    threads.close_threads()


def break_connections():
    """What a database that is restarted does to everybody. Nothing on SQLite, which is a file."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def test_threads_keep_their_connections_and_get_new_ones_when_the_database_restarts(femke, lasting, talk):
    line = talk()
    seen = {ask(line, "/sync/verbinding")[2] for _ in range(20)}
    assert 1 <= len(seen) <= threads.FOR_SYNC.number
    _, headers = hallo(line)
    break_connections()
    answers = [post(line, op_of(femke, f"Gedachte {number}"), **headers) for number in range(8)]
    # each thread finds out once, whenever its turn comes, and says so in our own words
    failed = [json.loads(body) for status, _, body in answers if status == 503]
    assert len(failed) <= threads.FOR_SYNC.number
    assert all(one["denkdiner"] == 1 for one in failed)
    stored = [json.loads(body)["verdicts"][0]["verdict"] for status, _, body in answers if status == 200]
    assert stored == ["stored"] * (len(answers) - len(failed))


def test_short_chain_is_the_same_for_the_test_client(femke):
    """What tests elsewhere see is what a tablet gets."""
    response = tablet_client(SLEUTEL).get("/sync/hallo")
    assert response.status_code == 200
    assert not hasattr(response.wsgi_request, "session")
    assert "Content-Security-Policy" not in response
