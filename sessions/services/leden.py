"""Who belongs to a reeks: invitations by a link, and roles. Choices: docs/decisions/0012-uitnodigingen.md."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Brief, Briefsoort, Gebruiker, Lidmaatschap, Reeks, Rol, Uitnodiging
from sessions.services.agenda import withdraw_agendalink
from sessions.services.brieven import post_brief, write_brief
from sessions.services.log import add_reeksregel
from sessions.services.post import has_mailserver
from sessions.tokens import new_token, shown_again

DOEL = "uitnodiging"
GELDIG = timedelta(days=14)
TUSSENPOOS = timedelta(minutes=1)
"""Between two e-mails of one invitation: a double click is not two letters."""
AL_EEN_ACCOUNT = "Er is al een account met dit e-mailadres. Log daarmee in."
MAX_OPEN = 50
"""Invitations of a reeks that nobody took yet: a team is small, and this server is nobody's mailing machine."""


class UitnodigingVoorbij(Conflict):
    """The link was used, taken back, or is too old."""

    def __init__(self) -> None:
        super().__init__("Deze uitnodiging geldt niet meer. Vraag de organisator om een nieuwe.")


# --- inviting -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(*, reeks: Reeks, email: str, rol: str, gebruiker: Gebruiker, now: datetime) -> Uitnodiging:
    """Ask who reads mail at *email* to join *reeks* as *rol*; the letter itself is ``send_uitnodiging``.

    Raises ``DenkdinerError`` when that person has the role already or is asked already, and beyond ``MAX_OPEN``.
    """
    Reeks.objects.select_for_update(no_key=True).get(pk=reeks.pk)
    email = email.strip().lower()
    if rol not in Rol.values:
        raise DenkdinerError("Kies een rol.")
    if Lidmaatschap.objects.filter(reeks=reeks, gebruiker__email=email, rol=rol).exists():
        raise DenkdinerError(f"{email} is al {Rol(rol).label.lower()} van deze reeks.")
    staand = reeks.uitnodigingen.open()
    if staand.filter(email=email, rol=rol).exists():
        raise DenkdinerError("Deze uitnodiging staat al open. Je kunt hem bij Leden opnieuw versturen.")
    if staand.count() >= MAX_OPEN:
        raise DenkdinerError(f"Er staan al {MAX_OPEN} uitnodigingen open. Trek er eerst een paar in.")
    nonce, hashed = new_token(DOEL)
    uitnodiging = Uitnodiging.objects.create(
        reeks=reeks,
        email=email,
        rol=rol,
        nonce=nonce,
        token_hash=hashed,
        invited_by=gebruiker,
        sent_at=now,
        expires_at=now + GELDIG,
    )
    add_reeksregel(
        reeks=reeks, wat=f"nodigde iemand uit als {Rol(rol).label.lower()}", now=now, gebruiker=gebruiker
    )
    return uitnodiging


@transaction.atomic
def renew_uitnodiging(
    *, uitnodiging: Uitnodiging, now: datetime, gebruiker: Gebruiker | None = None
) -> Uitnodiging:
    """Valid again from *now*, with a new link: who found the old letter gets in no more. Raises ``DenkdinerError``."""
    fresh = _open(uitnodiging)
    if now - fresh.sent_at < TUSSENPOOS:
        raise DenkdinerError("Deze uitnodiging is net verstuurd. Wacht een minuut.")
    fresh.nonce, fresh.token_hash = new_token(DOEL)
    fresh.sent_at, fresh.expires_at = now, now + GELDIG
    fresh.save(update_fields=["nonce", "token_hash", "sent_at", "expires_at"])
    add_reeksregel(reeks=fresh.reeks, wat="vernieuwde een uitnodiging", now=now, gebruiker=gebruiker)
    return fresh


@transaction.atomic
def withdraw_uitnodiging(*, uitnodiging: Uitnodiging, gebruiker: Gebruiker, now: datetime) -> Uitnodiging:
    """The link does nothing any more. Raises ``UitnodigingVoorbij`` when it was used already."""
    fresh = _open(uitnodiging)
    fresh.withdrawn_at = now
    fresh.save(update_fields=["withdrawn_at"])
    add_reeksregel(reeks=fresh.reeks, wat="trok een uitnodiging in", now=now, gebruiker=gebruiker)
    return fresh


