"""What a thread of a stelling carries across the diners, when that thread goes up in another one."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sessions.models import Gebruiker
from synthesis.models import Onderbouwing, RodeDraad
from synthesis.services.stelling import keep_version


def hand_over_dragers(
    *, van: RodeDraad, naar: RodeDraad, now: datetime, gebruiker: Gebruiker | None
) -> list[int]:
    """Let *naar* carry what *van* carries and *naar* does not yet, in its place; the pks of the new rows.

    The rows of *van* stay: what is put away carries nothing, and when it comes back it carries what it did. Under the
    lock of their stelling; the threads of the reeks come after it, as everywhere.
    """
    eigen = list(Onderbouwing.objects.filter(draad=van).order_by("rode_draad", "pk"))
    if not eigen:
        return []
    list(_lock({rij.rode_draad_id for rij in eigen if rij.rode_draad_id}))
    al = set(Onderbouwing.objects.filter(draad=naar).values_list("rode_draad", flat=True))
    nieuw = Onderbouwing.objects.bulk_create(
        Onderbouwing(
            rode_draad_id=rij.rode_draad_id,
            draad=naar,
            rol=rij.rol,
            pool=rij.pool,
            volgorde=rij.volgorde,
            door_mens=True,
        )
        for rij in eigen
        if rij.rode_draad_id not in al
    )
    change_dragers({rij.rode_draad_id for rij in nieuw if rij.rode_draad_id}, now, gebruiker)
    return [rij.pk for rij in nieuw]


def take_back_dragers(*, rijen: Iterable[int], now: datetime, gebruiker: Gebruiker | None) -> None:
    """Undo ``hand_over_dragers``; what somebody took away since, or put there once more, is left as it is."""
    gevonden = Onderbouwing.objects.filter(pk__in=list(rijen), draad__isnull=False)
    boven = {pk for pk in gevonden.values_list("rode_draad", flat=True) if pk}
    if boven:
        list(_lock(boven))
        gevonden.delete()
        change_dragers(boven, now, gebruiker)


def change_dragers(boven: Collection[int], now: datetime, gebruiker: Gebruiker | None) -> None:
    """Something else carries these now: who writes one gets to see it, and what was vastgesteld is looked at again."""
    for draad in RodeDraad.objects.filter(pk__in=boven).order_by("pk"):
        keep_version(draad=draad, now=now, gebruiker=gebruiker)
        draad.door_mens, draad.version = True, draad.version + 1
        draad.updated_at, draad.updated_by = now, gebruiker
        draad.save(update_fields=["door_mens", "version", "status", "updated_at", "updated_by"])


def _lock(boven: Collection[int]) -> Iterable[RodeDraad]:
    """Always in the same order, so that two people never wait in a ring."""
    return RodeDraad.alle.filter(pk__in=boven).order_by("pk").select_for_update(of=("self",))
