"""What the scherm may show: offered by a verslaglegger, released and withdrawn by the regie.

Nothing here but ``release_vrijgave``, ``withdraw_vrijgave`` and ``clear_vrijgaven`` changes the projector, and each of them
is a person's click. Locks are taken in one order, that of the other services: stelling, thread or note, vrijgave.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from capture.models import Bijdrage, Bron
from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Diner, Gebruiker, Stelling
from sessions.services import add_logregel, announce_scherm
from synthesis.models import RodeDraad, Vrijgave
from synthesis.queries import kaart_of, vingerafdruk
from synthesis.schermblad import is_showable


class VrijgaveVerdwenen(Conflict):
    """The thread is gone, or somebody else withdrew it."""

    def __init__(self) -> None:
        super().__init__(
            "Dit staat er niet meer: iemand anders heeft het net weggehaald. Bekijk de lijst hieronder."
        )


def _lock_draad(pk: int) -> RodeDraad | None:
    stelling = RodeDraad.objects.filter(pk=pk).values_list("stelling", flat=True).first()
    if stelling is not None:
        Stelling.objects.select_for_update(no_key=True).get(pk=stelling)
    return RodeDraad.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()


def _lock_zaak(draad: int | None, bijdrage: Any) -> RodeDraad | Bijdrage | None:
    """The thread or the note as it is now, nobody else changing it; None when it is gone."""
    if draad is not None:
        return _lock_draad(draad)
    return Bijdrage.objects.select_for_update(of=("self",), no_key=True).filter(pk=bijdrage).first()


def _copy(zaak: RodeDraad | Bijdrage) -> dict[str, Any]:
    """What the scherm would show of it now, as fields of a vrijgave; ``DenkdinerError`` when it may not stand there."""
    if isinstance(zaak, RodeDraad):
        tekst, rev, breedte = zaak.titel, zaak.version, _breadth(zaak)
    else:
        _check_bijdrage(zaak)
        tekst, rev, breedte = zaak.tekst, zaak.rev, {}
    if not is_showable(tekst):
        raise DenkdinerError("Deze tekst is te lang voor het scherm. Kies een kortere.")
    return {"tekst": tekst, "rev": rev, "tafels": None, "besproken": None, **breedte}


def _check_bijdrage(bijdrage: Bijdrage) -> None:
    if bijdrage.is_deleted:
        raise DenkdinerError("De tafel heeft deze notitie verwijderd.")
    if not bijdrage.letterlijk:
        raise DenkdinerError(
            "Alleen een notitie die letterlijk gehoord is, kan op het scherm: hij staat daar tussen aanhalingstekens."
        )
    if bijdrage.bron == Bron.SPREKER:
        raise DenkdinerError("Op het scherm komt wat de tafels zeiden, niet wat de spreker zei.")


def _breadth(draad: RodeDraad) -> dict[str, int]:
    if draad.stelling_id is None:
        return {}
    kaart = kaart_of(draad)
    return {"tafels": len(kaart.tafels), "besproken": max(len(kaart.tafels), kaart.besproken)}


@transaction.atomic
def offer_vrijgave(
    *,
    diner: Diner,
    now: datetime,
    gebruiker: Gebruiker,
    draad: RodeDraad | None = None,
    bijdrage: Bijdrage | None = None,
) -> Vrijgave:
    """Propose a thread or a note of *diner* for its scherm; the regie decides.

    Offering again takes over what it says now, and changes nothing when it is on the screen already. A thread that was
    offered is a person's: no proposal replaces it any more. Raises ``DenkdinerError`` for a note that is not literal, was
    deleted or comes from a spreker, and for what is too long to be read from a table.
    """
    if (draad is None) == (bijdrage is None):
        raise ValueError("a vrijgave is of a thread or of a note")
    zaak = _lock_zaak(draad.pk if draad else None, bijdrage.pk if bijdrage else None)
    if zaak is None or zaak.diner_id != diner.pk:
        raise VrijgaveVerdwenen
    copy = _copy(zaak)
    van = {"rode_draad": zaak} if isinstance(zaak, RodeDraad) else {"bijdrage": zaak}
    vrijgave = Vrijgave.objects.select_for_update(of=("self",)).live().filter(**van).first()
    if vrijgave is not None and (vrijgave.is_released or vrijgave.tekst == copy["tekst"]):
        return vrijgave
    vrijgave = vrijgave or Vrijgave(diner=diner, **van, aangeboden_at=now)
    _fill(vrijgave, copy, aangeboden_door=gebruiker)
    vrijgave.save()
    if isinstance(zaak, RodeDraad):
        zaak.onderbouwingen.update(door_mens=True)
        RodeDraad.objects.filter(pk=zaak.pk).update(door_mens=True)
    announce_scherm(diner.pk)
    return vrijgave


def _fill(vrijgave: Vrijgave, copy: dict[str, Any], **fields: Any) -> None:
    for naam, waarde in {**copy, **fields}.items():
        setattr(vrijgave, naam, waarde)


def _lock_vrijgave(pk: int) -> tuple[RodeDraad | Bijdrage, Vrijgave]:
    """The vrijgave and what it is of, nobody else changing them; raises ``VrijgaveVerdwenen``."""
    found = Vrijgave.objects.filter(pk=pk).values_list("rode_draad", "bijdrage").first()
    zaak = _lock_zaak(*found) if found else None
    vrijgave = Vrijgave.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if zaak is None or vrijgave is None:
        raise VrijgaveVerdwenen
    return zaak, vrijgave


@transaction.atomic
def release_vrijgave(*, vrijgave: int, gezien: str, gebruiker: Gebruiker, now: datetime) -> Vrijgave:
    """Show it on the scherm: exactly the text whose ``vingerafdruk`` is *gezien*, with the breadth as it is counted now.

    Released already with this text: nothing changes. Released with an older text: that vrijgave ends and a new one is
    returned, so that it stays known what stood on the screen when. Raises ``Conflict`` when the text was changed since the
    regie looked, ``VrijgaveVerdwenen`` when somebody else withdrew it, ``DenkdinerError`` when it may not stand there now.
    """
    zaak, fresh = _lock_vrijgave(vrijgave)
    if fresh.ingetrokken_at is not None:
        raise VrijgaveVerdwenen
    copy = _copy(zaak)
    if vingerafdruk(copy["tekst"]) != gezien:
        raise Conflict(
            "Deze tekst is net gewijzigd. Lees hem hieronder nog eens en kies dan of hij op het scherm mag."
        )
    if fresh.is_released:
        if fresh.tekst == copy["tekst"] and Vrijgave.objects.standing().filter(pk=fresh.pk).exists():
            return fresh
        _end(fresh, now)
        fresh = _again(fresh)
    # two servers' clocks differ by a little
    _fill(fresh, copy, vrijgegeven_at=max(now, fresh.aangeboden_at), vrijgegeven_door=gebruiker)
    fresh.save()
    soort = "een quote" if fresh.bijdrage_id else "een rode draad"
    add_logregel(diner=fresh.diner, wat=f"gaf {soort} vrij voor het scherm", now=now, gebruiker=gebruiker)
    announce_scherm(fresh.diner_id)
    return fresh


def _end(vrijgave: Vrijgave, now: datetime) -> None:
    vrijgave.ingetrokken_at = max(now, vrijgave.vrijgegeven_at or vrijgave.aangeboden_at)
    vrijgave.save(update_fields=["ingetrokken_at"])


def _again(vrijgave: Vrijgave) -> Vrijgave:
    """The same offer once more, not saved yet."""
    return Vrijgave(
        diner_id=vrijgave.diner_id,
        rode_draad_id=vrijgave.rode_draad_id,
        bijdrage_id=vrijgave.bijdrage_id,
        aangeboden_at=vrijgave.aangeboden_at,
        aangeboden_door_id=vrijgave.aangeboden_door_id,
    )


@transaction.atomic
def withdraw_vrijgave(*, vrijgave: int, now: datetime, gebruiker: Gebruiker | None = None) -> None:
    """Take it off the scherm, or off the list when it was only offered; when somebody else did already, nothing happens.

    What stood on the screen is on the list of offers again, if it may stand there still: one click shows it once more.
    """
    if (weg := _withdraw(vrijgave, now)) is not None:
        wat = (
            "haalde iets van het scherm" if weg.is_released else "haalde iets uit het aanbod voor het scherm"
        )
        add_logregel(diner=weg.diner, wat=wat, now=now, gebruiker=gebruiker)
        announce_scherm(weg.diner_id)


def _withdraw(pk: int, now: datetime) -> Vrijgave | None:
    """What was taken off, if it still stood there."""
    try:
        zaak, fresh = _lock_vrijgave(pk)
    except VrijgaveVerdwenen:
        return None
    if fresh.ingetrokken_at is not None:
        return None
    _end(fresh, now)
    if fresh.is_released:
        try:
            copy = _copy(zaak)
        except DenkdinerError:
            return fresh
        again = _again(fresh)
        _fill(again, copy)
        again.save()
    return fresh


@transaction.atomic
def clear_vrijgaven(*, diner: Diner, now: datetime, gebruiker: Gebruiker | None = None) -> int:
    """Take everything off the scherm of *diner*, as ``withdraw_vrijgave`` does; returns how many there were."""
    vrijgegeven = diner.vrijgaven.live().filter(vrijgegeven_at__isnull=False).order_by("pk")
    weg = [pk for pk in vrijgegeven.values_list("pk", flat=True) if _withdraw(pk, now) is not None]
    if weg:
        add_logregel(diner=diner, wat="haalde alles van het scherm", now=now, gebruiker=gebruiker)
        announce_scherm(diner.pk)
    return len(weg)


def hand_over_vrijgave(*, van: RodeDraad, naar: RodeDraad | None, now: datetime) -> list[list[int]]:
    """*van* is about to go up in *naar*, inside the caller's transaction: the screen does not change because of that.

    Its vrijgave becomes one of *naar*, unless that has one that goes before it; the regie sees that the title differs.
    Without *naar* the thread is deleted, and leaves the screen. Returns what changed, for ``give_back_vrijgaven``.
    """
    eigen = van.vrijgaven.select_for_update(of=("self",)).live().first()
    if eigen is None:
        return []
    ander = naar.vrijgaven.select_for_update(of=("self",)).live().first() if naar else None
    announce_scherm(eigen.diner_id)
    if naar is None or (ander is not None and (ander.is_released or not eigen.is_released)):
        _end(eigen, now)
        return [[eigen.pk, van.pk]]
    if ander is not None:
        _end(ander, now)
    eigen.rode_draad = naar
    eigen.save(update_fields=["rode_draad"])
    return [[eigen.pk, van.pk], *([[ander.pk, naar.pk]] if ander else [])]


def give_back_vrijgaven(veranderd: list[list[int]]) -> None:
    """What ``hand_over_vrijgave`` changed, taken back inside the caller's transaction; its threads are there again.

    The screen does not change because of that either: what left it is on the list of offers again, for the regie to decide.
    """
    for pk, draad in veranderd:
        vrijgave = Vrijgave.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if vrijgave is None or Vrijgave.objects.live().filter(rode_draad=draad).exists():
            continue
        if vrijgave.ingetrokken_at is None:
            vrijgave.rode_draad_id = draad
            vrijgave.save(update_fields=["rode_draad"])
        else:
            _offer_again(vrijgave, draad)
        announce_scherm(vrijgave.diner_id)


def _offer_again(vrijgave: Vrijgave, draad: int) -> None:
    zaak = RodeDraad.objects.filter(pk=draad).first()
    if zaak is None:  # it was put away since
        return
    again = _again(vrijgave)
    again.rode_draad_id = draad
    try:
        _fill(again, _copy(zaak))
    except DenkdinerError:
        return
    again.save()