def uitnodiging_token_of(uitnodiging: Uitnodiging) -> str:
    """What stands in the link; ``DenkdinerError`` when the server's key has changed since."""
    token = shown_again(purpose=DOEL, nonce=uitnodiging.nonce, hashed=uitnodiging.token_hash)
    if not token:
        raise DenkdinerError("De link van deze uitnodiging klopt niet meer. Verstuur hem opnieuw.")
    return token


def invitation_letter_of(*, uitnodiging: Uitnodiging, link: str) -> tuple[str, str]:
    """Subject and text of the letter. Shown before it goes."""
    titel = " ".join(uitnodiging.reeks.titel.split())
    context = {"uitnodiging": uitnodiging, "reeks": uitnodiging.reeks, "link": link}
    return f"Uitnodiging: {titel}", render_to_string("sessions/mail/uitnodiging.txt", context)


def send_uitnodiging(
    *, uitnodiging: Uitnodiging, link: str, gebruiker: Gebruiker, now: datetime
) -> Brief | None:
    """Mail the *link*: what became of it stands in the letter's ``status``. None without a mail server.

    Unless it was sent, the link is passed on by hand. ``DenkdinerError`` while the same letter is being sent.
    """
    if not has_mailserver():
        return None
    onderwerp, tekst = invitation_letter_of(uitnodiging=uitnodiging, link=link)
    brief = write_brief(
        reeks=uitnodiging.reeks,
        uitnodiging=uitnodiging,
        soort=Briefsoort.UITNODIGING,
        aan=uitnodiging.email,
        onderwerp=onderwerp,
        gebruiker=gebruiker,
        now=now,
    )
    post_brief(brief=brief, tekst=tekst, now=now)
    return brief


def _open(uitnodiging: Uitnodiging) -> Uitnodiging:
    """Locked, and still open."""
    fresh = (
        (
            Uitnodiging.objects.open()
            .select_for_update(no_key=True, of=("self",))
            .select_related("reeks", "invited_by")
        )
        .filter(pk=uitnodiging.pk)
        .first()
    )
    if fresh is None:
        raise UitnodigingVoorbij
    return fresh


def has_account(email: str) -> bool:
    """Does somebody sign in with *email*, or have it as another address of theirs?"""
    return (
        Gebruiker.objects.filter(email=email).exists()
        or EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    )


# --- joining --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept_uitnodiging(*, uitnodiging: Uitnodiging, gebruiker: Gebruiker, now: datetime) -> Lidmaatschap:
    """*gebruiker* joins with the role of the invitation. Works once; raises ``UitnodigingVoorbij``."""
    fresh = _open(uitnodiging)
    if fresh.token_hash != uitnodiging.token_hash or fresh.is_expired(now):
        raise UitnodigingVoorbij
    fresh.accepted_at = now
    fresh.save(update_fields=["accepted_at"])
    lidmaatschap, _ = Lidmaatschap.objects.get_or_create(
        gebruiker=gebruiker, reeks=fresh.reeks, rol=fresh.rol
    )
    wat = f"kwam erbij als {Rol(fresh.rol).label.lower()}"
    add_reeksregel(reeks=fresh.reeks, wat=wat, now=now, gebruiker=gebruiker)
    return lidmaatschap


@transaction.atomic
def join_with_new_account(
    *, uitnodiging: Uitnodiging, naam: str, wachtwoord: str, now: datetime
) -> Gebruiker:
    """Make an account for the address of the invitation, and accept it.

    The address does not count as proven: the link also stands with the organiser, who may have passed it on to anybody.

    Raises ``DenkdinerError`` for a weak *wachtwoord*, for an address that has an account, and ``UitnodigingVoorbij``.
    """
    _open(uitnodiging)  # locked: of two who press at once the second finds it used
    if has_account(uitnodiging.email):
        raise DenkdinerError(AL_EEN_ACCOUNT)
    gebruiker = Gebruiker(email=uitnodiging.email, naam=naam)
    try:
        validate_password(wachtwoord, gebruiker)
    except ValidationError as error:
        raise DenkdinerError(" ".join(error.messages)) from None
    gebruiker.set_password(wachtwoord)
    try:
        with transaction.atomic():
            gebruiker.save()
            EmailAddress.objects.create(user=gebruiker, email=gebruiker.email, primary=True)
    except IntegrityError:  # another invitation for the same address, at the same moment
        raise DenkdinerError(AL_EEN_ACCOUNT) from None
    accept_uitnodiging(uitnodiging=uitnodiging, gebruiker=gebruiker, now=now)
    return gebruiker


