"""The page of a table, as a browser without JavaScript sees and uses it: with good and with bad input."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from capture.models import Bijdrage, BijdrageVersie
from capture.services import Inhoud, edit_bijdrage
from sessions.models import Apparaat
from tests.capture.ops import op, send
from tests.capture.tablet import ADD, TAFEL, address, binned, body, close, editor, listed, note, part
from tests.cast import tablet_client
from tests.factories import (
    NOW,
    ApparaatFactory,
    BijdrageFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
)


# --- the page --------------------------------------------------------------------------------------------------------
def test_table_page_shows_the_stelling_and_offers_to_note_on_it(femkes_tablet, ronde, stelling):
    stelling.doorvragen = ["Wie betaalt dat?"]
    stelling.save()
    page = femkes_tablet.get(TAFEL)
    kop, form = part(page, 'id="ronde-kop"', "</section>"), editor(page)
    assert f'<h1 class="ronde-kop__stelling">{stelling.tekst}</h1>' in kop
    assert "<li>Wie betaalt dat?</li>" in part(page, "data-doorvragen", "</ul>")
    assert 'data-ends-at="2026-11-24T19:50:00+01:00"' in kop
    assert f'name="stelling" value="{stelling.pk}" checked' in form
    assert f'<input type="hidden" name="ronde" value="{ronde.pk}"' in form
    assert 'value="inzicht" checked' in form
    assert 'data-live-url="/ws/tafel/"' in body(page)
    assert re.search(r"data-leeg><p>Nog geen notities", body(page))
    assert not listed(page).strip()


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
    headings = re.findall(r"<h1[^>]*>([^<]*)</h1>", body(femkes_tablet.get(TAFEL)))
    assert headings == [words]


def kop_words(client):
    """What stands at the head of the tablet, without tags."""
    kop = part(client.get(TAFEL), 'id="ronde-kop"', "</section>")
    return " ".join(re.sub(r'<("[^"]*"|[^">])*>', " ", kop).split())


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
    """The one chip that is on under "Komt bij", and the ronde that is sent with it."""
    chip = re.compile(r'name="stelling" value="(\d*)" checked><span>([^<]*)</span>')
    sent = re.compile(r'name="ronde"(?: value="(\d*)")?')

    def where(page):
        (on,) = chip.findall(editor(page))
        return (*on, sent.search(editor(page))[1] or "")

    one, two = (str(stelling.pk) for stelling in stellingen[:2])
    assert where(femkes_tablet.get(TAFEL)) == (one, "Stelling 1", str(ronde.pk))
    type(ronde).objects.update(ends_at=NOW, ended_at=NOW)
    assert where(femkes_tablet.get(TAFEL)) == (one, "Stelling 1", "")
    spreker = RondeFactory(diner=ronde.diner, soort="spreker", **RUNNING)
    assert where(femkes_tablet.get(TAFEL)) == ("", "Algemeen", str(spreker.pk))
    refused = femkes_tablet.post(ADD, note(tekst="", stelling=two))
    assert where(refused)[:2] == (two, "Stelling 2")
    choices = re.findall(r'name="stelling" value="(\d*)"', editor(refused))
    assert choices == [*(str(stelling.pk) for stelling in stellingen), ""]


def test_closed_diner_shows_no_editor_and_no_buttons_on_notes(femkes_tablet, femkes, tafels, diner):
    BijdrageFactory(tafel=tafels[0], deleted_at=timezone.now())
    buttons = ("Wijzig<", "Verwijder<", "Terugzetten<", "/verwijderen/", "/terugzetten/")
    page = femkes_tablet.get(TAFEL)
    assert all(button in listed(page) + binned(page) for button in buttons)
    assert not re.search(r"<form[^>]* data-dicht", body(page))
    close(diner)
    page = body(femkes_tablet.get(TAFEL))
    assert not any(button in page for button in buttons)
    assert re.search(r"<form[^>]* data-dicht hidden", page)
    refused = body(femkes_tablet.post(ADD, note(tekst="Te laat")))
    assert re.search(r"<form[^>]* data-dicht novalidate", refused), "what was typed stays readable"


def test_note_no_longer_adjusts_what_is_in_the_bin(femkes_tablet, femkes, tafels):
    BijdrageFactory(tafel=tafels[0], tekst="Bij nader inzien", bijgesteld=femkes)
    assert "stelt bij: “Van Femke”" in listed(femkes_tablet.get(TAFEL))
    femkes_tablet.post(address("delete", femkes))
    assert "stelt bij: “" not in listed(femkes_tablet.get(TAFEL))


def test_note_is_escaped_wherever_it_is_shown(femkes_tablet, tafels):
    script = "<script>alert(1)</script>"
    one = BijdrageFactory(tafel=tafels[0], tekst=script, trefwoorden=[script])
    BijdrageFactory(tafel=tafels[0], tekst="b", bijgesteld=one, deleted_at=NOW)
    for url in (TAFEL, address("edit", one)):
        assert "<script>alert" not in body(femkes_tablet.get(url))
        assert "&lt;script&gt;alert(1)" in body(femkes_tablet.get(url))
    answer = femkes_tablet.post(ADD, note(tekst=script, soort=script))
    assert "<script>alert" not in body(answer)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</textarea>" in body(answer)
    page = femkes_tablet.post(address("delete", one), follow=True)
    assert "&lt;script&gt;alert(1)" in binned(page)
    assert "<script>alert" not in body(page)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_table_page_takes_six_queries_however_many_notes(
    femkes_tablet, tafels, count, django_assert_num_queries
):
    # no sign of life to write, whatever the clock of the machine says
    Apparaat.objects.update(last_seen_at=NOW + timedelta(days=3650))
    stelling = StellingFactory(diner=tafels[0].diner)
    same = {"diner": stelling.diner, "tafel": tafels[0], "stelling": stelling, "trefwoorden": ["zorg"]}
    same |= {"bijgesteld": BijdrageFactory(tafel=tafels[0]), "created_at": NOW, "updated_at": NOW}
    bins = [[NOW, None][number % 2] for number in range(count - 1)]
    Bijdrage.objects.bulk_create(Bijdrage(tekst="b", deleted_at=in_bin, **same) for in_bin in bins)
    # the device with its table, the notes, the running ronde, the last one, the choices of stelling, of bijgesteld
    with django_assert_num_queries(6):
        page = femkes_tablet.get(TAFEL)
    assert body(page).count("notitie__tekst") == count
    assert listed(page).count("<li") + binned(page).count("<li") == count


def test_list_shows_local_time_and_what_was_chosen(femkes_tablet, tafels, stelling):
    chosen = {"standpunt": "tegen", "horizon": "horizonjaar", "te_laat": True, "twee_versies": True}
    BijdrageFactory(tafel=tafels[0], stelling=stelling, **chosen).versies.update(kind="edit")
    page = femkes_tablet.get(TAFEL)
    expected = "Verzonden 19:30|Stelling 1|Tegen|2050|na de ronde|gewijzigd|Twee versies"
    assert [words for words in expected.split("|") if words not in listed(page)] == []
    assert "1 van 1 notitie kijkt verder dan vandaag" in part(page, "data-meter", "</p>")


# --- adding ----------------------------------------------------------------------------------------------------------
def test_add_stores_what_was_chosen_and_goes_back_to_the_table(femkes_tablet, femke, stelling, ronde):
    data = note(letterlijk="on", soort="quote", stelling=stelling.pk, ronde=ronde.pk)
    answer = femkes_tablet.post(ADD, data)
    assert (answer.status_code, answer["Location"]) == (302, TAFEL)
    assert "Vakmensen willen ruimte" in listed(femkes_tablet.get(TAFEL))
    stored = Bijdrage.objects.get(pk=data["bijdrage_id"])
    assert (stored.apparaat, stored.tafel, stored.stelling) == (femke, femke.toegang.tafel, stelling)
    assert (stored.ronde, stored.letterlijk, stored.soort) == (ronde, True, "quote")


def test_plain_forms_of_the_page_note_delete_and_restore(femke):
    """Nothing but what stands in the page, with CSRF on: what a browser without JavaScript can do."""
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(tablet_client("sleutel-van-femke").cookies)

    def submit(form, **typed):
        url = re.search(r'<form[^>]* action="([^"]+)"', form)[1]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        answer = client.post(url, hidden | typed)
        assert (answer.status_code, answer["Location"].split("#")[0]) == (302, TAFEL)

    def forms():
        return re.findall(r"<form.*?</form>", body(client.get(TAFEL)).split("<template")[0], re.DOTALL)

    (new,) = forms()
    submit(new, tekst="Zonder JavaScript")
    _, delete = forms()
    submit(delete)
    assert Bijdrage.objects.get().is_deleted
    _, restore = forms()
    submit(restore)
    assert not Bijdrage.objects.get().is_deleted
    assert "Zonder JavaScript" in listed(client.get(TAFEL))


def test_add_again_gives_the_same_answer_even_when_the_diner_closed_meanwhile(femkes_tablet, diner):
    data = note()
    femkes_tablet.post(ADD, data)
    close(diner)
    answer = femkes_tablet.post(ADD, data)
    assert (answer.status_code, answer["Location"]) == (302, TAFEL)
    assert BijdrageVersie.objects.count() == 1
    assert_refused(femkes_tablet.post(ADD, note(tekst="Nog een")), "afgesloten", "Nog een")
    assert Bijdrage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_add_from_eight_requests_at_once_stores_one_note(femke):
    data, barrier = note(), Barrier(8)

    def send(_):
        client = tablet_client("sleutel-van-femke")
        barrier.wait(10)
        try:
            return client.post(ADD, data)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, TAFEL)}
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


def assert_refused(answer, sentence, typed=""):
    assert answer.status_code == 422
    assert body(answer).lstrip().startswith("<!doctype html>")
    assert sentence in body(answer)
    assert f"{typed}</textarea>" in editor(answer), "what was typed stays in the editor"


@pytest.mark.parametrize(("fields", "sentence"), BAD, ids=BAD_NAMES)
def test_add_refuses_bad_input_in_words_and_stores_nothing(femkes_tablet, fields, sentence):
    data = note(**fields)
    assert_refused(femkes_tablet.post(ADD, data), sentence, data["tekst"])
    assert not Bijdrage.objects.exists()


@pytest.mark.parametrize("field", ["tekst", "trefwoorden", "bijgesteld", "soort", "op_id"])
def test_add_refuses_a_lone_surrogate(femkes_tablet, field):
    """Percent-encoding carries none, a form that names its own charset does; shown again it must not break the page."""
    fields = note(trefwoorden="", bijgesteld="", soort="inzicht") | {field: "a\\ud800b"}
    part = '--grens\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    data = "".join([part.format(*item) for item in fields.items()] + ["--grens--\r\n"]).encode()
    charset = "multipart/form-data; boundary=grens; charset=unicode_escape"
    answer = femkes_tablet.generic("POST", ADD, data, charset)
    sentence = {"bijgesteld": CHOOSE, "soort": CHOOSE, "op_id": "geldige UUID"}.get(field, "niet bewaard")
    assert_refused(answer, sentence, "a?b" if field == "tekst" else "")
    assert not Bijdrage.objects.exists()


def test_add_keeps_what_can_be_read_of_invalid_utf8(femkes_tablet):
    data = f"bijdrage_id={uuid.uuid4()}&op_id={uuid.uuid4()}&tekst=Kaf%E9%ED%A0%80".encode()
    answer = femkes_tablet.post(ADD, data, "application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert Bijdrage.objects.get().tekst.startswith("Kaf\ufffd")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
def test_add_refuses_a_body_that_is_no_form(femkes_tablet, content_type):
    answer = femkes_tablet.generic("POST", ADD, b'{"tekst": "x"}', content_type)
    assert 400 <= answer.status_code < 500
    assert not Bijdrage.objects.exists()


def test_add_refuses_what_belongs_to_another_diner_or_table(femkes_tablet, brams):
    elsewhere = StellingFactory()
    others = {"stelling": elsewhere, "ronde": RondeFactory(diner=elsewhere.diner), "bijgesteld": brams}
    for field, thing in others.items():
        assert_refused(femkes_tablet.post(ADD, note(**{field: thing.pk})), CHOOSE)
    assert Bijdrage.objects.get() == brams


def test_add_under_the_id_of_another_table_is_refused_and_can_be_sent_again(femkes_tablet, brams):
    data = note(bijdrage_id=brams.pk, tekst="Van mij")
    answer = femkes_tablet.post(ADD, data)
    assert answer.status_code == 422
    page = body(answer)
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


@pytest.mark.parametrize(("kept", "queries"), [(0, 4), (1, 5), (3, 5)])
def test_edit_page_shows_every_text_that_a_save_would_choose_against(
    femkes_tablet, femke, femkes, kept, queries, django_assert_num_queries
):
    """Without JavaScript a save ended "Twee versies" while one of the two was shown nowhere."""
    joris = ApparaatFactory(toegang=femke.toegang, nummer=2)
    texts = [f"<i>Van Joris {number}</i>" for number in range(kept)]
    for wie, tekst in [(femke, "Van Femke, beter"), *((joris, tekst) for tekst in texts)]:
        send(wie, op(wie, kind="edit", tekst=tekst, note_id=str(femkes.pk), base_rev=1))
    # no sign of life to write
    Apparaat.objects.update(last_seen_at=NOW + timedelta(days=3650))
    # the device with its table, the note, the choices of stelling and of bijgesteld; and what was kept beside it
    with django_assert_num_queries(queries):
        page = body(femkes_tablet.get(address("edit", femkes)))
    shown = re.findall(r'<p class="notitie__tekst">(.*?)</p>', page)
    assert shown == [f"&lt;i&gt;Van Joris {number}&lt;/i&gt;" for number in range(kept)]
    assert page.count("Van tablet 2") == kept
    assert ("wordt de enige tekst van deze notitie" in page) is bool(kept)
    assert "Van Femke, beter</textarea>" in page
    refused = body(femkes_tablet.post(address("edit", femkes), note(base_rev=1, tekst="")))
    assert refused.count("Van tablet 2") == kept
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page))
    femkes_tablet.post(address("edit", femkes), hidden | {"tekst": "Samen"})
    assert "Van tablet 2" not in body(femkes_tablet.get(address("edit", femkes)))


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


def test_delete_and_restore_go_through_the_bin(femkes_tablet, femkes):
    for name, in_bin in (("delete", True), ("delete", True), ("restore", False), ("restore", False)):
        answer = femkes_tablet.post(address(name, femkes))
        assert (answer.status_code, answer["Location"]) == (302, "/tafel/#prullenbak")
        page = femkes_tablet.get(TAFEL)
        shown = re.search(r'<details id="prullenbak"[^>]* (open|hidden)>', body(page))[1]
        assert shown == ("open" if in_bin else "hidden")
        assert ("Van Femke" in binned(page), "Van Femke" in listed(page)) == (in_bin, not in_bin)
        assert f"Prullenbak (<span data-aantal>{int(in_bin)}</span>)" in binned(page)
        assert (address("restore", femkes) in binned(page)) is in_bin
    assert [versie.kind for versie in femkes.versies.all()] == ["create", "delete", "restore"]


def test_delete_in_a_closed_diner_is_refused_in_words(femkes_tablet, femkes, diner):
    close(diner)
    answer = femkes_tablet.post(address("delete", femkes))
    assert answer.status_code == 422
    assert body(answer).lstrip().startswith("<!doctype html>")
    assert "afgesloten" in body(answer)
    assert "Verwijder" not in body(femkes_tablet.get(TAFEL))
    femkes.refresh_from_db()
    assert not femkes.is_deleted


def test_reading_addresses_refuse_a_post_and_writing_ones_a_get(femkes_tablet, femkes):
    for url in (TAFEL, "/t/"):
        assert femkes_tablet.post(url).status_code == 405
    for url in (ADD, address("delete", femkes), address("restore", femkes), "/t/kijken/", "/t/deelnemen/"):
        assert femkes_tablet.get(url).status_code == 405
