"""One question to one server: what may be asked, and what a bad server can do to us."""

import json
import logging
import os
import subprocess
import sys
import threading
import time

import pytest

from denkdiner.endpoint import MAX_ANSWER, Endpoint, Unreachable, ask, refusal
from tests.taalmodel import drip, send, serving

KEY = "sk-heel-geheim"


@pytest.fixture
def stub():
    with serving() as found:
        yield found


def hear(stub, **fields):
    return ask(stub.endpoint(**fields), systeem="Opdracht", tekst="N1: é ☕ \ud800")


def test_the_question_goes_whole_to_the_one_address_and_the_answer_comes_back(stub, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    stub.says("Dag")
    assert hear(stub, key=KEY) == "Dag"
    (body,) = stub.asked
    assert [message["content"] for message in body["messages"]] == ["Opdracht", "N1: é ☕ ?"]
    assert (body["model"], body["stream"], stub.paths) == ("proef", False, ["/v1/chat/completions"])
    assert stub.headers[0]["Authorization"] == f"Bearer {KEY}"
    hear(stub)
    assert "Authorization" not in stub.headers[1]


BAD = {
    "redirect": (
        lambda h: send(h, b"", 307, Location=f"http://127.0.0.1:{h.server.server_address[1]}/elders"),
        "ander adres",
    ),
    "500": (lambda h: send(h, b"{}", 500), r"fout \(500\)"),
    "401": (lambda h: send(h, b"sleutel " + KEY.encode(), 401), r"fout \(401\)"),
    "204": (lambda h: send(h, b"", 204), r"fout \(204\)"),
    "html": (
        lambda h: send(h, b"<!doctype html><h1>Inloggen</h1>", Content_Type="text/html"),
        "niet te lezen",
    ),
    "garbage": (lambda h: send(h, os.urandom(4_000)), "niet te lezen"),
    "half": (lambda h: send(h, b'{"choices": [{"mess'), "niet te lezen"),
    "other shape": (lambda h: send(h, b'{"choices": {"0": 1}}'), "niet te lezen"),
    "no choices": (lambda h: send(h, b'{"choices": []}'), "niet te lezen"),
    "no text": (lambda h: send(h, b'{"choices": [{"message": {"content": null}}]}'), "niet te lezen"),
    "deep": (lambda h: send(h, b"[" * 200_000), "niet te lezen"),
    "compressed": (lambda h: send(h, b"\x1f\x8b", Content_Encoding="gzip"), "niet te lezen"),
    "huge": (lambda h: send(h, b"x" * (MAX_ANSWER + 1)), "te groot"),
    "nothing": (lambda h: h.connection.close(), "niet te bereiken"),
    "no http": (lambda h: h.wfile.write(b"\x00\x01\x02\r\n\r\n"), "niet te bereiken"),
    "endless header": (
        lambda h: h.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000),
        "niet te bereiken",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_server_that_misbehaves_is_one_dutch_sentence(stub, name, caplog):
    caplog.set_level(logging.DEBUG)
    stub.does, said = BAD[name]
    with pytest.raises(Unreachable, match=said) as caught:
        hear(stub, key=KEY)
    assert stub.paths == ["/v1/chat/completions"], "nobody was asked twice, or elsewhere"
    assert KEY not in caplog.text + str(caught.value) + repr(stub.endpoint(key=KEY))
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: a\r\n\r\n", b""])
def test_a_server_that_drips_is_cut_off_in_time(stub, head):
    stub.does = lambda handler: drip(stub, handler, head)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="nog niet klaar"):
        hear(stub, seconds=0.5)
    assert time.monotonic() - began < 10
    for thread in [een for een in threading.enumerate() if een.name == "taalmodel"]:
        thread.join(5)  # nobody goes on listening to it
        assert not thread.is_alive()


def test_a_server_that_is_silent_is_given_up_before_the_end(stub):
    stub.does = lambda handler: stub.closing.wait(10)
    with pytest.raises(Unreachable, match="antwoordt niet"):
        hear(stub, seconds=60, silence=0.2)


def test_nobody_there():
    with pytest.raises(Unreachable, match="niet te bereiken"):
        ask(Endpoint(url="http://127.0.0.1:9/v1/x", model="m", seconds=5), systeem="", tekst="")


def test_whoever_waits_can_stop_and_the_connection_ends(stub):
    gone = threading.Event()

    def hold(handler):
        drip(stub, handler)
        gone.set()

    class Stop(Exception):
        pass

    def waiting(seconds):
        assert seconds >= 0
        raise Stop

    stub.does = hold
    with pytest.raises(Stop):
        ask(stub.endpoint(seconds=30), systeem="", tekst="", waiting=waiting)
    assert gone.wait(10), "the server noticed"


# --- which addresses --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "https://model.example.nl/v1/chat/completions",
        "http://localhost:11434/v1/chat/completions",
        "http://127.0.0.1:8080/v1/chat/completions",
        "http://[::1]:8080/v1/chat/completions",
        "http://ollama:11434/v1/chat/completions",
    ],
)
def test_https_or_ones_own_machine_may_be_asked(url):
    assert refusal(url, "ollama") == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://model.example.nl/v1/chat",
        "http://ollama:11434/v1/chat",
        "http://127.0.0.1.example.nl/v1/chat",
        "http://localhost.example.nl/v1/chat",
        "http://10.0.0.1/v1/chat",
        "ftp://localhost/v1",
        "file:///etc/passwd",
        "https://",
        "https://model.example.nl",
        "https://model.example.nl/",
        "https://naam:geheim@model.example.nl/v1/chat",
        "https://model.example.nl/v1/chat?key=geheim",
        "https://model.example.nl/v1/chat#deel",
        "https://model.example.nl:99999/v1/chat",
        "https://model.example.nl/v1/ chat",
        "https://[model/v1/chat",
        "model.example.nl/v1/chat",
    ],
)
def test_no_other_address_may_be_asked(url):
    assert refusal(url)


def settings_say(**environment):
    code = "from denkdiner import settings as s; print(s.DRAFTER_ENDPOINT, s.DRAFTER_ENDPOINT.key)"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DRAFTER_")}
    return subprocess.run(
        [sys.executable, "-c", code], env=clean | environment, capture_output=True, text=True, check=False
    )


GOOD = {"DRAFTER_URL": "https://model.example.nl/v1/chat/completions", "DRAFTER_MODEL": "m"}


def test_the_settings_name_it_and_without_them_there_is_none():
    assert "url=''" in settings_say().stdout
    said = settings_say(**GOOD, DRAFTER_KEY=KEY)
    assert said.stdout.count(KEY) == 1, "printed by itself only"
    assert json.dumps("m") in said.stdout.replace("'", '"')


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"DRAFTER_URL": "http://model.example.nl/v1/chat"}, "https://"),
        ({"DRAFTER_MODEL": ""}, "DRAFTER_MODEL"),
        ({"DRAFTER_KEY": "twee woorden"}, "DRAFTER_KEY"),
        ({"DRAFTER_SECONDS": "lang"}, "must be numbers"),
        ({"DRAFTER_SECONDS": "5"}, "DRAFTER_SILENCE"),
    ],
)
def test_settings_that_are_nonsense_are_refused_at_the_start(extra, said):
    result = settings_say(**GOOD | extra)
    assert result.returncode == 1
    assert said in result.stderr
    assert "twee woorden" not in result.stderr
