"""Invitations and roles: who comes in, who may what, and that a reeks keeps an organisator."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from denkdiner.errors import DenkdinerError
from sessions import services
from sessions.models import Gebruiker, Lidmaatschap, Logregel, Rol, Uitnodiging
from sessions.services.leden import GELDIG, MAX_OPEN, TUSSENPOOS, UitnodigingVoorbij
from tests.factories import NOW, GebruikerFactory, LidmaatschapFactory, ReeksFactory, UitnodigingFactory

pytestmark = pytest.mark.django_db
WACHTWOORD = "vier losse oude woorden"


def ask(reeks, roos, email="Ada@Voorbeeld.test ", rol=Rol.VERSLAGLEGGER):
    return services.invite(reeks=reeks, email=email, rol=rol, gebruiker=roos, now=NOW)


def rollen(reeks, gebruiker):
    return set(reeks.lidmaatschappen.filter(gebruiker=gebruiker).values_list("rol", flat=True))


def test_invite_keeps_a_hash_and_finds_the_link_again(reeks, roos):
    uitnodiging = ask(reeks, roos)
    assert (uitnodiging.email, uitnodiging.expires_at) == ("ada@voorbeeld.test", NOW + GELDIG)
    token = services.uitnodiging_token_of(uitnodiging)
    assert len(token) == 22
    stored = str(Uitnodiging.objects.values().get())
    assert token not in stored
    assert Logregel.objects.get().wat == "nodigde iemand uit als verslaglegger"


def test_link_of_another_key_is_not_shown(reeks, roos, settings):
    uitnodiging = ask(reeks, roos)
    settings.SECRET_KEY = "another"
    with pytest.raises(DenkdinerError, match="klopt niet meer"):
        services.uitnodiging_token_of(uitnodiging)


def test_invite_refuses_who_is_in_or_asked_already(reeks, roos, vera):
    ask(reeks, roos)
    with pytest.raises(DenkdinerError, match="staat al open"):
        ask(reeks, roos, "ADA@voorbeeld.test")
    with pytest.raises(DenkdinerError, match="is al verslaglegger"):
        ask(reeks, roos, vera.email)
    with pytest.raises(DenkdinerError, match="Kies een rol"):
        ask(reeks, roos, rol="beheerder")
    ask(reeks, roos, rol=Rol.KIJKER)
    ask(ReeksFactory(), roos)
    assert Uitnodiging.objects.count() == 3


def test_invite_stops_at_a_full_house(reeks, roos):
    UitnodigingFactory.create_batch(MAX_OPEN, reeks=reeks)
    with pytest.raises(DenkdinerError, match="Trek er eerst een paar in"):
        ask(reeks, roos)


def test_renew_gives_another_link_and_not_twice_a_minute(reeks, roos):
    uitnodiging = ask(reeks, roos)
    old = services.uitnodiging_token_of(uitnodiging)
    with pytest.raises(DenkdinerError, match="Wacht een minuut"):
        services.renew_uitnodiging(uitnodiging=uitnodiging, now=NOW + TUSSENPOOS - timedelta(seconds=1))
    later = NOW + GELDIG + timedelta(days=1)
    fresh = services.renew_uitnodiging(uitnodiging=uitnodiging, now=later)
    assert services.uitnodiging_token_of(fresh) != old
    assert not fresh.is_expired(later)
    with pytest.raises(UitnodigingVoorbij):  # who held the old link at the door
        services.accept_uitnodiging(uitnodiging=uitnodiging, gebruiker=GebruikerFactory(), now=later)


def test_letter_holds_the_link_and_no_newline_in_its_subject(roos):
    uitnodiging = ask(ReeksFactory(titel="Blik\r\nBcc: iedereen@voorbeeld.test"), roos)
    assert services.send_uitnodiging(
        uitnodiging=uitnodiging, link="https://d.example.nl/uitnodiging/x/", gebruiker=roos, now=NOW
    )
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (
        ["ada@voorbeeld.test"],
        "Uitnodiging: Blik Bcc: iedereen@voorbeeld.test",
    )
    assert "https://d.example.nl/uitnodiging/x/" in letter.body
    assert "Roos vraagt je" in letter.body
    assert letter.recipients() == ["ada@voorbeeld.test"]


@pytest.mark.parametrize(("backend", "status"), [("console", None), ("smtp", "wacht")])
def test_letter_that_does_not_leave_is_told(reeks, roos, settings, backend, status, capsys):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    brief = services.send_uitnodiging(
        uitnodiging=ask(reeks, roos), link="heel-geheim", gebruiker=roos, now=NOW
    )
    assert getattr(brief, "status", None) == status
    assert "heel-geheim" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("email", ["a@" + "ü" * 62 + ".nl", "İ" * 60 + "@x.nl"])
def test_address_that_no_mail_can_carry_is_told(reeks, roos, email):
    uitnodiging = UitnodigingFactory(reeks=reeks, email=email)
    brief = services.send_uitnodiging(uitnodiging=uitnodiging, link="x", gebruiker=roos, now=NOW)
    assert (brief.status, "Klopt het?" in brief.fout) == ("mislukt", True)


def test_accept_gives_the_role_once(reeks, roos, otto):
    uitnodiging = ask(reeks, roos)
    services.accept_uitnodiging(uitnodiging=uitnodiging, gebruiker=otto, now=NOW)
    assert rollen(reeks, otto) == {Rol.VERSLAGLEGGER}
    with pytest.raises(UitnodigingVoorbij):
        services.accept_uitnodiging(uitnodiging=uitnodiging, gebruiker=GebruikerFactory(), now=NOW)
    with pytest.raises(UitnodigingVoorbij):
        services.withdraw_uitnodiging(uitnodiging=uitnodiging, gebruiker=roos, now=NOW)
    assert Logregel.objects.filter(gebruiker=otto).get().wat == "kwam erbij als verslaglegger"


def test_accept_too_late_or_taken_back_gives_nothing(reeks, roos, otto):
    uitnodiging = ask(reeks, roos)
    with pytest.raises(UitnodigingVoorbij):
        services.accept_uitnodiging(uitnodiging=uitnodiging, gebruiker=otto, now=NOW + GELDIG)
    services.withdraw_uitnodiging(uitnodiging=uitnodiging, gebruiker=roos, now=NOW)
    with pytest.raises(UitnodigingVoorbij):
        services.accept_uitnodiging(uitnodiging=uitnodiging, gebruiker=otto, now=NOW)
    assert rollen(reeks, otto) == set()
    ask(reeks, roos)  # and asked again it can be


def test_who_is_in_already_keeps_one_membership(reeks, roos, otto):
    uitnodiging = ask(reeks, roos, rol=Rol.KIJKER)
    LidmaatschapFactory(reeks=reeks, gebruiker=otto, rol=Rol.KIJKER)
    services.accept_uitnodiging(uitnodiging=uitnodiging, gebruiker=otto, now=NOW)
    assert reeks.lidmaatschappen.filter(gebruiker=otto).count() == 1


def test_new_account_has_the_address_of_the_invitation(reeks, roos):
    uitnodiging = ask(reeks, roos)
    ada = services.join_with_new_account(uitnodiging=uitnodiging, naam="Ada", wachtwoord=WACHTWOORD, now=NOW)
    assert (ada.email, ada.naam, ada.check_password(WACHTWOORD)) == ("ada@voorbeeld.test", "Ada", True)
    assert (ada.is_staff, ada.is_superuser) == (False, False)
    assert not ada.emailaddress_set.get().verified  # the organiser saw the link too
    assert rollen(reeks, ada) == {Rol.VERSLAGLEGGER}


@pytest.mark.parametrize("wachtwoord", ["kort", "ada@voorbeeld.test", "startfinding"])
def test_new_account_with_a_weak_password_is_not_made(reeks, roos, wachtwoord):
    before = Gebruiker.objects.count()
    with pytest.raises(DenkdinerError):
        services.join_with_new_account(
            uitnodiging=ask(reeks, roos), naam="Ada", wachtwoord=wachtwoord, now=NOW
        )
    assert Gebruiker.objects.count() == before


def test_new_account_is_not_made_when_the_door_is_closed(reeks, roos):
    uitnodiging, before = ask(reeks, roos), Gebruiker.objects.count()
    with pytest.raises(UitnodigingVoorbij):
        services.join_with_new_account(
            uitnodiging=uitnodiging, naam="Ada", wachtwoord=WACHTWOORD, now=NOW + GELDIG
        )
    assert Gebruiker.objects.count() == before


def test_new_account_is_not_made_for_an_address_that_somebody_has(reeks, roos, otto):
    EmailAddress.objects.create(user=otto, email="otto@werk.test", verified=True)
    for email in (otto.email, "Otto@Werk.test"):
        uitnodiging = ask(reeks, roos, email)
        with pytest.raises(DenkdinerError, match="Log daarmee in"):
            services.join_with_new_account(uitnodiging=uitnodiging, naam="A", wachtwoord=WACHTWOORD, now=NOW)
    assert rollen(reeks, otto) == set()


@pytest.mark.parametrize("rol", ["organisator", "verslaglegger"])
def test_who_goes_out_does_not_come_in_again_by_a_link(reeks, roos, vera, rol):
    LidmaatschapFactory(reeks=reeks, gebruiker=vera, rol=Rol.ORGANISATOR)
    eigen, ander = ask(reeks, roos, vera.email, Rol.KIJKER), ask(reeks, roos)
    if rol == "verslaglegger":
        services.set_rollen(reeks=reeks, lid=vera, rollen=[rol], gebruiker=roos, now=NOW)
        eigen, ander = ask(reeks, roos, vera.email, Rol.KIJKER), ask(reeks, roos)
    services.set_rollen(reeks=reeks, lid=vera, rollen=[], gebruiker=roos, now=NOW)
    with pytest.raises(UitnodigingVoorbij):
        services.accept_uitnodiging(uitnodiging=eigen, gebruiker=vera, now=NOW)
    assert reeks.uitnodigingen.open().filter(pk=ander.pk).exists() is (rol == "verslaglegger")


def test_set_rollen_makes_them_exactly_so(reeks, roos, vera):
    def let(*which):
        services.set_rollen(reeks=reeks, lid=vera, rollen=which, gebruiker=roos, now=NOW)
        return rollen(reeks, vera)

    kept = reeks.lidmaatschappen.get(gebruiker=vera).pk
    assert let("verslaglegger", "organisator") == {"verslaglegger", "organisator"}
    assert Lidmaatschap.objects.filter(pk=kept).exists()
    assert let("kijker") == {"kijker"}
    assert let("kijker") == {"kijker"}
    assert let() == set()
    assert [regel.wat for regel in Logregel.objects.order_by("pk")] == [
        "maakte een lid organisator en verslaglegger",
        "maakte een lid kijker",
        "haalde een lid uit de reeks",
    ]
    with pytest.raises(DenkdinerError, match="geen lid"):
        let("kijker")
    with pytest.raises(DenkdinerError, match="Kies een rol"):
        services.set_rollen(reeks=reeks, lid=roos, rollen=["beheerder"], gebruiker=roos, now=NOW)


@pytest.mark.parametrize("which", [[], ["kijker"], ["verslaglegger"]])
def test_reeks_keeps_an_organisator(reeks, roos, vera, which):
    with pytest.raises(DenkdinerError, match="ten minste één organisator"):
        services.set_rollen(reeks=reeks, lid=roos, rollen=which, gebruiker=roos, now=NOW)
    assert rollen(reeks, roos) == {Rol.ORGANISATOR}
    LidmaatschapFactory(reeks=reeks, gebruiker=vera, rol=Rol.ORGANISATOR)
    services.set_rollen(reeks=reeks, lid=roos, rollen=which, gebruiker=roos, now=NOW)
    assert rollen(reeks, roos) == set(which)


# --- proven elsewhere (OIDC) ----------------------------------------------------------------------------------------------


def test_sign_in_proven_knows_accounts_and_open_invitations_only(reeks, roos):
    assert services.sign_in_proven(email=" Roos@Voorbeeld.test ", naam="Anders", now=NOW) == roos
    roos.refresh_from_db()
    assert roos.naam == "Roos"
    assert services.sign_in_proven(email="vreemd@voorbeeld.test", naam="V", now=NOW) is None
    uitnodiging = UitnodigingFactory(reeks=reeks, email="ada@voorbeeld.test", rol=Rol.KIJKER)
    later = uitnodiging.expires_at
    assert services.sign_in_proven(email="ada@voorbeeld.test", naam="Ada", now=later) is None
    ada = services.sign_in_proven(email="ada@voorbeeld.test", naam="Ada", now=NOW)
    assert (ada.naam, ada.has_usable_password()) == ("Ada", False)
    assert list(ada.lidmaatschappen.values_list("reeks", "rol")) == [(reeks.pk, "kijker")]


def test_sign_in_proven_takes_the_password_of_an_address_that_was_never_proven(roos):
    assert roos.has_usable_password()
    services.sign_in_proven(email=roos.email, naam="", now=NOW)
    roos.refresh_from_db()
    assert not roos.has_usable_password()
    roos.set_password("mijn-eigen-nieuwe")
    roos.save()
    services.sign_in_proven(email=roos.email, naam="", now=NOW)  # proven now
    roos.refresh_from_db()
    assert roos.has_usable_password()


def test_sign_in_proven_finds_another_proven_address_of_somebody(roos):
    EmailAddress.objects.create(user=roos, email="prive@voorbeeld.test", verified=False)
    assert services.sign_in_proven(email="prive@voorbeeld.test", naam="", now=NOW) is None
    EmailAddress.objects.update(verified=True)
    assert services.sign_in_proven(email="Prive@voorbeeld.test", naam="", now=NOW) == roos


def test_sign_in_proven_after_the_address_was_changed_by_the_beheerder(roos):
    EmailAddress.objects.create(user=roos, email="oud@voorbeeld.test", primary=True, verified=True)
    assert services.sign_in_proven(email=roos.email, naam="", now=NOW) == roos
    adressen = EmailAddress.objects.filter(user=roos).values_list("email", "primary", "verified")
    assert set(adressen) == {("oud@voorbeeld.test", True, True), (roos.email, False, True)}