@transaction.atomic
def sign_in_proven(*, email: str, naam: str, now: datetime) -> Gebruiker | None:
    """The account of who proved elsewhere to read mail at *email*; a new one when there is an open invitation for it.

    None for anybody else: nobody signs up. A new account takes every invitation for its address, and has no password. An
    account whose address was never proven loses its password: somebody else may have made it (docs/decisions/0012).
    """
    email = email.strip().lower()
    gebruiker = Gebruiker.objects.select_for_update(no_key=True).filter(email=email).first()
    if gebruiker is None:
        bewezen = (
            EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
        )
        return bewezen.user if bewezen else _join_proven(email, naam, now)
    adressen = EmailAddress.objects.filter(user=gebruiker)
    adres, _ = EmailAddress.objects.get_or_create(
        user=gebruiker, email=email, defaults={"primary": not adressen.filter(primary=True)}
    )
    if not adres.verified:
        EmailAddress.objects.filter(pk=adres.pk).update(verified=True)
        gebruiker.set_unusable_password()
        gebruiker.save(update_fields=["password"])
    return gebruiker


def _join_proven(email: str, naam: str, now: datetime) -> Gebruiker | None:
    gevraagd = list(Uitnodiging.objects.open().filter(email=email, expires_at__gt=now).order_by("pk"))
    if not gevraagd:
        return None
    gebruiker = Gebruiker(email=email, naam=naam)
    gebruiker.set_unusable_password()
    try:
        with transaction.atomic():
            gebruiker.save()
            EmailAddress.objects.create(user=gebruiker, email=email, primary=True, verified=True)
    except IntegrityError:  # two windows at the same moment
        return Gebruiker.objects.get(email=email)
    for uitnodiging in gevraagd:
        accept_uitnodiging(uitnodiging=uitnodiging, gebruiker=gebruiker, now=now)
    return gebruiker


# --- roles ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_rollen(
    *, reeks: Reeks, lid: Gebruiker, rollen: Iterable[str], gebruiker: Gebruiker, now: datetime
) -> None:
    """*lid* has exactly *rollen* in *reeks* from now on; none of them: no member any more.

    Raises ``DenkdinerError`` when nobody would be organisator then, and for who is no member: they are invited.
    """
    Reeks.objects.select_for_update(no_key=True).get(pk=reeks.pk)  # two who take each other's role away
    nieuw = set(rollen)
    if not nieuw <= set(Rol.values):
        raise DenkdinerError("Kies een rol.")
    eigen = reeks.lidmaatschappen.filter(gebruiker=lid)
    oud = set(eigen.values_list("rol", flat=True))
    if not oud:
        raise DenkdinerError("Deze persoon is geen lid (meer) van de reeks. Nodig die uit.")
    anderen = reeks.lidmaatschappen.filter(rol=Rol.ORGANISATOR).exclude(gebruiker=lid)
    if Rol.ORGANISATOR not in nieuw and not anderen.exists():
        raise DenkdinerError(
            "Een reeks heeft ten minste één organisator. Maak eerst iemand anders organisator."
        )
    if nieuw == oud:
        return
    eigen.exclude(rol__in=nieuw).delete()
    for rol in sorted(nieuw - oud):
        Lidmaatschap.objects.get_or_create(
            gebruiker=lid, reeks=reeks, rol=rol
        )  # an invitation may be accepted just now
    if Rol.ORGANISATOR in oud - nieuw or not nieuw:
        _withdraw_known_to(lid, reeks, oud, now)
    if not nieuw:  # a calendar would go on telling, without an account
        withdraw_agendalink(reeks=reeks, gebruiker=gebruiker, now=now)
    words = [str(rol.label).lower() for rol in Rol if rol in nieuw]
    wat = f"maakte een lid {' en '.join(words)}" if words else "haalde een lid uit de reeks"
    add_reeksregel(reeks=reeks, wat=wat, now=now, gebruiker=gebruiker)


def _withdraw_known_to(lid: Gebruiker, reeks: Reeks, oud: set[str], now: datetime) -> None:
    """Who goes out does not come in again by a link: those for *lid*, and for an organisator all that stood on the page."""
    staand = reeks.uitnodigingen.open()
    if Rol.ORGANISATOR not in oud:
        staand = staand.filter(email=lid.email)
    staand.update(withdrawn_at=now)
