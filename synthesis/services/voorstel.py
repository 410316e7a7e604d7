"""A proposal: threads from what tables said. What a person did (``door_mens``) is never changed by it."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from denkdiner.errors import DenkdinerError
from sessions.models import Stelling
from synthesis.drafting import Concept, Drafter
from synthesis.models import Onderbouwing, Onderbouwingsrol, Pool, RodeDraad
from synthesis.queries import corpus_of, notities_of

if TYPE_CHECKING:
    from synthesis.drafting.corpus import Corpus

from synthesis.services.stelling import announce_draden, last_place, lock_stelling, review_again

MIN_AANTAL, MAX_AANTAL = 2, 12


def check_aantal(aantal: int | None) -> None:
    if aantal is not None and not MIN_AANTAL <= aantal <= MAX_AANTAL:
        raise DenkdinerError(f"Kies {MIN_AANTAL} tot {MAX_AANTAL} rode draden, of laat de app kiezen.")


def make_voorstel(
    *, stelling: Stelling, now: datetime, aantal: int | None = None, corpus: "Corpus | None" = None
) -> int:
    """Propose threads for *stelling* from what its tables said; returns how many proposed threads there are now.

    Earlier proposals that nobody touched or hung anything on are replaced. A thread that a person made or changed keeps its
    title, text, place and the notes that were in it then; a note that a person placed stays where it is; a note that looks
    like such a thread may be added to it. What was vastgesteld and gets an open warning by that goes back in review.
    *aantal* (2–12) fixes the number of themes, ``DenkdinerError`` outside that range; *corpus* saves fitting it again for
    every stelling of a diner.
    """
    from synthesis.drafting.lexical import LexicalDrafter  # numpy: only when somebody asks for a draft

    check_aantal(aantal)
    # what takes long comes before the lock: meanwhile tables log and people write
    drafter = LexicalDrafter(corpus or corpus_of(stelling.diner))
    return put_voorstel(stelling, drafter, now, aantal)


@transaction.atomic
def put_voorstel(stelling: Stelling, drafter: Drafter, now: datetime, aantal: int | None) -> int:
    """Have *drafter* look at the stelling as it is now, nobody else changing it, and store what it proposes."""
    lock_stelling(stelling)
    voor = _placements(stelling)
    RodeDraad.objects.untouched().filter(stelling=stelling).delete()
    _drop_untouched_placements(stelling)
    draden = {str(draad.pk): draad for draad in RodeDraad.objects.filter(stelling=stelling)}
    opzij = Onderbouwing.objects.filter(rode_draad=None).values("bijdrage")
    bijdragen = list(stelling.bijdragen.present().of_tables().exclude(pk__in=opzij).order_by("pk"))
    groepen = {
        rij.bijdrage_id: str(rij.rode_draad_id)
        for rij in Onderbouwing.objects.filter(rode_draad__stelling=stelling, bijdrage__isnull=False)
    }
    concepten = drafter.draft(notities_of(bijdragen, groepen), stelling=stelling.tekst, aantal=aantal)
    volgorde = last_place(stelling)
    for concept in concepten:
        if concept.los:
            continue
        draad = draden.get(concept.groep or "")
        if draad is None:
            if concept.groep is not None:  # somebody took that draad away while a model thought about it
                continue
            volgorde += 1
            draad = RodeDraad.objects.create(
                reeks_id=stelling.diner.reeks_id,
                diner=stelling.diner,
                stelling=stelling,
                titel=concept.label[:200],
                tekst=concept.tekst,
                pool_a=concept.polen[0],
                pool_b=concept.polen[1],
                kernvraag=concept.kernvraag,
                volgorde=volgorde,
                created_at=now,
                updated_at=now,
            )
        _place(draad, concept, geplaatst=set(groepen))
    geraakt = {draad for draad, _ in voor ^ _placements(stelling)}
    review_again(draden=geraakt, now=now)
    announce_draden(stelling)
    return RodeDraad.objects.filter(stelling=stelling, door_mens=False).count()


def _placements(stelling: Stelling) -> set[tuple[int, uuid.UUID]]:
    """Which note is in which thread of *stelling*."""
    rijen = Onderbouwing.objects.filter(rode_draad__stelling=stelling, bijdrage__isnull=False)
    return set(rijen.values_list("rode_draad", "bijdrage"))


def _drop_untouched_placements(stelling: Stelling) -> None:
    """What an earlier proposal added to a person's thread may be proposed elsewhere now; what a person placed stays.

    And so does what is in a draft that people hung something on: they did so because of what was in it.
    Unless its place means nothing any more: under another stelling, or in a thread that was put away while it was there.
    """
    geplaatst = Onderbouwing.objects.filter(bijdrage__stelling=stelling, rode_draad__isnull=False)
    geplaatst.exclude(rode_draad__in=RodeDraad.objects.filter(stelling=stelling)).delete()
    vrij = Q(rode_draad__door_mens=True) | Q(rode_draad__in=RodeDraad.objects.bare())
    Onderbouwing.objects.filter(vrij, rode_draad__stelling=stelling, door_mens=False).delete()


def _place(draad: RodeDraad, concept: Concept, geplaatst: set[Any]) -> None:
    eerste = draad.onderbouwingen.count()
    nieuw = [uuid.UUID(pk) for pk in concept.bijdragen if uuid.UUID(pk) not in geplaatst]
    quotes = {uuid.UUID(pk) for pk in concept.quotes}
    pool = {
        uuid.UUID(pk): kant for kant, pks in zip((Pool.A, Pool.B), concept.kanten, strict=True) for pk in pks
    }
    Onderbouwing.objects.bulk_create(
        Onderbouwing(
            rode_draad=draad,
            bijdrage_id=pk,
            volgorde=eerste + plek,
            rol=Onderbouwingsrol.QUOTE if pk in quotes else Onderbouwingsrol.STEUN,
            pool=pool.get(pk, ""),
        )
        for plek, pk in enumerate(nieuw)
    )
