"""What goes back to the guests: their pages, what they may read, and what was done with it.

Choices: ``docs/decisions/0021-terugkoppeling.md``. What the guests say back: ``synthesis.services.gastantwoorden``.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from denkdiner.errors import DenkdinerError
from sessions.models import Diner, Gebruiker, Tafel
from sessions.services import add_logregel, erasure_of
from sessions.tokens import new_token, shown_again
from synthesis.models import Gastdraad, Gastlink, Onderbouwing, RodeDraad, Terugkoppeling, Vervolg
from synthesis.services.stelling import lock_stelling

DOEL = "terug"
DRIE_MAANDEN, TWEE_JAAR = timedelta(days=92), timedelta(days=731)


# --- whether guests may look, and until when ------------------------------------------------------------------------------


def advies_open_tot(diner: Diner, vandaag: date) -> date:
    """Three months after the evening, as long as people come back to it; never past the date of the reeks."""
    tot = max(diner.datum or vandaag, vandaag) + DRIE_MAANDEN
    bewaren = diner.reeks.bewaren_tot
    return tot if bewaren is None or bewaren < vandaag else min(tot, bewaren)


@transaction.atomic
def open_terugkoppeling(*, diner: Diner, gebruiker: Gebruiker, now: datetime) -> Terugkoppeling:
    """The pages for guests of *diner*, switched on when they are made; a link for the diner and every table that has none.

    Links that are there stay as they are, also when the organiser switched the pages off. ``DenkdinerError`` after the
    persons of the reeks were erased.
    """
    Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)
    _check_names_are_known(diner)
    terug = Terugkoppeling.objects.filter(diner=diner).first() or Terugkoppeling.objects.create(
        diner=diner, open_tot=advies_open_tot(diner, timezone.localdate(now))
    )
    heeft = set(terug.links.values_list("tafel", flat=True))
    zonder = [tafel for tafel in (None, *diner.tafels.values_list("pk", flat=True)) if tafel not in heeft]
    Gastlink.objects.bulk_create(_fresh_link(terug, tafel) for tafel in zonder)
    if zonder:
        add_logregel(diner=diner, wat="maakte links voor de gasten", now=now, gebruiker=gebruiker)
    return terug


def _fresh_link(terug: Terugkoppeling, tafel: int | None) -> Gastlink:
    nonce, hashed = new_token(DOEL)
    return Gastlink(terugkoppeling=terug, tafel_id=tafel, nonce=nonce, token_hash=hashed)


@transaction.atomic
def set_terugkoppeling(
    *, terug: Terugkoppeling, is_aan: bool, open_tot: date, gebruiker: Gebruiker, now: datetime
) -> Terugkoppeling:
    """Switch the pages on or off, and say until when. Off: every link shows nothing, and works again when it goes on.

    ``DenkdinerError`` for a date in the past or far away, or after the date until which the reeks keeps its data.
    """
    fresh = Terugkoppeling.objects.select_for_update().select_related("diner__reeks").get(pk=terug.pk)
    vandaag, bewaren = timezone.localdate(now), fresh.diner.reeks.bewaren_tot
    if open_tot != fresh.open_tot:
        if open_tot < vandaag:
            raise DenkdinerError(
                "Kies vandaag of een datum in de toekomst. Wil je meteen dicht, zet het dan uit."
            )
        if open_tot > vandaag + TWEE_JAAR:
            raise DenkdinerError("Kies een datum binnen twee jaar.")
        if bewaren is not None and open_tot > bewaren:
            raise DenkdinerError(
                f"De reeks bewaart gegevens tot {bewaren:%d-%m-%Y}. Kies een datum daarvoor."
            )
    if is_aan:
        _check_names_are_known(fresh.diner)
    regels = []
    if is_aan != fresh.is_aan:
        regels.append(f"zette de pagina's voor gasten {'aan' if is_aan else 'uit'}")
    if open_tot != fresh.open_tot:
        regels.append(f"liet gasten terugkijken tot en met {open_tot:%d-%m-%Y}")
    fresh.is_aan, fresh.open_tot = is_aan, open_tot
    fresh.save(update_fields=["is_aan", "open_tot"])
    for wat in regels:
        add_logregel(diner=fresh.diner, wat=wat, now=now, gebruiker=gebruiker)
    return fresh


def _check_names_are_known(diner: Diner) -> None:
    """Without the list of guests nobody can tell any more which note names one of them."""
    if erasure_of(diner.reeks):
        raise DenkdinerError(
            "De persoonsgegevens van deze reeks zijn gewist. Daardoor is niet meer na te gaan of een notitie een gast "
            "noemt, en blijven de pagina's voor gasten dicht."
        )


# --- links ----------------------------------------------------------------------------------------------------------------


def gasttoken_of(link: Gastlink) -> str:
    """What stands in the address; empty when the server's key has changed since: then it has to be renewed."""
    return shown_again(purpose=DOEL, nonce=link.nonce, hashed=link.token_hash)


