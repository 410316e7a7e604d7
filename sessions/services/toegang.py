"""Access of tables and of the scherm: tokens that open, devices that join. See ``sessions.tokens``."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.formats import date_format

from denkdiner.errors import DenkdinerError
from denkdiner.live import Event, diner_group, publish, tafel_group
from sessions.models import MAX_WACHTEND, Apparaat, Diner, Dinerstatus, Gebruiker, Tafel, Toegang
from sessions.services.codes import find_by_code
from sessions.services.log import Wie, add_logregel, log
from sessions.tokens import TOKEN_LENGTH, as_code, new_secret, new_token, shown_again, token_hash

TEKEN_VAN_LEVEN = timedelta(seconds=15)
"""A device's sign of life is written at most this often."""


class ToegangGeweigerd(DenkdinerError):
    """This link does not open a table (any more)."""


def _new_toegang(tafel: Tafel) -> Toegang:
    nonce, hashed = new_token("tafel")
    return Toegang(tafel=tafel, nonce=nonce, token_hash=hashed)


def _make_toegang(tafel: Tafel) -> Toegang:
    toegang = _new_toegang(tafel)
    toegang.save()
    return toegang


def _valid(tafel: Tafel) -> Toegang | None:
    return tafel.toegangen.filter(revoked_at=None, replaced_at=None).first()


@transaction.atomic
def open_toegangen(*, diner: Diner, now: datetime, wie: Wie | None = None) -> dict[int, Toegang]:
    """The valid toegang of every tafel of *diner* by the tafel's pk, made where there is none. A fixed number of queries.

    That *wie* made them is logged, once: a page that only looks may be the first to need them.
    """
    tafels = list(Tafel.objects.select_for_update(no_key=True).filter(diner=diner).order_by("pk"))
    geldig = Toegang.objects.filter(tafel__diner=diner, revoked_at=None, replaced_at=None)
    toegangen = {toegang.tafel_id: toegang for toegang in geldig}
    nieuw = [_new_toegang(tafel) for tafel in tafels if tafel.pk not in toegangen]
    if nieuw:
        log(wie, diner, f"maakte {_links(len(nieuw))}")
    return toegangen | {toegang.tafel_id: toegang for toegang in Toegang.objects.bulk_create(nieuw)}


def _links(aantal: int) -> str:
    return "de link voor 1 tafel" if aantal == 1 else f"de links voor {aantal} tafels"


@transaction.atomic
def open_toegang(*, tafel: Tafel, now: datetime, wie: Wie | None = None) -> Toegang:
    """The valid toegang of *tafel*, made when there is none, and then logged."""
    Tafel.objects.select_for_update(no_key=True).get(pk=tafel.pk)
    if toegang := _valid(tafel):
        return toegang
    log(wie, tafel.diner, f"maakte de link voor tafel {tafel.nummer}")
    return _make_toegang(tafel)


def token_of(toegang: Toegang) -> str:
    """The token to print in the QR; ``DenkdinerError`` when the server's key has changed since it was made."""
    token = shown_again(purpose="tafel", nonce=toegang.nonce, hashed=toegang.token_hash)
    if not token:
        raise DenkdinerError(
            "Deze link is met een andere sleutel gemaakt. Maak een nieuwe link voor deze tafel."
        )
    return token


@transaction.atomic
def rotate_toegang(*, tafel: Tafel, now: datetime, gebruiker: Gebruiker | None = None) -> Toegang:
    """A new link; the old one joins nobody any more, tablets that already joined stay."""
    Tafel.objects.select_for_update(no_key=True).get(pk=tafel.pk)
    tafel.toegangen.filter(revoked_at=None, replaced_at=None).update(replaced_at=now)
    wat = f"maakte een nieuwe link voor tafel {tafel.nummer}"
    add_logregel(diner=tafel.diner, wat=wat, now=now, gebruiker=gebruiker)
    return _make_toegang(tafel)


@transaction.atomic
def revoke_toegang(*, tafel: Tafel, now: datetime, gebruiker: Gebruiker | None = None) -> Toegang:
    """A new link, and every tablet of this table is out at once."""
    Tafel.objects.select_for_update(no_key=True).get(pk=tafel.pk)
    for toegang in tafel.toegangen.filter(revoked_at=None):
        toegang.revoked_at = now
        toegang.save(update_fields=["revoked_at"])
        publish(Event.TOEGANG_REVOKED, tafel_group(tafel.pk), toegang=toegang.pk)
    wat = f"meldde de tablets van tafel {tafel.nummer} af en maakte een nieuwe link"
    add_logregel(diner=tafel.diner, wat=wat, now=now, gebruiker=gebruiker)
    publish(Event.TAFEL_CHANGED, diner_group(tafel.diner_id), tafel=tafel.pk)
    return _make_toegang(tafel)


