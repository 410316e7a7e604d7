"""During the evening: a table asks for help, the organiser tells the tables something."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from denkdiner.errors import DenkdinerError
from denkdiner.live import Event, diner_group, publish, tafel_group, zaal_group
from denkdiner.text import ONBEWAARBAAR, is_storable, one_newline
from sessions.models import MAX_BERICHT, Bericht, Diner, Gebruiker, Gezien, Hulpvraag, Tafel
from sessions.services.log import add_logregel


def _announce_tafel(tafel: Tafel) -> None:
    """The team, and the other tablets of this table."""
    publish(Event.TAFEL_CHANGED, diner_group(tafel.diner_id), tafel_group(tafel.pk), tafel=tafel.pk)


@transaction.atomic
def ask_hulp(*, tafel: Tafel, now: datetime) -> Hulpvraag:
    """*tafel* asks the organiser to come; asking again while it is open changes nothing."""
    vraag = tafel.hulpvragen.filter(settled_at=None).first()
    if vraag is not None:
        return vraag
    try:
        with transaction.atomic():
            vraag = Hulpvraag.objects.create(tafel=tafel, asked_at=now)
    except IntegrityError:  # another tablet of this table was faster
        return tafel.hulpvragen.latest("pk")
    add_logregel(diner=tafel.diner, wat=f"{tafel} vroeg om hulp", now=now)
    _announce_tafel(tafel)
    return vraag


def withdraw_hulp(*, tafel: Tafel, now: datetime) -> None:
    """*tafel* takes its question back; nothing happens when it had none."""
    _settle(tafel, None, now)


def settle_hulp(*, tafel: Tafel, gebruiker: Gebruiker, now: datetime) -> None:
    """*gebruiker* helped *tafel*; nothing happens when somebody else did already."""
    _settle(tafel, gebruiker, now)


@transaction.atomic
def _settle(tafel: Tafel, gebruiker: Gebruiker | None, now: datetime) -> None:
    vraag = Hulpvraag.objects.select_for_update().filter(tafel=tafel, settled_at=None).first()
    if vraag is None:
        return
    # two servers' clocks differ by a little
    vraag.settled_at, vraag.settled_by = max(now, vraag.asked_at), gebruiker
    vraag.save(update_fields=["settled_at", "settled_by"])
    wat = f"hielp {tafel}" if gebruiker else f"{tafel} heeft geen hulp meer nodig"
    add_logregel(diner=tafel.diner, wat=wat, now=now, gebruiker=gebruiker)
    _announce_tafel(tafel)


def _announce_bericht(bericht: Bericht) -> None:
    room = zaal_group(bericht.diner_id) if bericht.tafel_id is None else tafel_group(bericht.tafel_id)
    publish(Event.BERICHT_CHANGED, room, diner_group(bericht.diner_id), bericht=bericht.pk)


@transaction.atomic
def send_bericht(
    *, diner: Diner, tafel: Tafel | None, tekst: str, gebruiker: Gebruiker, now: datetime
) -> Bericht:
    """Tell *tafel*, or every table when None, something of at most ``MAX_BERICHT`` characters. Raises ``DenkdinerError``."""
    tekst = one_newline(tekst).strip()
    if not tekst:
        raise DenkdinerError("Schrijf eerst wat je de tafels wilt zeggen.")
    if len(tekst) > MAX_BERICHT:
        raise DenkdinerError(f"Dit bericht is te lang: {len(tekst)} tekens, ten hoogste {MAX_BERICHT} kan.")
    if not is_storable(tekst):
        raise DenkdinerError(ONBEWAARBAAR)
    if tafel is not None and tafel.diner_id != diner.pk:
        raise DenkdinerError("Deze tafel hoort niet bij dit diner.")
    bericht = Bericht.objects.create(diner=diner, tafel=tafel, tekst=tekst, afzender=gebruiker, sent_at=now)
    aan = str(tafel) if tafel else "alle tafels"
    add_logregel(diner=diner, wat=f"stuurde een bericht aan {aan}", now=now, gebruiker=gebruiker)
    _announce_bericht(bericht)
    return bericht


@transaction.atomic
def withdraw_bericht(*, bericht: Bericht, now: datetime, gebruiker: Gebruiker | None = None) -> Bericht:
    """No table sees *bericht* any more; twice is no error."""
    rij = Bericht.objects.select_for_update().get(pk=bericht.pk)
    if rij.withdrawn_at is None:
        rij.withdrawn_at = max(now, rij.sent_at)
        rij.save(update_fields=["withdrawn_at"])
        add_logregel(diner=rij.diner, wat="trok een bericht in", now=now, gebruiker=gebruiker)
        _announce_bericht(rij)
    return rij


@transaction.atomic
def see_berichten(*, tafel: Tafel, berichten: Collection[int], now: datetime) -> list[int]:
    """Somebody at *tafel* read *berichten* (ids). Returns those that were to this table; the others are left alone."""
    van_hier = Q(tafel=None, diner=tafel.diner_id) | Q(tafel=tafel)
    ids = list(
        Bericht.objects.filter(van_hier, pk__in=berichten)
        .order_by("sent_at", "pk")
        .values_list("pk", flat=True)
    )
    bekend = set(Gezien.objects.filter(tafel=tafel, bericht__in=ids).values_list("bericht", flat=True))
    nieuw = [pk for pk in ids if pk not in bekend]
    if nieuw:
        Gezien.objects.bulk_create(
            (Gezien(bericht_id=pk, tafel=tafel, seen_at=now) for pk in nieuw),
            ignore_conflicts=True,  # another tablet of this table was faster
        )
        _announce_tafel(tafel)
    return ids
