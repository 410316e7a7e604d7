"""The tablet of a table, as a browser sees it: with and without HTMX, with good and with bad input."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from capture.models import Bijdrage, BijdrageVersie
from capture.services import Inhoud, edit_bijdrage
from sessions.models import Apparaat, Dinerstatus
from sessions.services import revoke_toegang, rotate_toegang
from sessions.tokens import derive_token
from tests.cast import tablet_client
from tests.factories import (
    NOW,
    BijdrageFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
    ToegangFactory,
)

HTMX = {"HX-Request": "true"}
ADD, TAFEL, LIST = "/tafel/notities/nieuw/", "/tafel/", "/tafel/notities/"
BOTH_WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


def note(**fields):
    return {"bijdrage_id": uuid.uuid4(), "op_id": uuid.uuid4(), "tekst": "Vakmensen willen ruimte"} | fields


def body(response):
    return response.content.decode()


def address(name, bijdrage):
    return reverse(f"capture:bijdrage_{name}", args=[bijdrage.pk])


def close(diner):
    diner.status = Dinerstatus.AFGESLOTEN
    diner.save()


@pytest.fixture
def femkes(tafels):
    return BijdrageFactory(tafel=tafels[0], tekst="Van Femke")


@pytest.fixture
def brams(tafels):
    return BijdrageFactory(tafel=tafels[1], tekst="Geheim van tafel twee")


@pytest.fixture
def toegang(tafels):
    """The QR of tafel 1; ``toegang.token`` is what stands behind the "#"."""
    toegang = ToegangFactory(tafel=tafels[0])
    toegang.token = derive_token(purpose="tafel", nonce=toegang.nonce)
    return toegang


# --- joining ---------------------------------------------------------------------------------------------------------
def test_qr_leads_from_the_link_to_the_table(toegang):
    """The whole walk with CSRF on; the token is posted, and never stands in an address that reaches the server."""
    client = Client(enforce_csrf_checks=True)

    def post(url, page, **fields):
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body(page))
        return client.post(url, {"csrfmiddlewaretoken": found[1], **fields})

    start = client.get("/t/")
    assert 'action="/t/kijken/"' in body(start)
    seen = post("/t/kijken/", start, token=f"http://localhost:8000/t/#{toegang.token}")
    assert seen.status_code == 200
    assert "<h1>Tafel 1</h1>" in body(seen)
    assert "De werkplaats van morgen" in body(seen)
    assert not Apparaat.objects.exists(), "looking joins nothing"
    joined = post("/t/deelnemen/", seen, token=toegang.token)
    assert (joined.status_code, joined["Location"]) == (302, TAFEL)
    table = client.get(TAFEL)
    assert table.status_code == 200
    assert "Tafel 1 · De werkplaats van morgen" in body(table)
    for page in (start, seen, table):
        addresses = re.findall(r'(?:href|src|action|hx-get|hx-post|data-live-url)="([^"]*)"', body(page))
        assert addresses
        assert not any(toegang.token in found for found in addresses)
        assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(("https", "name"), [(False, "tafel"), (True, "__Host-tafel")])
def test_cookie_of_the_tablet_is_closed_to_scripts_and_other_sites(toegang, settings, https, name):
    settings.HTTPS, settings.TABLE_COOKIE = https, name
    cookie = Client().post("/t/deelnemen/", {"token": toegang.token}).cookies[name]
    assert (cookie["httponly"], bool(cookie["secure"]), cookie["samesite"]) == (True, https, "Lax")
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", 36 * 3600)
    assert not Apparaat.objects.filter(sleutel_hash=cookie.value).exists(), "only a hash is stored"


@pytest.mark.parametrize("step", ["/t/kijken/", "/t/deelnemen/"])
@pytest.mark.parametrize("token", ["", "abc", "x" * 22, "é" * 22, "x" * 600, "a\0b"])
def test_wrong_token_is_refused_in_words(toegang, step, token):
    response = Client().post(step, {"token": token})
    assert response.status_code == 422
    assert re.search(r'role="alert">(Deze link klopt niet|Plak hier de link)', body(response))
    assert not Apparaat.objects.exists()
    assert not response.cookies.get("tafel")


def test_replaced_revoked_and_closed_links_open_nothing(toegang):
    tokens = [toegang.token]
    for action in (rotate_toegang, revoke_toegang):
        action(tafel=toegang.tafel, now=NOW)
        valid = toegang.tafel.toegangen.get(revoked_at=None, replaced_at=None)
        tokens.append(derive_token(purpose="tafel", nonce=valid.nonce))
    for token in tokens[:2]:
        assert Client().post("/t/deelnemen/", {"token": token}).status_code == 422
    close(toegang.tafel.diner)
    response = Client().post("/t/deelnemen/", {"token": tokens[2]})
    assert response.status_code == 422
    assert "afgesloten" in body(response)
    assert not Apparaat.objects.exists()


def test_scanning_again_keeps_the_device_and_its_place(toegang):
    client = Client()
    client.post("/t/deelnemen/", {"token": toegang.token})
    sleutel = client.cookies["tafel"].value
    again = client.post("/t/deelnemen/", {"token": toegang.token})
    assert (again.status_code, again["Location"]) == (302, TAFEL)
    assert (client.cookies["tafel"].value, Apparaat.objects.count()) == (sleutel, 1)
    assert "Dit apparaat doet al mee aan Tafel 1" in body(client.get("/t/"))


def test_fourth_device_at_a_table_is_refused(toegang):
    answers = [Client().post("/t/deelnemen/", {"token": toegang.token}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 422]
    assert Apparaat.objects.count() == 3


# --- who may come in -------------------------------------------------------------------------------------------------
ADDRESSES = ["tafel", "ronde_kop", "bijdrage_list", "bijdrage_add"]
OF_A_NOTE = ["bijdrage_edit", "bijdrage_delete", "bijdrage_restore"]


@pytest.mark.parametrize("name", ADDRESSES + OF_A_NOTE)
@pytest.mark.parametrize("who", ["nobody", "a wrong cookie", "a revoked device", "an account"])
def test_only_a_joined_tablet_comes_in(name, who, femkes, femkes_tablet, roos, sign_in):
    if who == "a revoked device":
        revoke_toegang(tafel=femkes.tafel, now=NOW)
    clients = {
        "nobody": Client(),
        "a wrong cookie": tablet_client("verzonnen"),
        "a revoked device": femkes_tablet,
        "an account": sign_in(roos),
    }
    url = reverse(f"capture:{name}", args=[femkes.pk] if name in OF_A_NOTE else [])
    client = clients[who]
    answer = client.get(url)
    assert (answer.status_code, answer["Location"]) == (302, "/t/")
    refused = [client.post(url, note(), headers=headers) for headers in ({}, HTMX)]
    for answer in (client.get(url, headers=HTMX), *refused):
        assert answer.status_code == 401
        assert "Opnieuw aanmelden" in body(answer)
        assert "Van Femke" not in body(answer)
    assert BijdrageVersie.objects.count() == 1


def test_refused_tablet_without_script_gets_back_what_was_typed(db):
    answer = Client().post(ADD, note(tekst="Dit mag <niet> weg"))
    assert "<!doctype html>" in body(answer)
    assert "Dit mag &lt;niet&gt; weg" in body(answer)


@BOTH_WAYS
@pytest.mark.parametrize("name", ["edit", "delete", "restore"])
def test_note_of_another_table_does_not_exist(name, headers, brams, femkes_tablet):
    url, own = address(name, brams), str(brams.pk)
    urls = [url, url.replace(own, str(uuid.uuid4())), url.replace(own, "geen-uuid")]
    answers = [femkes_tablet.post(one, note(base_rev=1), headers=headers) for one in urls]
    if name == "edit":
        answers.append(femkes_tablet.get(url, headers=headers))
    assert {answer.status_code for answer in answers} == {404}
    assert not any(brams.tekst in body(answer) for answer in answers)
    assert brams.versies.count() == 1


def test_tablet_sees_only_the_notes_of_its_own_table(femkes, brams, femkes_tablet, brams_tablet):
    pages = [TAFEL, LIST, address("edit", femkes)]
    assert all("Van Femke" in body(femkes_tablet.get(page)) for page in pages)
    assert not any(brams.tekst in body(femkes_tablet.get(page)) for page in pages)
    assert brams.tekst in body(brams_tablet.get(LIST))


# --- the page --------------------------------------------------------------------------------------------------------
def test_table_page_shows_the_stelling_and_offers_to_note_on_it(femkes_tablet, ronde, stelling):
    stelling.doorvragen = ["Wie betaalt dat?"]
    stelling.save()
    page = body(femkes_tablet.get(TAFEL))
    assert f'<h1 class="ronde-kop__stelling">{stelling.tekst}</h1>' in page
    assert "<li>Wie betaalt dat?</li>" in page
    assert f'<option value="{stelling.pk}" selected>' in page
    assert f'<input type="hidden" name="ronde" value="{ronde.pk}"' in page
    assert 'value="inzicht" checked' in page
    assert 'data-live-url="/ws/tafel/"' in page
    assert "Nog geen notities" in page
    kop = body(femkes_tablet.get("/tafel/ronde/"))
    assert stelling.tekst in kop
    assert 'data-ends-at="2026-11-24T19:50:00+01:00"' in kop


RUNNING = {"started_at": NOW, "paused_remaining": 60}
ENDED = {"started_at": NOW, "ends_at": NOW, "ended_at": NOW}
PHASES = [  # status, ronde, heading
    ("voorbereiding", {}, "We beginnen zo"),
    ("live", {}, "We beginnen zo"),
    ("live", ENDED, "Even geen tafelgesprek"),
    ("live", {"soort": "pauze"} | RUNNING, "Pauze"),
    ("afgesloten", ENDED, "Bedankt, dit diner is afgesloten"),
]


@pytest.mark.parametrize(("status", "ronde", "words"), PHASES)
def test_table_page_says_where_the_evening_is(femkes_tablet, diner, status, ronde, words):
    diner.status = status
    diner.save()
    RondeFactory(diner=diner, **ronde)
    for url in (TAFEL, "/tafel/ronde/"):
        assert re.search(rf"<h1[^>]*>{words}</h1>", body(femkes_tablet.get(url)))


def kop_words(client):
    """What stands at the head of the tablet, without tags."""
    return " ".join(re.sub(r'<("[^"]*"|[^">])*>', " ", body(client.get("/tafel/ronde/"))).split())


def test_table_page_names_a_ronde_once_and_who_speaks(femkes_tablet, diner):
    ronde = RondeFactory(diner=diner, soort="spreker", **RUNNING)
    for volgorde, (naam, functie) in enumerate([("Zoë", "Denker"), ("Ada", "")]):
        spreker = SprekerFactory(reeks=diner.reeks, naam=naam, functie=functie)
        diner.optredens.create(spreker=spreker, volgorde=volgorde)
    assert kop_words(femkes_tablet) == "Pauze Spreker Zoë, Denker Ada"
    for titel, words in (("Spreker", "Spreker Zoë"), ("De lezing", "Spreker De lezing Zoë")):
        type(ronde).objects.update(titel=titel, paused_remaining=None, ends_at=NOW)
        assert kop_words(femkes_tablet).startswith(words)


def test_table_page_says_where_a_note_goes(femkes_tablet, ronde, stellingen):
    """The line under the button, and what the script reads in the live head: the two agree."""
    said = re.compile(r"Komt bij: <span data-komt-bij>([^<]*)</span>")
    place = re.compile(r'data-plek data-ronde="(\d*)" data-stelling="(\d*)"')

    def where():
        page, kop = body(femkes_tablet.get(TAFEL)), body(femkes_tablet.get("/tafel/ronde/"))
        assert place.search(page).groups() == place.search(kop).groups()
        return said.search(page)[1], *place.search(kop).groups()

    assert where() == ("Stelling 1", str(ronde.pk), str(stellingen[0].pk))
    type(ronde).objects.update(ends_at=NOW, ended_at=NOW)
    assert where() == ("Stelling 1", "", str(stellingen[0].pk))
    spreker = RondeFactory(diner=ronde.diner, soort="spreker", **RUNNING)
    assert where() == ("Algemeen", str(spreker.pk), "")
    refused = femkes_tablet.post(ADD, note(tekst="", stelling=stellingen[1].pk))
    assert said.search(body(refused))[1] == "Stelling 2"


def test_closed_diner_shows_no_editor_and_no_buttons_on_notes(femkes_tablet, femkes, tafels, diner):
    BijdrageFactory(tafel=tafels[0], deleted_at=timezone.now())
    buttons = ("Wijzig", "Verwijder<", "Terugzetten", "Ongedaan maken")
    assert all(button in body(femkes_tablet.get(TAFEL)) for button in buttons)
    close(diner)
    page = body(femkes_tablet.get(TAFEL))
    assert not any(button in page for button in buttons)
    assert re.search(r"<form[^>]* data-dicht hidden", page)
    assert "data-gesloten" in page
    refused = body(femkes_tablet.post(ADD, note(tekst="Te laat")))
    assert re.search(r"<form[^>]* data-dicht novalidate", refused), "what was typed stays readable"


def test_closed_or_reopened_diner_reaches_the_list(femkes_tablet):
    heard = re.search(r'id="bijdrage-list"[^>]*hx-trigger="([^"]*)"', body(femkes_tablet.get(LIST)))[1]
    assert {"ronde-changed", "programma-changed"} <= {trigger.split()[0] for trigger in heard.split(", ")}


def test_note_no_longer_adjusts_what_is_in_the_bin(femkes_tablet, femkes, tafels):
    BijdrageFactory(tafel=tafels[0], tekst="Bij nader inzien", bijgesteld=femkes)
    assert "stelt bij: “Van Femke”" in body(femkes_tablet.get(LIST))
    femkes_tablet.post(address("delete", femkes))
    assert "stelt bij" not in body(femkes_tablet.get(LIST))


def test_note_is_escaped_wherever_it_is_shown(femkes_tablet, tafels):
    script = "<script>alert(1)</script>"
    one = BijdrageFactory(tafel=tafels[0], tekst=script, trefwoorden=[script])
    BijdrageFactory(tafel=tafels[0], tekst="b", bijgesteld=one, deleted_at=NOW)
    for url in (TAFEL, LIST, address("edit", one)):
        assert "<script>alert" not in body(femkes_tablet.get(url))
        assert "&lt;script&gt;alert(1)" in body(femkes_tablet.get(url))
    for headers in ({}, HTMX):
        answer = femkes_tablet.post(ADD, note(tekst=script, soort=script), headers=headers)
        assert "<script>alert" not in body(answer)
    answer = femkes_tablet.post(address("delete", one), headers=HTMX)
    assert "Verwijderd: “&lt;script&gt;" in body(answer)


@pytest.mark.parametrize("count", [3, 300])
def test_list_takes_two_queries_however_many_notes(femkes_tablet, tafels, count, django_assert_num_queries):
    # no sign of life to write, whatever the clock of the machine says
    Apparaat.objects.update(last_seen_at=NOW + timedelta(days=3650))
    stelling = StellingFactory(diner=tafels[0].diner)
    same = {"diner": stelling.diner, "tafel": tafels[0], "stelling": stelling, "trefwoorden": ["zorg"]}
    same |= {"bijgesteld": BijdrageFactory(tafel=tafels[0]), "created_at": NOW, "updated_at": NOW}
    bins = [[NOW, None][number % 2] for number in range(count - 1)]
    Bijdrage.objects.bulk_create(Bijdrage(tekst="b", deleted_at=in_bin, **same) for in_bin in bins)
    with django_assert_num_queries(2):  # the device with its table, the notes
        page = body(femkes_tablet.get(LIST))
    assert page.count("notitie__tekst") == count
    with django_assert_num_queries(6):  # and: running ronde, last one, choices of stelling, of bijgesteld
        femkes_tablet.get(TAFEL)


def test_list_shows_local_time_and_what_was_chosen(femkes_tablet, tafels, stelling):
    chosen = {"standpunt": "tegen", "horizon": "horizonjaar", "te_laat": True}
    BijdrageFactory(tafel=tafels[0], stelling=stelling, **chosen).versies.update(kind="edit")
    page = body(femkes_tablet.get(LIST))
    expected = "Verzonden 19:30|Stelling 1|Tegen|2050|na de ronde|gewijzigd|1 van 1 notitie kijkt"
    assert [words for words in expected.split("|") if words not in page] == []


# --- adding ----------------------------------------------------------------------------------------------------------
def test_add_with_htmx_answers_with_the_list_and_proves_which_note(femkes_tablet, femke, stelling, ronde):
    data = note(letterlijk="on", soort="quote", stelling=stelling.pk, ronde=ronde.pk)
    answer = femkes_tablet.post(ADD, data, headers=HTMX)
    assert (answer.status_code, answer["X-Denkdiner-Opgeslagen"]) == (200, str(data["bijdrage_id"]))
    assert body(answer).startswith('<div id="bijdrage-list"')
    assert "Vakmensen willen ruimte" in body(answer)
    stored = Bijdrage.objects.get(pk=data["bijdrage_id"])
    assert (stored.apparaat, stored.tafel, stored.stelling) == (femke, femke.toegang.tafel, stelling)
    assert (stored.ronde, stored.letterlijk, stored.soort) == (ronde, True, "quote")


def test_add_without_htmx_goes_back_to_the_table(femkes_tablet):
    answer = femkes_tablet.post(ADD, note())
    assert (answer.status_code, answer["Location"]) == (302, TAFEL)
    assert "Vakmensen willen ruimte" in body(femkes_tablet.get(TAFEL))


def test_add_again_gives_the_same_answer_even_when_the_diner_closed_meanwhile(femkes_tablet, diner):
    data = note()
    femkes_tablet.post(ADD, data, headers=HTMX)
    close(diner)
    answer = femkes_tablet.post(ADD, data, headers=HTMX)
    assert (answer.status_code, answer["X-Denkdiner-Opgeslagen"]) == (200, str(data["bijdrage_id"]))
    assert BijdrageVersie.objects.count() == 1
    for headers in ({}, HTMX):
        refused = femkes_tablet.post(ADD, note(tekst="Nog een"), headers=headers)
        assert refused.status_code == 422
        assert "afgesloten" in body(refused)
        assert "X-Denkdiner-Opgeslagen" not in refused
    assert Bijdrage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_add_from_eight_requests_at_once_stores_one_note(femke):
    data, barrier = note(), Barrier(8)

    def send(_):
        client = tablet_client("sleutel-van-femke")
        barrier.wait(10)
        try:
            return client.post(ADD, data, headers=HTMX)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    proof = {(answer.status_code, answer["X-Denkdiner-Opgeslagen"]) for answer in answers}
    assert proof == {(200, str(data["bijdrage_id"]))}
    assert (Bijdrage.objects.count(), BijdrageVersie.objects.count()) == (1, 1)


CHOOSE = "Kies iets uit de lijst."
BAD = [  # fields, sentence
    ({"tekst": ""}, "Schrijf eerst op wat er gezegd is."),
    ({"tekst": " \n\t "}, "Schrijf eerst op wat er gezegd is."),
    ({"tekst": "a" * 25_000}, "te lang: ten hoogste 20000 tekens"),
    ({"tekst": "a\0b"}, "Null-tekens"),
    ({"op_id": ""}, "Dit veld is verplicht."),
    ({"op_id": "1"}, "Voer een geldige UUID in."),
    ({"bijdrage_id": "<b>"}, "Voer een geldige UUID in."),
    ({"soort": "mening"}, CHOOSE),
    ({"standpunt": "misschien"}, CHOOSE),
    ({"horizon": "2050"}, CHOOSE),
    ({"stelling": "a\0"}, "Null-tekens"),
    ({"stelling": "9" * 40}, CHOOSE),
    ({"ronde": "0"}, CHOOSE),
    ({"bijgesteld": "geen-uuid"}, CHOOSE),
    ({"bijgesteld": str(uuid.uuid4())}, CHOOSE),
    ({"trefwoorden": ",".join("abcdefghijklm")}, "Ten hoogste 12 trefwoorden"),
    ({"trefwoorden": "a" * 61}, "ten hoogste 60 tekens"),
]
BAD_NAMES = [f"{next(iter(fields))} {number}" for number, (fields, _) in enumerate(BAD)]


def assert_refused(answer, headers, sentence, typed=""):
    assert answer.status_code == 422
    assert "X-Denkdiner-Opgeslagen" not in answer
    assert sentence in body(answer)
    assert body(answer).lstrip().startswith("<p" if headers else "<!doctype html>")
    if not headers:
        assert f"{typed}</textarea>" in body(answer), "what was typed stays in the editor"


@BOTH_WAYS
@pytest.mark.parametrize(("fields", "sentence"), BAD, ids=BAD_NAMES)
def test_add_refuses_bad_input_in_words_and_stores_nothing(femkes_tablet, fields, sentence, headers):
    data = note(**fields)
    answer = femkes_tablet.post(ADD, data, headers=headers)
    assert_refused(answer, headers, sentence, data["tekst"])
    assert not Bijdrage.objects.exists()


@BOTH_WAYS
@pytest.mark.parametrize("field", ["tekst", "trefwoorden", "bijgesteld", "soort", "op_id"])
def test_add_refuses_a_lone_surrogate(femkes_tablet, field, headers):
    """Percent-encoding carries none, a form that names its own charset does; shown again it must not break the page."""
    fields = note(trefwoorden="", bijgesteld="", soort="inzicht") | {field: "a\\ud800b"}
    part = '--grens\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    data = "".join([part.format(*item) for item in fields.items()] + ["--grens--\r\n"]).encode()
    charset = "multipart/form-data; boundary=grens; charset=unicode_escape"
    answer = femkes_tablet.generic("POST", ADD, data, charset, headers=headers)
    sentence = {"bijgesteld": CHOOSE, "soort": CHOOSE, "op_id": "geldige UUID"}.get(field, "niet bewaard")
    assert_refused(answer, headers, sentence, "a?b" if field == "tekst" else "")
    assert not Bijdrage.objects.exists()


def test_add_keeps_what_can_be_read_of_invalid_utf8(femkes_tablet):
    data = f"bijdrage_id={uuid.uuid4()}&op_id={uuid.uuid4()}&tekst=Kaf%E9%ED%A0%80".encode()
    answer = femkes_tablet.post(ADD, data, "application/x-www-form-urlencoded", headers=HTMX)
    assert answer.status_code == 200
    assert Bijdrage.objects.get().tekst.startswith("Kaf\ufffd")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
def test_add_refuses_a_body_that_is_no_form(femkes_tablet, content_type):
    answer = femkes_tablet.generic("POST", ADD, b'{"tekst": "x"}', content_type, headers=HTMX)
    assert 400 <= answer.status_code < 500
    assert not Bijdrage.objects.exists()


@BOTH_WAYS
def test_add_refuses_what_belongs_to_another_diner_or_table(femkes_tablet, brams, headers):
    elsewhere = StellingFactory()
    others = {"stelling": elsewhere, "ronde": RondeFactory(diner=elsewhere.diner), "bijgesteld": brams}
    for field, thing in others.items():
        assert_refused(femkes_tablet.post(ADD, note(**{field: thing.pk}), headers=headers), headers, CHOOSE)
    assert Bijdrage.objects.get() == brams


def test_add_under_the_id_of_another_table_is_refused_and_can_be_sent_again(femkes_tablet, brams):
    data = note(bijdrage_id=brams.pk, tekst="Van mij")
    assert femkes_tablet.post(ADD, data, headers=HTMX).status_code == 422
    page = body(femkes_tablet.post(ADD, data))
    assert brams.tekst not in page
    assert str(brams.pk) not in page
    ids = dict(re.findall(r'name="(bijdrage_id|op_id)" value="([^"]+)"', page))
    assert femkes_tablet.post(ADD, data | ids).status_code == 302
    assert Bijdrage.objects.get(tafel__nummer=1).tekst == "Van mij"
    assert Bijdrage.objects.get(pk=brams.pk).tekst == brams.tekst


# --- changing --------------------------------------------------------------------------------------------------------
def test_edit_page_shows_the_note_and_saves_it(femkes_tablet, femkes):
    page = body(femkes_tablet.get(address("edit", femkes)))
    assert "Van Femke</textarea>" in page
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page))
    assert hidden["base_rev"] == "1"
    fields = hidden | {"tekst": "Beter gezegd", "soort": "waarde"}
    answer = femkes_tablet.post(address("edit", femkes), fields)
    assert (answer.status_code, answer["Location"]) == (302, TAFEL)
    femkes.refresh_from_db()
    assert (femkes.tekst, femkes.soort, femkes.rev) == ("Beter gezegd", "waarde", 2)


def test_edit_conflict_keeps_the_typed_text_beside_the_stored_one(femkes_tablet, femkes):
    edit_bijdrage(bijdrage=femkes, op_id=uuid.uuid4(), base_rev=1, inhoud=Inhoud("Van een ander"), now=NOW)
    data = note(tekst="Van mij", base_rev=1)
    answer = femkes_tablet.post(address("edit", femkes), data)
    assert answer.status_code == 409
    assert "Van mij</textarea>" in body(answer)
    assert '<p class="notitie__tekst">Van een ander</p>' in body(answer)
    fresh = dict(re.findall(r'name="(base_rev|op_id)" value="([^"]+)"', body(answer)))
    assert femkes_tablet.post(address("edit", femkes), data | fresh).status_code == 302
    teksten = [versie.body["tekst"] for versie in femkes.versies.order_by("rev")]
    assert teksten == ["Van Femke", "Van een ander", "Van mij"]


def test_edit_with_an_op_that_was_something_else_can_be_sent_again(femkes_tablet, femkes, tafels):
    other = BijdrageFactory(tafel=tafels[0]).versies.get().op_id
    answer = femkes_tablet.post(address("edit", femkes), note(op_id=other, base_rev=1, tekst="Van mij"))
    assert answer.status_code == 422
    assert "Van mij</textarea>" in body(answer)
    assert str(other) not in body(answer)


BAD_REV = [
    ({"base_rev": ""}, "verplicht"),
    ({"base_rev": "0"}, "minstens 1"),
    ({"base_rev": "x" * 99}, "geheel"),
]


@pytest.mark.parametrize(("fields", "sentence"), BAD + BAD_REV)
def test_edit_refuses_bad_input_in_words_and_keeps_the_note(femkes_tablet, femkes, fields, sentence):
    answer = femkes_tablet.post(address("edit", femkes), note(base_rev=1) | fields)
    assert answer.status_code == 422
    assert sentence in body(answer)
    assert femkes.versies.count() == 1


def test_edit_in_a_closed_diner_keeps_the_typed_text_on_the_screen(femkes_tablet, femkes, diner):
    close(diner)
    answer = femkes_tablet.post(address("edit", femkes), note(base_rev=1, tekst="Te laat"))
    assert answer.status_code == 422
    assert "afgesloten" in body(answer)
    assert "Te laat</textarea>" in body(answer)


def test_delete_and_restore_without_htmx_go_through_the_bin(femkes_tablet, femkes):
    for name, in_bin in (("delete", True), ("delete", True), ("restore", False), ("restore", False)):
        answer = femkes_tablet.post(address(name, femkes))
        assert (answer.status_code, answer["Location"]) == (302, "/tafel/#prullenbak")
        assert ("Prullenbak" in body(femkes_tablet.get(TAFEL))) is in_bin
    assert [versie.kind for versie in femkes.versies.all()] == ["create", "delete", "restore"]


def test_delete_with_htmx_offers_to_undo(femkes_tablet, femkes):
    answer = femkes_tablet.post(address("delete", femkes), headers=HTMX)
    assert answer.status_code == 200
    assert "Verwijderd: “Van Femke”" in body(answer)
    assert f'hx-post="{address("restore", femkes)}"' in body(answer)
    answer = femkes_tablet.post(address("restore", femkes), headers=HTMX)
    assert "Verwijderd" not in body(answer)
    assert "Van Femke" in body(answer)


def test_delete_in_a_closed_diner_is_refused_in_words(femkes_tablet, femkes, diner):
    close(diner)
    for headers in ({}, HTMX):
        answer = femkes_tablet.post(address("delete", femkes), headers=headers)
        assert answer.status_code == 422
        assert "afgesloten" in body(answer)
    assert "Verwijder" not in body(femkes_tablet.get(LIST))
    femkes.refresh_from_db()
    assert not femkes.is_deleted


def test_reading_addresses_refuse_a_post_and_writing_ones_a_get(femkes_tablet, femkes):
    for url in (TAFEL, LIST, "/tafel/ronde/", "/t/"):
        assert femkes_tablet.post(url).status_code == 405
    for url in (ADD, address("delete", femkes), address("restore", femkes), "/t/kijken/", "/t/deelnemen/"):
        assert femkes_tablet.get(url).status_code == 405


def test_request_of_a_tablet_is_a_sign_of_life(femkes_tablet, femke):
    Apparaat.objects.update(joined_at=NOW - timedelta(days=3650), last_seen_at=NOW - timedelta(days=3650))
    femkes_tablet.get(LIST)
    femke.refresh_from_db()
    assert femke.last_seen_at > NOW - timedelta(days=3650)