def find_toegang(*, token: str, now: datetime) -> Toegang:
    """The toegang that *token* opens now, its tafel, diner and reeks loaded.

    *token* may be a code that the organiser shows, as somebody typed it. ``ToegangGeweigerd`` with a sentence for the
    facilitator when it is unknown, replaced, revoked, too early or over. Not inside a transaction: a wrong code is counted.
    """
    if code := as_code(token):
        toegang = find_by_code(code=code, now=now)
        if toegang is None:
            raise ToegangGeweigerd("Deze code klopt niet (meer). Vraag de organisator welke code nu geldt.")
        _check_window(toegang.tafel, now)
        return toegang
    toegang = None
    if len(token) == TOKEN_LENGTH and token.isascii():
        toegang = (
            Toegang.objects.select_related("tafel__diner__reeks").filter(token_hash=token_hash(token)).first()
        )
    if toegang is None or toegang.revoked_at is not None or toegang.replaced_at is not None:
        raise ToegangGeweigerd("Deze link klopt niet (meer). Scan de QR-code die nu op je tafel ligt.")
    _check_window(toegang.tafel, now)
    return toegang


def _check_window(tafel: Tafel, now: datetime) -> None:
    """Around the evening only. A regisseur who begins early opens the door early; nobody keeps it open for years."""
    diner = tafel.diner
    if diner.status == Dinerstatus.AFGESLOTEN:
        raise ToegangGeweigerd("Dit diner is afgesloten. Bedankt voor je hulp.")
    if diner.datum is None or diner.begintijd is None:
        return
    begin = timezone.make_aware(datetime.combine(diner.datum, diner.begintijd))
    bezig = now - begin
    if bezig > timedelta(hours=diner.reeks.toegang_na_uren):
        raise ToegangGeweigerd("Deze avond is voorbij. Bedankt voor je hulp.")
    voor = timedelta(hours=diner.reeks.toegang_voor_uren)
    if bezig < -voor and not diner.is_live:
        open_om = timezone.localtime(begin.astimezone(UTC) - voor)
        dag = "" if open_om.date() == timezone.localtime(now).date() else f"{date_format(open_om, 'j F')} om "
        raise ToegangGeweigerd(f"{tafel}: je bent er vroeg bij. Vanaf {dag}{open_om:%H:%M} kun je meedoen.")


def join_tafel(*, token: str, now: datetime, eerder: Apparaat | None = None) -> tuple[Apparaat, str]:
    """Let a device join the table of *token*: the device, and the secret for its cookie (only its hash is stored).

    At most ``reeks.max_apparaten`` active devices a table. *eerder*: what it was at another table; its new cookie takes the
    place of that one, so it takes no place there any more. Raises ``ToegangGeweigerd``.
    """
    return _join(find_toegang(token=token, now=now), now, eerder)


@transaction.atomic
def _join(toegang: Toegang, now: datetime, eerder: Apparaat | None) -> tuple[Apparaat, str]:
    tafel = Tafel.objects.select_for_update(no_key=True).get(pk=toegang.tafel_id)
    actief = Apparaat.objects.active().filter(toegang__tafel=tafel).count()
    if actief >= toegang.tafel.diner.reeks.max_apparaten:
        raise ToegangGeweigerd(
            f"Aan deze tafel doen al {actief} apparaten mee. Vraag de organisator om de tablets van deze tafel "
            "af te melden."
        )
    secret = new_secret()
    apparaat = Apparaat.objects.create(
        toegang=toegang,
        sleutel_hash=token_hash(secret),
        nummer=toegang.apparaten.count() + 1,
        joined_at=now,
        last_seen_at=now,
    )
    publish(Event.TAFEL_CHANGED, diner_group(tafel.diner_id), tafel=tafel.pk)
    if eerder is not None:
        Apparaat.objects.filter(pk=eerder.pk, revoked_at=None).update(revoked_at=now)
        weg = eerder.toegang.tafel
        publish(Event.TAFEL_CHANGED, diner_group(weg.diner_id), tafel=weg.pk)
    return apparaat, secret


def touch_apparaat(*, apparaat: Apparaat, now: datetime, wachtend: int | None = None) -> None:
    """Note a sign of life, and how many ops it still has to hand over when it says so (*wachtend*).

    Written at most every 15 seconds, or when that number changed; no nudge: the board asks for it with the rest.
    """
    velden: dict[str, Any] = {}
    if now - apparaat.last_seen_at >= TEKEN_VAN_LEVEN:
        velden["last_seen_at"] = Greatest("last_seen_at", Value(now))
    if wachtend is not None and (wachtend := min(wachtend, MAX_WACHTEND)) != apparaat.wachtend:
        velden["wachtend"] = wachtend
    if velden:
        Apparaat.objects.filter(pk=apparaat.pk).update(**velden)


@transaction.atomic
def open_scherm(*, diner: Diner, wie: Wie | None = None) -> Diner:
    """Give *diner* a link for the projector, when it has none or one that was made with another key."""
    fresh = Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)
    if not shown_again(purpose="scherm", nonce=fresh.scherm_nonce, hashed=fresh.scherm_token_hash):
        fresh.scherm_nonce, fresh.scherm_token_hash = new_token("scherm")
        fresh.save(update_fields=["scherm_nonce", "scherm_token_hash"])
        log(wie, diner, "maakte een link voor het scherm")
    diner.scherm_nonce, diner.scherm_token_hash = fresh.scherm_nonce, fresh.scherm_token_hash
    return diner


def scherm_token_of(diner: Diner) -> str:
    """The token of the scherm; ``DenkdinerError`` when it has none or the server's key has changed."""
    token = shown_again(purpose="scherm", nonce=diner.scherm_nonce, hashed=diner.scherm_token_hash)
    if not token:
        raise DenkdinerError("Het scherm heeft geen geldige link meer. Maak een nieuwe.")
    return token
