"""The pages of preparing, walked through as Roos does; who else may come in is in test_access."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from denkdiner.text import is_storable
from sessions import services
from sessions.forms import DinerForm, ReeksForm, RondeForm, SprekerForm, StellingForm, TafelForm, TafelsForm
from sessions.models import Diner, Optreden, Reeks, Rol, Ronde, Spreker, Stelling, Tafel
from tests.factories import (
    NOW,
    BijdrageFactory,
    DinerFactory,
    LidmaatschapFactory,
    ReeksFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
    TafelFactory,
    ToegangFactory,
)
from tests.sessions.test_forms import FOUT

pytestmark = pytest.mark.django_db
SLUG = "verkenning-2050"
LANG = "x" * 25_000


@pytest.fixture
def client(roos, sign_in):
    return sign_in(roos)


def url(name, *args):
    return reverse(f"diners:{name}", args=args)


def text(response):
    """What a person reads on the page, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


# --- lists -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("aantal", [1, 3])
def test_reeks_list_shows_own_reeksen_in_as_many_queries(
    otto, sign_in, reeks, aantal, django_assert_num_queries
):
    for _ in range(aantal - 1):
        DinerFactory(reeks=LidmaatschapFactory(gebruiker=otto).reeks)
    client = sign_in(otto)
    with django_assert_num_queries(3):
        response = client.get(url("reeks_list"))
    assert response.content.count(b'class="kaart"') == aantal
    assert "Van Otto" in text(response)
    assert reeks.titel not in text(response)


def test_reeks_list_says_what_to_do_when_empty(otto, sign_in):
    otto.lidmaatschappen.all().delete()
    assert "Je bent nog geen lid van een reeks" in text(sign_in(otto).get(url("reeks_list")))


@pytest.mark.parametrize("name", ["reeks_list", "reeks_create"])
def test_pages_of_nobody_in_particular_need_an_account(name):
    assert Client().get(url(name))["Location"].startswith(reverse("account_login"))
    assert Client().post(url(name))["Location"].startswith(reverse("account_login"))


def fill(diner, aantal):
    """*aantal* of everything that a diner holds."""
    for nummer in range(1, aantal + 1):
        stelling = StellingFactory(diner=diner, nummer=nummer)
        RondeFactory(diner=diner, nummer=nummer, stelling=stelling)
        ToegangFactory(tafel=TafelFactory(diner=diner, nummer=nummer))
        spreker = SprekerFactory(reeks=diner.reeks)
        Optreden.objects.create(diner=diner, spreker=spreker)


@pytest.mark.parametrize("aantal", [1, 3])
def test_reeks_detail_is_read_in_as_many_queries(client, reeks, aantal, django_assert_num_queries):
    for nummer in range(1, aantal + 1):
        fill(DinerFactory(reeks=reeks, nummer=nummer), aantal)
        LidmaatschapFactory(reeks=reeks, rol=Rol.KIJKER)
    with django_assert_num_queries(9):
        response = client.get(url("reeks_detail", SLUG))
    assert response.content.count(b'class="kaart"') == aantal
    assert f"{aantal} {'stelling' if aantal == 1 else 'stellingen'}, {aantal} tafel" in text(response)


@pytest.mark.parametrize("aantal", [1, 3])
def test_diner_detail_is_read_in_as_many_queries(client, reeks, aantal, django_assert_num_queries):
    diner = DinerFactory(reeks=reeks, nummer=1)
    fill(diner, aantal)
    with django_assert_num_queries(15):
        response = client.get(url("diner_detail", SLUG, 1))
    assert [response.content.count(b"Links en QR"), response.content.count(b'class="nummer"')] == [
        1,
        2 * aantal,
    ]


def test_empty_pages_say_what_to_do(client, reeks):
    assert "Deze reeks heeft nog geen diners" in text(client.get(url("reeks_detail", SLUG)))
    DinerFactory(reeks=reeks, nummer=1)
    empty = text(client.get(url("diner_detail", SLUG, 1)))
    for sentence in ("Nog geen stellingen", "Nog geen draaiboek", "Nog geen tafels", "Nog geen spreker"):
        assert sentence in empty


