"""The code for a tablet without a camera: short, so good for minutes, counted when wrong, and never written down."""

import logging
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from denkdiner.errors import DenkdinerError
from sessions import services
from sessions.models import Diner, Dinerstatus, Toegang
from sessions.services.codes import GELDIG, MAX_MISSERS
from sessions.services.toegang import ToegangGeweigerd, find_toegang
from sessions.tokens import CODE_ALPHABET, as_code, code_hash
from tests.factories import NOW, ApparaatFactory, DinerFactory, TafelFactory, ToegangFactory

pytestmark = pytest.mark.django_db
FOUT = "QQQQ7777"


@pytest.fixture
def codes(diner, tafels):
    """The codes of tafel 1 and 2, shown since NOW."""
    services.open_toegangen(diner=diner, now=NOW)
    services.open_codes(diner=diner, now=NOW)
    return shown(diner)


def shown(diner, now=NOW):
    toegangen = Toegang.objects.filter(tafel__diner=diner, revoked_at=None, replaced_at=None)
    return [services.code_of(toegang, now) for toegang in toegangen.order_by("tafel__nummer")]


def table(code, now=NOW):
    return find_toegang(token=code, now=now).tafel


def refused(code, now=NOW):
    with pytest.raises(ToegangGeweigerd, match="Deze code klopt niet"):
        find_toegang(token=code, now=now)
    return True


def test_code_opens_its_own_table_however_it_is_typed(codes, tafels):
    assert len(set(codes)) == 2
    for code, tafel in zip(codes, tafels, strict=True):
        assert re.fullmatch(f"[{CODE_ALPHABET}]{{8}}", code)
        for typed in (
            code,
            code.lower(),
            f" {code[:4]} {code[4:]} ",
            f"{code[:4]}-{code[4:]}",
            " ".join(code),
        ):
            assert table(typed) == tafel
    assert not set("01IOLSBZGUN5") & set(CODE_ALPHABET)


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD23456", "ABCD/234", "ÀBCD2346", "x" * 22, "\0" * 8])
def test_what_has_not_the_shape_of_a_code_is_none(typed):
    assert as_code(typed) == ""


def test_code_is_shown_again_within_its_window_and_is_gone_after_it(codes, diner):
    almost = NOW + GELDIG - timedelta(seconds=1)
    assert shown(diner, almost) == codes
    assert table(codes[0], almost)
    assert shown(diner, NOW + GELDIG) == ["", ""]
    assert refused(codes[0], NOW + GELDIG)


def test_new_codes_replace_the_old_ones(codes, diner):
    services.open_codes(diner=diner, now=NOW + timedelta(minutes=1))
    assert not set(shown(diner)) & set(codes)
    assert refused(codes[0])
    services.close_codes(diner=diner)
    assert shown(diner) == ["", ""]


@pytest.mark.parametrize("action", [services.rotate_toegang, services.revoke_toegang])
def test_code_goes_with_its_link(codes, tafels, action):
    action(tafel=tafels[0], now=NOW)
    assert refused(codes[0])
    assert table(codes[1]) == tafels[1]


def test_code_opens_nothing_of_a_diner_that_is_closed(codes, diner):
    services.close_diner(diner=diner, now=NOW)
    with pytest.raises(ToegangGeweigerd, match="afgesloten"):
        table(codes[0])
    with pytest.raises(DenkdinerError):
        services.open_codes(diner=diner, now=NOW)


def test_database_holds_no_code_and_its_hash_needs_the_key(codes, settings):
    toegang = Toegang.objects.order_by("tafel__nummer").first()
    assert codes[0] not in str(Toegang.objects.values_list())
    assert toegang.code_hash == code_hash(codes[0])
    settings.SECRET_KEY = "een-andere-sleutel"
    assert toegang.code_hash != code_hash(codes[0])
    assert services.code_of(toegang, NOW) == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        ToegangFactory(code_hash=toegang.code_hash, code_until=NOW)


# --- guessing --------------------------------------------------------------------------------------------------------
def test_wrong_codes_are_counted_at_every_diner_that_shows_codes_and_close_the_window(codes, diner):
    ander, dicht = TafelFactory().diner, DinerFactory()
    services.open_toegangen(diner=ander, now=NOW)
    services.open_codes(diner=ander, now=NOW)
    for _ in range(MAX_MISSERS - 1):
        assert refused(FOUT)
    assert table(codes[0])
    missers = dict(Diner.objects.values_list("pk", "code_missers"))
    assert (missers[diner.pk], missers[ander.pk], missers[dicht.pk]) == (MAX_MISSERS - 1,) * 2 + (0,)
    assert refused(FOUT)
    assert refused(codes[0])
    assert shown(diner) == ["", ""]
    services.open_codes(diner=diner, now=NOW)  # the organiser may begin again
    assert table(shown(diner)[0])
    assert Diner.objects.get(pk=diner.pk).code_missers == 0