@transaction.atomic
def renew_gastlink(
    *, terug: Terugkoppeling, tafel: Tafel | None, gebruiker: Gebruiker, now: datetime
) -> Gastlink:
    """Another link for the guests of *tafel*, or of the diner (None): the old one opens nothing any more."""
    _drop_link(terug, tafel)
    link = _fresh_link(terug, tafel.pk if tafel else None)
    link.save()
    wat = f"maakte een nieuwe gastenlink van {_of(tafel)}"
    add_logregel(diner=terug.diner, wat=wat, now=now, gebruiker=gebruiker)
    return link


@transaction.atomic
def revoke_gastlink(
    *, terug: Terugkoppeling, tafel: Tafel | None, gebruiker: Gebruiker, now: datetime
) -> None:
    """The link of *tafel* (None: of the diner) opens nothing any more; taken back already is no error."""
    if _drop_link(terug, tafel):
        wat = f"trok de gastenlink van {_of(tafel)} in"
        add_logregel(diner=terug.diner, wat=wat, now=now, gebruiker=gebruiker)


def _drop_link(terug: Terugkoppeling, tafel: Tafel | None) -> int:
    Terugkoppeling.objects.select_for_update().get(pk=terug.pk)
    return Gastlink.objects.filter(terugkoppeling=terug, tafel=tafel).delete()[0]


def _of(tafel: Tafel | None) -> str:
    return f"tafel {tafel.nummer}" if tafel else "het diner"


# --- what guests may read -------------------------------------------------------------------------------------------------


@transaction.atomic
def release_for_guests(
    *, diner: Diner, draden: Collection[int], getoond: Collection[int], gebruiker: Gebruiker, now: datetime
) -> tuple[int, int]:
    """Of the threads *getoond* (what the reporter saw), guests may read *draden* and no others; how many came and went.

    Threads that were not shown keep what they had. From now on a released thread is a person's: no proposal changes it while
    guests read it. One that was deleted since is passed over.
    """
    van_diner = RodeDraad.objects.filter(diner=diner, stelling__isnull=False, pk__in=getoond)
    for stelling in sorted(set(van_diner.values_list("stelling", flat=True))):
        lock_stelling(stelling)
    gekozen = set(van_diner.filter(pk__in=draden).values_list("pk", flat=True))
    al = set(Gastdraad.objects.filter(rode_draad__in=van_diner).values_list("rode_draad", flat=True))
    Gastdraad.objects.filter(rode_draad__in=al - gekozen).delete()
    nieuw = gekozen - al
    Gastdraad.objects.bulk_create(
        Gastdraad(rode_draad_id=pk, released_at=now, released_by=gebruiker) for pk in sorted(nieuw)
    )
    RodeDraad.objects.filter(pk__in=nieuw).update(door_mens=True)
    Onderbouwing.objects.filter(rode_draad__in=nieuw).update(door_mens=True)
    if nieuw or al - gekozen:
        wat = f"gaf {len(nieuw)} rode draden vrij voor gasten en haalde er {len(al - gekozen)} weg"
        add_logregel(diner=diner, wat=wat, now=now, gebruiker=gebruiker)
    return len(nieuw), len(al - gekozen)


# --- what was done with it ------------------------------------------------------------------------------------------------


@transaction.atomic
def write_vervolg(
    *,
    terug: Terugkoppeling,
    datum: date,
    tekst: str,
    gebruiker: Gebruiker,
    now: datetime,
    vervolg: Vervolg | None = None,
) -> Vervolg:
    """Tell the guests what was done with it on *datum*, or tell it otherwise (*vervolg*). Raises ``DenkdinerError``."""
    if datum > timezone.localdate(now):
        raise DenkdinerError("Deze datum is nog niet geweest. Schrijf op wat al gedaan is.")
    wat = "schreef op wat ermee gedaan is" if vervolg is None else "wijzigde wat ermee gedaan is"
    vervolg = vervolg or Vervolg(terugkoppeling=terug)
    vervolg.datum, vervolg.tekst = datum, tekst.strip()
    vervolg.save()
    add_logregel(diner=terug.diner, wat=wat, now=now, gebruiker=gebruiker)
    return vervolg


@transaction.atomic
def delete_vervolg(*, vervolg: Vervolg, gebruiker: Gebruiker, now: datetime) -> None:
    """Guests read it no more; gone already is no error."""
    if Vervolg.objects.filter(pk=vervolg.pk).delete()[0]:
        wat = "verwijderde wat ermee gedaan is"
        add_logregel(diner=vervolg.terugkoppeling.diner, wat=wat, now=now, gebruiker=gebruiker)
