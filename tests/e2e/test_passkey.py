"""Without a password: Roos makes a passkey at her account, and signs in with it and with nothing else."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.e2e.conftest import WACHTWOORD

SLEUTEL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def roos(enter, avond):
    """Roos with a passkey on her device, signed out; ``roos.finger(False)``: her finger is not recognised."""
    page = enter.member("roos")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": SLEUTEL})["authenticatorId"]
    page.finger = lambda known: device.send(
        "WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": known}
    )
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Passkey toevoegen").click()
    page.get_by_label("Wachtwoord").fill(WACHTWOORD)
    page.get_by_role("button", name="Bevestig").click()
    expect(page.get_by_label("Inloggen zonder wachtwoord")).to_be_checked()
    page.get_by_label("Naam").fill("Telefoon van Roos")
    page.get_by_role("button", name="Maak de passkey").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/account/2fa/webauthn/")
    expect(page.get_by_role("listitem").filter(has_text="Telefoon van Roos")).to_contain_text("Passkey")
    page.get_by_role("button", name="Uitloggen").click()
    page.goto("/reeksen/streek-2050/")
    page.wait_for_url("**/account/login/?next=/reeksen/streek-2050/")
    return page


def test_member_signs_in_with_a_passkey_and_goes_on_where_it_was(roos):
    roos.get_by_role("button", name="Inloggen met een passkey").click()
    roos.wait_for_url("**/reeksen/streek-2050/")
    expect(roos.get_by_text("Je bent nu ingelogd als Roos.")).to_be_visible()


def test_passkey_that_is_not_used_or_no_longer_known_says_so(roos, axe):
    roos.finger(False)
    roos.get_by_role("button", name="Inloggen met een passkey").click()
    expect(roos.get_by_text("Dat is niet gelukt. Probeer het nog eens")).to_be_visible()
    assert axe(roos) == []
    roos.finger(True)
    Authenticator.objects.filter(type="webauthn").delete()
    roos.get_by_role("button", name="Inloggen met een passkey").click()
    expect(roos.get_by_text("Deze passkey hoort niet (meer) bij een account hier.")).to_be_visible()
    roos.goto("/reeksen/streek-2050/")
    assert "/account/login/" in roos.url