def test_wrong_code_of_a_device_that_joins_is_counted_too(codes, diner):
    with pytest.raises(ToegangGeweigerd):
        services.join_tafel(token=FOUT, now=NOW)
    assert Diner.objects.get(pk=diner.pk).code_missers == 1


def test_wrong_links_and_quiet_hours_are_not_counted(codes, diner):
    for token, now in (("x" * 22, NOW), ("abc", NOW), (FOUT, NOW + GELDIG)):
        with pytest.raises(ToegangGeweigerd):
            find_toegang(token=token, now=now)
    assert Diner.objects.get(pk=diner.pk).code_missers == 0


# --- on the screen ---------------------------------------------------------------------------------------------------
def address(name):
    return reverse(f"diners:{name}", args=["verkenning-2050", 1])


def test_organiser_sees_what_is_still_on_tablets_before_they_are_sent_away(roos, sign_in, tafels):
    toegang = ToegangFactory(tafel=tafels[0])
    client = sign_in(roos)
    ApparaatFactory(toegang=toegang, nummer=1, wachtend=0)
    ApparaatFactory(toegang=toegang, nummer=2, wachtend=9, revoked_at=NOW)
    assert "verzonden" not in client.get(address("tafel_links")).content.decode()
    for wachtend, zin in (
        (1, "Er staat nog 1 wijziging op die niet verzonden is"),
        (2, "Er staan nog 3 wijzigingen op"),
    ):
        ApparaatFactory(toegang=toegang, nummer=2 + wachtend, wachtend=wachtend)
        html = client.get(address("tafel_links")).content.decode()
        assert f"Alle tablets van tafel 1 afmelden? {zin}" in html
    assert "3 tablets doen mee; 3 nog niet verzonden" in html


def test_organiser_shows_codes_and_a_tablet_joins_with_one(roos, sign_in, tafels, caplog):
    caplog.set_level(logging.DEBUG)
    client = sign_in(roos)
    html = client.get(address("tafel_links")).content.decode()
    assert "Codes tonen, 15 minuten geldig" in html
    assert 'class="code"' not in html
    assert client.post(address("codes_open"))["Location"] == address("tafel_links")
    html = client.get(address("tafel_links")).content.decode()
    codes = re.findall(r'class="code">(\w{4} \w{4})<', html)
    assert len(codes) == 2
    tablet = Client()
    assert "of de code" in tablet.get("/t/").content.decode()
    wrong = tablet.post("/t/kijken/", {"token": FOUT})
    assert wrong.status_code == 422
    assert "Deze code klopt niet" in wrong.content.decode()
    asked = tablet.post("/t/kijken/", {"token": codes[1].lower()}).content.decode()
    assert "Ja, ik noteer voor Tafel 2" in asked
    token = re.search(r'name="token" value="([^"]*)"', asked)[1]
    assert tablet.post("/t/deelnemen/", {"token": token})["Location"].startswith("/tafel/")
    assert settings.TABLE_COOKIE in tablet.cookies
    for code in codes:
        assert code not in caplog.text
        assert code.replace(" ", "") not in caplog.text
    client.post(address("codes_close"))
    assert 'class="code"' not in client.get(address("tafel_links")).content.decode()
    assert tablet.post("/t/kijken/", {"token": codes[0]}).status_code == 422


def test_page_says_that_the_codes_were_guessed_at(roos, sign_in, diner, tafels):
    client = sign_in(roos)
    client.post(address("codes_open"))
    for _ in range(MAX_MISSERS):
        refused(FOUT, timezone.now())
    html = client.get(address("tafel_links")).content.decode()
    assert "te vaak een verkeerde code" in html
    assert 'class="code"' not in html


def test_closed_diner_shows_no_codes(roos, sign_in, diner, tafels):
    Diner.objects.filter(pk=diner.pk).update(status=Dinerstatus.AFGESLOTEN)
    assert sign_in(roos).post(address("codes_open")).status_code == 422
    assert not Toegang.objects.exclude(code_hash="").exists()