def test_only_the_organisator_sees_buttons_that_change_something(diner, stellingen, tafels, request, sign_in):
    RondeFactory(diner=diner, stelling=stellingen[0])
    for page in (url("reeks_detail", SLUG), url("diner_detail", SLUG, 1)):
        seen = {}
        for naam in ("roos", "vera", "kees"):
            html = sign_in(request.getfixturevalue(naam)).get(page).content.decode()
            links = re.findall(r'(?:href|action)="([^"]*)"', html)
            seen[naam] = {link for link in links if link.startswith(url("reeks_detail", SLUG))}
        assert any(link.endswith("bewerken/") for link in seen["roos"])
        for link in seen["vera"] | seen["kees"]:
            assert not re.search(
                r"bewerken|verwijderen|verplaatsen|nieuw|erbij|links|tafels/\d|rondes/\d|scherm", link
            )
        assert any("regie" in link or "verslag" in link for link in seen["vera"])
        assert not any(re.search("regie|verslag/.|exporteren|inbox|werkbank", link) for link in seen["kees"])


def test_diner_offers_only_what_will_not_be_refused(client, diner, stellingen, tafels):
    def offered(naam):
        html = client.get(url("diner_detail", SLUG, 1)).content.decode()
        return [s.nummer for s in stellingen if f'"{url(naam, SLUG, 1, s.nummer)}"' in html]

    assert offered("stelling_delete") == offered("stelling_move") == [1, 2, 3]
    BijdrageFactory(tafel=tafels[0], stelling=stellingen[1])
    assert offered("stelling_delete") == offered("stelling_move") == [1, 3]
    rondes = [
        RondeFactory(diner=diner, nummer=n, stelling=stellingen[0] if n == 1 else None) for n in (1, 2, 3)
    ]
    services.start_ronde(ronde=rondes[0], now=NOW)
    assert (offered("stelling_delete"), offered("stelling_move")) == ([3], [])
    assert offered("stelling_edit") == [1, 2, 3]
    page = client.get(url("diner_detail", SLUG, 1))
    assert text(page).count("Deze stelling is besproken en staat vast.") == 2
    moves = {
        (int(pk), int(naar))
        for pk, naar in re.findall(
            r'rondes/(\d+)/verplaatsen/">.*?name="naar" value="(\d)"', page.content.decode()
        )
    }
    assert moves == {(rondes[1].pk, 3), (rondes[2].pk, 2)}


def test_stelling_that_stands_fixed_says_so_and_keeps_its_text_field_closed(
    client, diner, stellingen, tafels
):
    BijdrageFactory(tafel=tafels[0], stelling=stellingen[0])
    shown = client.get(url("stelling_delete", SLUG, 1, 1))
    assert "Deze stelling is besproken en staat vast." in text(shown)
    assert "Er hangt verder niets aan" not in text(shown)
    assert 'name="ja"' not in shown.content.decode()
    assert "Verwijderen</button>" not in shown.content.decode()
    form = client.get(url("stelling_edit", SLUG, 1, 1)).content.decode()
    assert re.search(r'<textarea name="tekst"[^>]* readonly', form)
    assert "Deze stelling is besproken en staat vast." in form
    assert "readonly" not in client.get(url("stelling_edit", SLUG, 1, 2)).content.decode()
    data = {"tekst": stellingen[0].tekst, "toelichting": "Kort", "status": "concept"}
    assert client.post(url("stelling_edit", SLUG, 1, 1), data).status_code == 302


def test_spreker_is_chosen_from_the_reeks_only_when_there_is_one(client, diner):
    page, kies = url("diner_detail", SLUG, 1), "Uit deze reeks kiezen"
    spreker = SprekerFactory(reeks=diner.reeks)
    assert kies in text(client.get(page))
    services.add_optreden(diner=diner, spreker=spreker)
    assert kies not in text(client.get(page))


def test_lists_to_choose_from_say_what_nothing_is(client, diner):
    assert (
        '<option value="" selected>Geen</option>' in client.get(url("ronde_create", SLUG, 1)).content.decode()
    )
    kies = client.get(url("optreden_add", SLUG, 1)).content.decode()
    assert '<option value="" selected>Kies een spreker</option>' in kies


def test_what_people_typed_is_shown_as_text(client, diner, stellingen):
    evil = "<script>alert(1)</script>"
    services.edit_object(diner.reeks, titel=evil, inleiding=evil)
    services.edit_object(diner, titel=evil, locatie=evil)
    services.edit_object(stellingen[0], tekst=evil, doorvragen=[evil])
    for page in ("reeks_list", "reeks_detail", "reeks_delete", "diner_detail", "diner_edit", "diner_delete"):
        html = client.get(
            url(page, *([SLUG, 1] if "diner" in page else [SLUG] * (page != "reeks_list")))
        ).content
        assert b"&lt;script&gt;alert" in html
        assert b"<script>alert" not in html


