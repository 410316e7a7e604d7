"""A peiling on the phones of the guests, in the regie and on the scherm."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from capture.models import Peiling, Stem, Stemming
from capture.services.stemmingen import (
    MIN_TOESTELLEN,
    add_stem,
    close_stemming,
    make_stemlink,
    open_stemming,
    stemtoken_of,
)
from capture.views.peiling import in_parts
from sessions.models import Diner, Dinerstatus
from sessions.services import open_scherm, scherm_token_of, start_ronde
from tests.factories import NOW, RondeFactory, StellingFactory, StemmingFactory, TafelFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def token(diner):
    return stemtoken_of(make_stemlink(diner=diner))


@pytest.fixture
def gast(token):
    return reverse("capture:stemmen", args=[token])


@pytest.fixture
def stemming(stelling, roos):
    return open_stemming(stelling=stelling, moment="voor", gebruiker=roos, now=NOW)


@pytest.fixture
def regie(diner):
    return reverse("capture:peiling_regie", args=[diner.reeks.slug, diner.nummer])


@pytest.fixture
def scherm(diner):
    return reverse("capture:scherm_peiling", args=[scherm_token_of(open_scherm(diner=diner))])


def body(response):
    """Without the ">" of a selector, so that a tag ends where it ends."""
    return response.content.decode().replace(" > *", "")


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body(response))).strip()


def votes(stemming, *keuzes, begin=0):
    for nummer, keuze in enumerate(keuzes, start=begin):
        add_stem(
            stemming=stemming, keuze=keuze, geheim=f"telefoon-{nummer}", now=NOW + timedelta(seconds=nummer)
        )


def vote(client, gast, stemming, keuze, **options):
    return client.post(gast + "stem/", {"stemming": stemming.pk, "keuze": keuze}, **options)


# --- the guest ------------------------------------------------------------------------------------------


def test_guest_waits_until_something_is_asked(gast, diner):
    assert "Er is nu geen peiling" in text(Client().get(gast))
    Diner.objects.update(status=Dinerstatus.AFGESLOTEN)
    assert "Dit diner is afgesloten" in text(Client().get(gast))


def test_guest_votes_and_changes_the_vote_without_javascript(gast, stemming):
    phone = Client()
    html = body(phone.get(gast))
    assert "Werk past zich aan mensen aan." in html
    assert "Stelling 1, voor het gesprek" in html
    assert html.count('aria-pressed="false"') == 3
    answer = vote(phone, gast, stemming, "eens")
    assert (answer.status_code, answer["Location"]) == (302, gast)
    html = body(phone.get(gast))
    assert re.search(r'value="eens" class="[^"]*" aria-pressed="true"', html)
    assert "Je koos <strong>eens</strong>" in html
    vote(phone, gast, stemming, "oneens")
    assert [(s.keuze, s.wijzigingen) for s in Stem.objects.all()] == [("oneens", 1)]
    vote(Client(), gast, stemming, "eens")
    assert Stem.objects.count() == 2


def test_guest_gets_the_fresh_fragment_with_htmx(gast, stemming):
    answer = vote(Client(), gast, stemming, "anders", headers=HTMX)
    assert body(answer).startswith('<div id="peiling-gast"')
    assert "Je koos <strong>anders</strong>" in body(answer)


def test_phone_keeps_its_secret_and_a_forged_one_is_replaced(gast, stemming):
    phone = Client()
    cookie = phone.get(gast).cookies[settings.GUEST_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert phone.get(gast).cookies[settings.GUEST_COOKIE].value == cookie.value
    for forged in ("", "kort", "x" * 65, "é" * 20):
        phone.cookies[settings.GUEST_COOKIE] = forged
        assert phone.get(gast).cookies[settings.GUEST_COOKIE].value != forged


def test_nothing_that_is_stored_or_shown_tells_which_phone_it_was(gast, stemming, stored):
    phone = Client()
    phone.get(gast)
    vote(phone, gast, stemming, "eens")
    geheim = phone.cookies[settings.GUEST_COOKIE].value
    assert geheim not in str(stored())
    assert geheim not in body(phone.get(gast))
    assert Stem.objects.get().toestel not in body(phone.get(gast))


def test_page_is_asked_again_and_answers_only_what_changed(gast, stemming, roos):
    phone, live = Client(), gast + "nu/"
    stand = re.search(r'name="stand" value="([^"]*)"', body(phone.get(gast)))[1]
    assert phone.get(live, {"stand": stand}).status_code == 204
    vote(phone, gast, stemming, "eens")
    assert phone.get(live, {"stand": stand}).status_code == 204
    close_stemming(stemming=stemming, now=NOW)
    caches["proces"].clear()  # a second later
    assert "Er is nu geen peiling" in body(phone.get(live, {"stand": stand}))
    open_stemming(stelling=stemming.stelling, moment="voor", gebruiker=roos, now=NOW)
    caches["proces"].clear()
    assert "Je koos <strong>eens</strong>" in body(phone.get(live, {"stand": "live"}))


def test_hundreds_of_phones_ask_the_database_once(gast, stemming, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("capture.views.gasten.VERS", 3600)  # however slow this machine is
    stand = {"stand": str(stemming.pk)}
    with django_assert_num_queries(3):
        assert {Client().get(gast + "nu/", stand).status_code for _ in range(20)} == {204}
    with django_assert_num_queries(3):  # who saw something else gets an answer of his own
        assert Client().get(gast + "nu/", {"stand": "live"}).status_code == 200
    assert Client().get(gast + "nu/", {"stand": ""}).status_code == 200


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_vote_on_what_is_no_longer_asked_is_a_conflict(gast, stemming, stellingen, roos, headers):
    tweede = open_stemming(stelling=stellingen[1], moment="voor", gebruiker=roos, now=NOW)
    answer = vote(Client(), gast, stemming, "eens", headers=headers)
    assert answer.status_code == 409
    assert "net gesloten" in text(answer)
    assert "Wie leert, verdient." in text(answer)  # what is asked now
    close_stemming(stemming=tweede, now=NOW)
    answer = vote(Client(), gast, tweede, "eens", headers=headers)
    assert answer.status_code == 409
    assert "Er is nu geen peiling" in text(answer)
    assert not Stem.objects.exists()


@pytest.mark.parametrize(
    "data",
    [{}, {"keuze": "neutraal"}, {"keuze": "\0"}, {"keuze": "eens", "stemming": "x"}, {"stemming": "9" * 40}],
)
def test_vote_with_nonsense_is_refused_in_dutch(gast, stemming, data):
    answer = Client().post(gast + "stem/", {"stemming": stemming.pk} | data)
    assert answer.status_code == 422
    assert "Kies eens, oneens of anders." in text(answer)
    assert not Stem.objects.exists()


def test_full_room_answers_429_in_words(gast, stemming):
    votes(stemming, *["eens"] * MIN_TOESTELLEN)
    for headers in ({}, HTMX):
        answer = vote(Client(), gast, stemming, "eens", headers=headers)
        assert answer.status_code == 429
        assert "meer stemmen dan gasten" in text(answer)
    assert Stem.objects.count() == MIN_TOESTELLEN


def test_limits_are_never_per_address(gast, stemming):
    """A venue is one address: the sixth phone in it is as welcome as the first."""
    for _ in range(12):
        assert vote(Client(REMOTE_ADDR="10.0.0.1"), gast, stemming, "eens").status_code == 302
    assert Stem.objects.count() == 12


@pytest.mark.parametrize("kapot", ["x", "AAAAAAAA", "%00", "%ED%A0%80", "x" * 2000])
def test_wrong_link_is_not_found(gast, kapot):
    for path in ("", "nu/"):
        answer = Client().get(f"/p/{kapot}/{path}")
        assert answer.status_code == 404
        assert "Deze pagina is er niet" in text(answer)
    assert Client().post(f"/p/{kapot}/stem/").status_code == 404


def test_link_forgives_dashes_and_small_letters(token):
    assert Client().get(f"/p/{token[:4].lower()}-{token[4:].lower()}/").status_code == 200


def test_guest_page_shows_no_result_and_nothing_of_the_team(gast, stemming, roos):
    votes(stemming, *["eens"] * 5)
    html = body(Client().get(gast))
    for private in ("Roos", "/reeksen/", "5 "):
        assert private not in html.split("</head>")[1].replace(settings.STATIC_URL, "")


@pytest.mark.parametrize("aantal", [1, 3])
def test_guest_page_takes_as_many_queries(gast, stemming, diner, aantal, django_assert_num_queries):
    for nummer in range(aantal):
        StemmingFactory(stelling=StellingFactory(diner=diner, nummer=7 + nummer))
    votes(stemming, *["eens"] * aantal)
    for path in (gast, gast + "nu/"):
        with django_assert_num_queries(3):  # the diner, what is open, this phone's own vote
            assert Client().get(path).status_code == 200


# --- the regie --------------------------------------------------------------------------------------------


def test_regie_is_for_the_team_and_buttons_for_the_organiser(
    regie, stemming, roos, vera, kees, otto, sign_in
):
    statuses = [sign_in(member).get(regie).status_code for member in (roos, vera, kees, otto)]
    assert statuses == [200, 200, 403, 404]
    assert "<button" in body(sign_in(roos).get(regie))
    assert "<button" not in body(sign_in(vera).get(regie))


def test_organiser_opens_and_closes_with_and_without_javascript(diner, stelling, roos, vera, otto, sign_in):
    url = reverse("capture:stemming_open", args=[diner.reeks.slug, 1, 1])
    for member, status in ((vera, 403), (otto, 404)):
        assert sign_in(member).post(url, {"moment": "voor"}).status_code == status
    client = sign_in(roos)
    assert client.post(url, {"moment": "voor"})["Location"] == reverse(
        "capture:peilingen", args=[diner.reeks.slug, 1]
    )
    stemming = Stemming.objects.get()
    assert (stemming.stelling, stemming.moment, stemming.opened_by, stemming.is_open) == (
        stelling,
        "voor",
        roos,
        True,
    )
    sluit = reverse("capture:stemming_close", args=[diner.reeks.slug, 1, stemming.pk])
    assert sign_in(vera).post(sluit).status_code == 403
    answer = client.post(sluit, headers=HTMX)
    assert body(answer).startswith('<div id="peiling-regie"')
    stemming.refresh_from_db()
    assert not stemming.is_open
    client.post(url, {"moment": "voor", "gezien": ""})
    client.post(url, {"moment": "voor", "gezien": str(stemming.pk), "opnieuw": "1"})
    assert Stemming.objects.count() == 2
    assert client.post(url, {"moment": "ooit"}).status_code == 422
    for elders in (StemmingFactory().pk, 10**17):
        url = reverse("capture:stemming_close", args=[diner.reeks.slug, 1, elders])
        assert client.post(url).status_code == 404
    assert client.post(reverse("capture:stemming_open", args=[diner.reeks.slug, 1, 9])).status_code == 404


def test_regie_shows_counts_of_tables_and_phones_but_no_early_result(regie, stemming, tafels, roos, sign_in):
    client = sign_in(roos)
    Peiling.objects.create(tafel=tafels[0], stelling=stemming.stelling, moment="voor", eens=5, updated_at=NOW)
    votes(stemming, "eens", "eens", "oneens")
    assert "1 tafel telde 5 eens, 0 oneens, 0 anders" in text(client.get(regie))
    assert "3 stemmen met de telefoon" in text(client.get(regie))
    assert "Telefoons:" not in text(client.get(regie))
    close_stemming(stemming=stemming, now=NOW)
    assert "Telefoons: 3 stemmen, nog te weinig om te tonen" in text(client.get(regie))
    assert "2 eens" not in text(client.get(regie))
    Stemming.objects.update(closed_at=None)
    votes(stemming, "anders", begin=3)
    assert "4 stemmen met de telefoon" in text(client.get(regie))
    close_stemming(stemming=stemming, now=NOW)
    assert "Telefoons: 2 eens, 1 oneens, 1 anders" in text(client.get(regie))


def test_regie_of_a_closed_diner_has_no_buttons(regie, stemming, roos, sign_in):
    Diner.objects.update(status=Dinerstatus.AFGESLOTEN)
    html = body(sign_in(roos).get(regie))
    assert "<button" not in html
    assert "badge--live" not in html


def test_regie_has_a_page_of_its_own_without_javascript(diner, stemming, roos, sign_in):
    html = body(sign_in(roos).get(reverse("capture:peilingen", args=[diner.reeks.slug, 1])))
    assert html.count('id="peiling-regie"') == 1
    assert f'data-live-url="/ws/diner/{diner.pk}/"' in html


def test_regie_without_stellingen_says_so(regie, roos, sign_in):
    assert "nog geen stellingen" in text(sign_in(roos).get(regie))


def test_regie_says_where_guests_vote(regie, roos, token, stelling, sign_in):
    client = sign_in(roos)
    assert f"testserver/p/{token[:4]}-{token[4:]}" in text(client.get(regie))


@pytest.mark.parametrize("aantal", [1, 3])
def test_regie_takes_as_many_queries(regie, diner, roos, aantal, sign_in, django_assert_num_queries):
    tafels = [TafelFactory(diner=diner) for _ in range(aantal)]
    for nummer in range(1, aantal + 1):
        stelling = StellingFactory(diner=diner, nummer=nummer)
        votes(open_stemming(stelling=stelling, moment="na", gebruiker=roos, now=NOW), *["eens"] * aantal)
        for tafel in tafels:
            Peiling.objects.create(tafel=tafel, stelling=stelling, moment="voor", eens=1, updated_at=NOW)
    client = sign_in(roos)
    with django_assert_num_queries(8):  # session, user, diner, role, link, and the three of the peilingen
        html = body(client.get(regie))
    assert html.count("peilrij__stelling") == aantal


# --- the scherm -------------------------------------------------------------------------------------------


def test_scherm_shows_the_address_and_the_number_but_no_result_while_open(scherm, stemming, token):
    votes(stemming, *["eens"] * 5)
    answer = Client().get(scherm)
    assert 'src="data:image/svg+xml' in body(answer)
    assert f"testserver/p/{token[:4]}-{token[4:]}" in text(answer)
    assert "5 stemmen" in text(answer)
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="beeld"' not in body(answer)
    assert "5 eens" not in body(answer)


def test_scherm_shows_the_picture_after_closing(scherm, stemming):
    votes(stemming, *["eens"] * 3, "oneens")
    close_stemming(stemming=stemming, now=NOW)
    answer = Client().get(scherm)
    assert 'aria-label="Vooraf 3 eens, 1 oneens, 0 anders."' in body(answer)
    assert "4 stemmen met de telefoon" in text(answer)
    assert "data:image" not in body(answer)


def test_scherm_shows_no_result_of_a_few(scherm, stemming):
    votes(stemming, *["eens"] * 3)
    close_stemming(stemming=stemming, now=NOW)
    assert (
        text(Client().get(scherm))
        == "Stelling 1 Werk past zich aan mensen aan. Nog te weinig stemmen om te tonen."
    )


def test_scherm_without_a_peiling_is_empty(scherm, stelling):
    assert re.fullmatch(r"<div [^>]*>\s*</div>\s*", body(Client().get(scherm)))


def test_scherm_shows_as_many_tables_at_once_as_can_be_read(scherm, diner, stelling):
    for nummer in range(1, 7):
        html = body(Client().get(scherm))
        assert html.count('class="beeld"') == (0 if nummer == 1 else 2)
        assert "<div hidden>" not in html
        tafel = TafelFactory(diner=diner, nummer=nummer)
        for moment in ("voor", "na"):
            Peiling.objects.create(tafel=tafel, stelling=stelling, moment=moment, eens=2, updated_at=NOW)
    answer = Client().get(scherm)
    assert body(answer).count('class="beeld"') == 3
    assert body(answer).count("<div hidden>") == 1  # three tables, and three that take their turn
    assert "Geteld aan 6 tafels. Aan 6 tafels evenveel eens." in text(answer)


@pytest.mark.parametrize(
    ("aantal", "delen"),
    [(0, []), (1, [1]), (5, [5]), (6, [3, 3]), (8, [4, 4]), (11, [4, 3, 4]), (50, [5] * 10)],
)
def test_tables_take_turns_in_even_parts(aantal, delen):
    gedeeld = in_parts(tuple(range(aantal)), 5)
    assert [len(deel) for deel in gedeeld] == delen
    assert [rij for deel in gedeeld for rij in deel] == list(range(aantal))


def test_scherm_shows_the_stelling_at_hand_or_the_one_that_is_asked_for(
    scherm, diner, stellingen, tafels, roos
):
    een, twee, _ = stellingen
    for stelling in stellingen:
        Peiling.objects.create(tafel=tafels[0], stelling=stelling, moment="voor", eens=2, updated_at=NOW)
    shown = lambda query="": text(Client().get(scherm + query))[:10]  # noqa: E731
    assert shown() == "Stelling 3"
    start_ronde(ronde=RondeFactory(diner=diner, nummer=2, stelling=twee), now=timezone.now())
    assert shown() == "Stelling 2"
    stemming = open_stemming(stelling=een, moment="na", gebruiker=roos, now=timezone.now())
    assert shown("?stelling=3") == "Stelling 1"  # while people vote, that is what they see
    close_stemming(stemming=stemming, now=timezone.now())
    assert shown() == "Stelling 1"
    assert shown("?stelling=3") == "Stelling 3"
    for onzin in ("?stelling=9", "?stelling=", "?stelling=x", "?stelling=٣", "?stelling=" + "9" * 40):
        assert Client().get(scherm + onzin).status_code == 200


@pytest.mark.parametrize("aantal", [1, 3])
def test_scherm_is_read_in_as_many_queries(scherm, diner, roos, aantal, django_assert_num_queries):
    tafels = [TafelFactory(diner=diner, nummer=nummer) for nummer in range(1, aantal + 1)]
    for nummer in range(1, aantal + 1):
        stelling = StellingFactory(diner=diner, nummer=nummer)
        for tafel in tafels:
            Peiling.objects.create(tafel=tafel, stelling=stelling, moment="voor", eens=1, updated_at=NOW)
        stemming = StemmingFactory(stelling=stelling)
    with django_assert_num_queries(7):  # the diner, open, closed, three of the peilingen, the ronde
        Client().get(scherm)
    Stemming.objects.filter(pk=stemming.pk).update(closed_at=None)
    with django_assert_num_queries(4):  # the diner, open, votes, link
        Client().get(scherm)


def test_scherm_shows_the_address_to_who_comes_in_and_keeps_it(client, diner):
    """The same address all evening, whether or not a peiling was opened; somebody else's token opens nothing."""
    address = reverse("capture:scherm_qr", args=[scherm_token_of(open_scherm(diner=diner))])
    first = Client().get(address)
    token = stemtoken_of(make_stemlink(diner=diner))
    assert f"/p/{token[:4]}-{token[4:]}" in text(first)
    assert 'src="data:image/svg+xml' in body(first)
    assert text(Client().get(address)) == text(first)
    assert Client().get(reverse("capture:scherm_qr", args=["onbekend"])).status_code == 404


def test_two_organisers_do_not_close_each_others_peiling(diner, stelling, stemming, roos, sign_in):
    """Who did not see that another one is open is told, and closes nothing; the same button twice is no quarrel."""
    client, url = sign_in(roos), reverse("capture:stemming_open", args=[diner.reeks.slug, 1, 1])
    assert f'name="gezien" value="{stemming.pk}"' in body(
        client.get(reverse("capture:peiling_regie", args=[diner.reeks.slug, 1]))
    )
    for gezien in ("", "0", "iets"):
        answer = client.post(url, {"moment": "na", "gezien": gezien}, headers=HTMX)
        assert (answer.status_code, "Iemand anders opende of sloot net een peiling" in body(answer)) == (
            409,
            True,
        )
    stemming.refresh_from_db()
    assert (stemming.is_open, Stemming.objects.count()) == (True, 1)
    assert client.post(url, {"moment": stemming.moment, "gezien": ""}, headers=HTMX).status_code == 200
    assert client.post(url, {"moment": "na", "gezien": str(stemming.pk)}, headers=HTMX).status_code == 200
    assert Stemming.objects.get(closed_at=None).moment == "na"