# --- forms -----------------------------------------------------------------------------------------------------------
REEKS = {"titel": "Blik op zorg", "horizonjaar": "2060", "max_apparaten": "3"}
RONDE = {"soort": "gang", "titel": "Soep", "minuten": "15", "stelling": ""}
CREATE = {
    "reeks_create": ([], REEKS, Reeks, {"titel": "Blik op zorg", "slug": "blik-op-zorg"}),
    "diner_create": ([SLUG], {"titel": "Zorg", "maak": "1"}, Diner, {"titel": "Zorg", "nummer": 2}),
    "spreker_create": ([SLUG], {"naam": "Ada"}, Spreker, {"naam": "Ada"}),
    "stelling_create": ([SLUG, 1], {"tekst": "Kan?", "status": "concept", "doorvragen": "Hoe?\nWie?"}, Stelling,
                        {"tekst": "Kan?", "nummer": 4, "doorvragen": ["Hoe?", "Wie?"]}),
    "ronde_create": ([SLUG, 1], RONDE, Ronde, {"titel": "Soep", "nummer": 3, "started_at": None}),
    "tafel_create": ([SLUG, 1], {"nummer": "7", "aantal_gasten": "8"}, Tafel, {"nummer": 7}),
    "tafels_add": ([SLUG, 1], {"aantal": "1", "aantal_gasten": "6"}, Tafel, {"nummer": 3, "aantal_gasten": 6}),
}  # fmt: skip
SHOWN = {
    "reeks_create": 'value="Verkenning 2050"',
    "diner_create": 'value="2026-11-24"',
    "spreker_create": 'value="Zoë"',
    "stelling_create": "Werk past zich aan mensen aan.",
    "ronde_create": '<option value="tafelgesprek" selected>',
    "tafel_create": 'value="1"',
}
FORM = {
    "reeks_create": ReeksForm,
    "diner_create": DinerForm,
    "spreker_create": SprekerForm,
    "stelling_create": StellingForm,
    "ronde_create": RondeForm,
    "tafel_create": TafelForm,
    "tafels_add": TafelsForm,
}
BAD = [
    (name, field, value)
    for name, form in FORM.items()
    for field, values in FOUT[form].items()
    for value in values
    if is_storable(value.replace("\0", ""))  # no HTTP body holds a lone surrogate
]


@pytest.fixture
def programme(diner, stellingen, tafels):
    """The cast's diner with two coming rondes and a spreker; by name, the page where each can be changed."""
    ronde = RondeFactory(diner=diner, nummer=1)
    RondeFactory(diner=diner, nummer=2)
    spreker = SprekerFactory(reeks=diner.reeks, naam="Zoë")
    return {
        "reeks_create": (url("reeks_edit", SLUG), diner.reeks),
        "diner_create": (url("diner_edit", SLUG, 1), diner),
        "spreker_create": (url("spreker_edit", SLUG, spreker.pk), spreker),
        "stelling_create": (url("stelling_edit", SLUG, 1, 1), stellingen[0]),
        "ronde_create": (url("ronde_edit", SLUG, 1, ronde.pk), ronde),
        "tafel_create": (url("tafel_edit", SLUG, 1, tafels[0].pk), tafels[0]),
    }


@pytest.mark.parametrize("name", CREATE)
def test_create_stores_it_and_goes_on_to_a_page_that_shows_it(client, programme, name):
    args, data, model, expected = CREATE[name]
    response = client.post(url(name, *args), data, follow=True)
    assert response.redirect_chain[0][1] == 302
    assert "melding--success" in response.content.decode()
    made = model.objects.order_by("-pk")[0]
    assert {field: getattr(made, field) for field in expected} == expected
    if model is Reeks:
        assert set(made.lidmaatschappen.values_list("rol", flat=True)) == {Rol.ORGANISATOR, Rol.VERSLAGLEGGER}


@pytest.mark.parametrize("name", [name for name in CREATE if name != "tafels_add"])
def test_edit_shows_what_is_and_stores_what_is_typed(client, programme, name):
    _, data, _, expected = CREATE[name]
    page, thing = programme[name]
    shown = client.get(page)
    assert shown.status_code == 200
    assert SHOWN[name] in shown.content.decode()
    response = client.post(page, data, follow=True)
    assert response.redirect_chain[0][1] == 302
    assert "melding--success" in response.content.decode()
    thing.refresh_from_db()
    typed = expected.keys() & data.keys()
    assert {field: getattr(thing, field) for field in typed} == {field: expected[field] for field in typed}


@pytest.mark.parametrize(
    ("name", "field", "value"), BAD, ids=[f"{name}-{field}-{value[:12]!a}" for name, field, value in BAD]
)
def test_bad_input_comes_back_with_a_sentence_and_stores_nothing(
    client, programme, stored, name, field, value
):
    args, data, _, _ = CREATE[name]
    before = stored()
    for page in (url(name, *args), *programme.get(name, ())[:1]):
        response = client.post(page, data | {field: value})
        assert response.status_code == 422
        assert re.search(rf'id="id_{field}_error"><p>[A-Z‘“]', response.content.decode())
    assert stored() == before


@pytest.mark.parametrize("name", CREATE)
def test_nothing_at_all_is_refused_too(client, programme, stored, name):
    before = stored()
    response = client.post(url(name, *CREATE[name][0]), {"csrfmiddlewaretoken": "x"})
    assert (response.status_code, response.content.count(b"Dit veld is verplicht") > 0) == (422, True)
    assert client.post(url(name, *CREATE[name][0])).status_code == 422
    assert stored() == before


def test_bytes_that_are_no_text_never_break_a_page(client, diner):
    """A lone surrogate cannot travel in a form: Django reads its bytes as replacement characters."""
    form = "application/x-www-form-urlencoded"
    response = client.post(
        url("diner_create", SLUG), b"maak=1&titel=a%ED%A0%80%FF", content_type=form, follow=True
    )
    assert "a�" in text(response)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("tafel_create", {"nummer": "2", "aantal_gasten": "8"}, "Er is al een tafel met dit nummer"),
        ("spreker_create", {"naam": "Ada"}, "Deze spreker staat al in de reeks"),
        ("tafels_add", {"aantal": "200", "aantal_gasten": "8"}, "1 tot 200 tafels"),
        ("ronde_create", RONDE | {"stelling": "1"}, "Alleen een tafelgesprek of plenaire ronde"),
    ],
)
def test_a_broken_rule_stands_at_the_form(client, programme, stored, name, data, sentence):
    SprekerFactory(reeks=Reeks.objects.get(slug=SLUG), naam="Ada")
    if "stelling" in data:
        data = data | {"stelling": programme["stelling_create"][1].pk}
    before = stored()
    for page in (url(name, *CREATE[name][0]), *programme.get(name, ())[:1]):
        response = client.post(page, data)
        assert (response.status_code, sentence in text(response)) == (422, True)
    assert stored() == before


def test_what_has_begun_stays_as_the_room_saw_it(client, programme, stored):
    page, ronde = programme["ronde_create"]
    ronde.stelling = programme["stelling_create"][1]
    ronde.save()
    services.start_ronde(ronde=ronde, now=NOW)
    before = stored()
    for refused, data, sentence in (
        (page, RONDE, "pas de tijd aan in de regie"),
        (programme["stelling_create"][0], {"tekst": "Anders", "status": "concept"}, "de tekst ligt vast"),
        (url("ronde_delete", SLUG, 1, ronde.pk), {"ja": "1"}, "al begonnen"),
        (url("stelling_delete", SLUG, 1, 1), {"ja": "1"}, "al gesproken"),
    ):
        response = client.post(refused, data)
        assert (response.status_code, sentence in text(response)) == (422, True)
    assert stored() == before


def test_new_spreker_of_a_diner_speaks_there(client, diner):
    page = url("spreker_create", SLUG)
    assert (
        client.post(page + "?diner=1", {"naam": "Ada"})["Location"]
        == url("diner_detail", SLUG, 1) + "#sprekers"
    )
    assert diner.optredens.get().spreker.naam == "Ada"
    for nonsense in ("99", "x", "²", "9" * 30, "-1", "\0"):
        assert client.get(page, {"diner": nonsense}).status_code == 200


def test_spreker_is_added_to_a_diner_from_the_reeks_and_taken_off(client, diner, stored):
    spreker, vreemd = SprekerFactory(reeks=diner.reeks), SprekerFactory()
    before = stored()
    for wrong in (vreemd.pk, "", "x", "\0", 10**30):
        assert client.post(url("optreden_add", SLUG, 1), {"spreker": wrong}).status_code == 422
    assert stored() == before
    client.post(url("optreden_add", SLUG, 1), {"spreker": spreker.pk})
    optreden = diner.optredens.get()
    assert optreden.spreker == spreker
    client.post(url("optreden_remove", SLUG, 1, optreden.pk))
    assert not diner.optredens.exists()
    assert Spreker.objects.count() == 2


# --- order and removal -----------------------------------------------------------------------------------------------
def test_buttons_up_and_down_move_a_stelling_and_a_ronde(client, programme, diner):
    ronde = programme["ronde_create"][1]
    client.post(url("stelling_move", SLUG, 1, 1), {"naar": 2})
    response = client.post(url("ronde_move", SLUG, 1, ronde.pk), {"naar": 2})
    assert response["Location"] == url("diner_detail", SLUG, 1) + "#draaiboek"
    assert programme["stelling_create"][1] == diner.stellingen.get(nummer=2)
    assert ronde == diner.rondes.get(nummer=2)


@pytest.mark.parametrize("naar", ["", "x", "0", "-1", "1001", "\0", LANG])
def test_move_to_nowhere_is_refused(client, programme, stored, naar):
    before = stored()
    for page in (
        url("stelling_move", SLUG, 1, 1),
        url("ronde_move", SLUG, 1, programme["ronde_create"][1].pk),
    ):
        response = client.post(page, {"naar": naar})
        assert (response.status_code, "Kies een plaats" in text(response)) == (422, True)
    assert stored() == before


def test_delete_page_of_a_part_says_what_goes_along_and_removes_it(client, programme, diner):
    services.add_optreden(diner=diner, spreker=programme["spreker_create"][1])
    for name, (page, thing) in programme.items():
        if name in {"reeks_create", "diner_create"}:
            continue
        page = page.removesuffix("bewerken/") + "verwijderen/"
        shown = text(client.get(page))
        assert (
            "Dit gaat ook weg 1 optreden" if name == "spreker_create" else "Er hangt verder niets aan"
        ) in shown
        assert type(thing).objects.filter(pk=thing.pk).exists()
        assert client.post(page).status_code == 302
        assert not type(thing).objects.filter(pk=thing.pk).exists()


def test_delete_page_is_honest_about_notes(client, diner, stelling, tafels, stored):
    BijdrageFactory(tafel=tafels[0], stelling=stelling)
    before = stored()
    for page in (url("tafel_delete", SLUG, 1, tafels[0].pk), url("stelling_delete", SLUG, 1, 1)):
        response = client.post(page, {"ja": "1"})
        assert (response.status_code, "Hier hangen al notities aan" in text(response)) == (422, True)
    assert stored() == before


@pytest.mark.parametrize(
    ("what", "titel"), [("diner", "De werkplaats van morgen"), ("reeks", "Verkenning 2050")]
)
def test_delete_of_a_diner_or_reeks_asks_for_its_title(client, diner, tafels, stored, what, titel):
    BijdrageFactory.create_batch(3, tafel=tafels[0])
    services.close_diner(diner=diner, now=NOW)
    page = url(f"{what}_delete", *([SLUG, 1] if what == "diner" else [SLUG]))
    shown = text(client.get(page))
    assert "3 bijdragen" in shown
    assert "2 tafels" in shown
    assert titel in shown
    before = stored()
    for wrong in ("", "x", titel.lower(), titel + ".", titel + "\0", LANG):
        response = client.post(page, {"titel": wrong})
        assert (response.status_code, "id_titel_error" in response.content.decode()) == (422, True)
    assert stored() == before
    assert client.post(page, {"titel": f" {titel} "}, follow=True).status_code == 200
    assert Reeks.objects.filter(slug=SLUG).exists() is (what == "diner")
    assert not Diner.objects.exists()


@pytest.mark.parametrize("what", ["diner", "reeks"])
def test_delete_waits_until_the_evening_is_over(client, diner, stored, what):
    before = stored()
    thing = diner if what == "diner" else diner.reeks
    page = url(f"{what}_delete", *([SLUG, 1] if what == "diner" else [SLUG]))
    response = client.post(page, {"titel": thing.titel})
    assert (response.status_code, "Sluit het eerst af" in text(response)) == (422, True)
    assert stored() == before


def test_a_reeks_of_somebody_else_is_not_even_named(otto, sign_in):
    ReeksFactory(slug="geheim", titel="Geheime reeks")
    response = sign_in(otto).get(url("reeks_detail", "geheim"))
    assert (response.status_code, "Geheim" in text(response)) == (404, False)
