"""Every write of the synthesis. What a person did (``door_mens``) is never changed by a proposal."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from capture.models import Bijdrage
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish
from sessions.models import Gebruiker, Reeks, Stelling
from synthesis.drafting import Concept, Drafter
from synthesis.models import Onderbouwing, Onderbouwingsrol, RodeDraad, Verslag, Verslagdeel
from synthesis.queries import corpus_of, notities_of, section_place
from synthesis.services_vrijgaven import announce_scherm, hand_over_vrijgave

if TYPE_CHECKING:
    from synthesis.drafting.corpus import Corpus

MIN_AANTAL, MAX_AANTAL = 2, 12
MAX_TEKST_DRAAD = 100_000
"""Characters of a thread's text; the import format says the same."""


def _announce(draad_of: RodeDraad | Stelling, draad: int | None = None) -> None:
    stelling = draad_of if isinstance(draad_of, Stelling) else draad_of.stelling
    if stelling is not None:
        publish(Event.RODE_DRAAD_CHANGED, diner_group(stelling.diner_id), stelling=stelling.pk, draad=draad)


def _store(draad: RodeDraad) -> None:
    try:
        draad.full_clean()
    except ValidationError as error:
        raise DenkdinerError(" ".join(error.messages)) from None
    draad.save()


class Verdwenen(DenkdinerError):
    """The thread is gone: somebody merged or deleted it, or a new proposal took its place."""

    def __init__(self) -> None:
        super().__init__("Deze rode draad bestaat niet meer. Wat je schreef, staat hieronder nog.")


def _lock(stelling: Stelling | int) -> None:
    """Threads and placements of one stelling are changed by one person (or proposal) at a time.

    No key is touched: tables may go on logging notes about it.
    """
    pk = stelling if isinstance(stelling, int) else stelling.pk
    Stelling.objects.select_for_update(no_key=True).get(pk=pk)


def _fresh(draad: RodeDraad) -> RodeDraad:
    """*draad* as it is now, nobody else changing it; raises ``Verdwenen``."""
    if draad.stelling_id is not None:
        _lock(draad.stelling_id)
    fresh = (
        RodeDraad.objects.select_for_update(of=("self",))
        .select_related("stelling")
        .filter(pk=draad.pk)
        .first()
    )
    if fresh is None:
        raise Verdwenen
    return fresh


def make_voorstel(
    *, stelling: Stelling, now: datetime, aantal: int | None = None, corpus: "Corpus | None" = None
) -> int:
    """Propose threads for *stelling* from what its tables said; returns how many proposed threads there are now.

    Earlier proposals that nobody touched are replaced. A thread that a person made or changed keeps its title, text, place
    and the notes that were in it then; a note that a person placed stays where it is; a note that looks like such a thread
    may be added to it.
    *aantal* (2–12) fixes the number of themes, ``DenkdinerError`` outside that range; *corpus* saves fitting it again for
    every stelling of a reeks.
    """
    from synthesis.drafting.lexical import LexicalDrafter  # numpy: only when somebody asks for a draft

    if aantal is not None and not MIN_AANTAL <= aantal <= MAX_AANTAL:
        raise DenkdinerError(f"Kies {MIN_AANTAL} tot {MAX_AANTAL} rode draden, of laat de app kiezen.")
    # what takes long comes before the lock: meanwhile tables log and people write
    drafter = LexicalDrafter(corpus or corpus_of(stelling.diner.reeks))
    return _put_voorstel(stelling, drafter, now, aantal)


@transaction.atomic
def _put_voorstel(stelling: Stelling, drafter: Drafter, now: datetime, aantal: int | None) -> int:
    _lock(stelling)
    RodeDraad.objects.filter(stelling=stelling, door_mens=False).exclude(
        onderbouwingen__door_mens=True
    ).delete()
    _drop_untouched_placements(stelling)
    draden = {str(draad.pk): draad for draad in RodeDraad.objects.filter(stelling=stelling)}
    opzij = Onderbouwing.objects.filter(rode_draad=None).values("bijdrage")
    bijdragen = list(stelling.bijdragen.present().of_tables().exclude(pk__in=opzij).order_by("pk"))
    groepen = {
        rij.bijdrage_id: str(rij.rode_draad_id)
        for rij in Onderbouwing.objects.filter(rode_draad__stelling=stelling, bijdrage__isnull=False)
    }
    concepten = drafter.draft(notities_of(bijdragen, groepen), stelling=stelling.tekst, aantal=aantal)
    volgorde = _last_place(stelling)
    for concept in concepten:
        if concept.los:
            continue
        draad = draden.get(concept.groep or "")
        if draad is None:
            volgorde += 1
            draad = RodeDraad.objects.create(
                reeks_id=stelling.diner.reeks_id,
                diner=stelling.diner,
                stelling=stelling,
                titel=concept.label[:200],
                volgorde=volgorde,
                created_at=now,
                updated_at=now,
            )
        _place(draad, concept, geplaatst=set(groepen))
    _announce(stelling)
    return RodeDraad.objects.filter(stelling=stelling, door_mens=False).count()


def _drop_untouched_placements(stelling: Stelling) -> None:
    """What an earlier proposal added to a person's thread may be proposed elsewhere now; what a person placed stays.

    Unless the note has moved to *stelling* since: then its place under another stelling means nothing any more.
    """
    verhuisd = Onderbouwing.objects.filter(bijdrage__stelling=stelling, rode_draad__isnull=False)
    verhuisd.exclude(rode_draad__stelling=stelling).delete()
    Onderbouwing.objects.filter(rode_draad__stelling=stelling, door_mens=False).delete()


def _last_place(stelling: Stelling) -> int:
    hoogste: int | None = stelling.rode_draden.aggregate(hoogste=Max("volgorde"))["hoogste"]
    return -1 if hoogste is None else hoogste


def _place(draad: RodeDraad, concept: Concept, geplaatst: set[Any]) -> None:
    eerste = draad.onderbouwingen.count()
    nieuw = [uuid.UUID(pk) for pk in concept.bijdragen if uuid.UUID(pk) not in geplaatst]
    quotes = {uuid.UUID(pk) for pk in concept.quotes}
    Onderbouwing.objects.bulk_create(
        Onderbouwing(
            rode_draad=draad,
            bijdrage_id=pk,
            volgorde=eerste + plek,
            rol=Onderbouwingsrol.QUOTE if pk in quotes else Onderbouwingsrol.STEUN,
        )
        for plek, pk in enumerate(nieuw)
    )


@transaction.atomic
def add_rode_draad(
    *,
    titel: str,
    now: datetime,
    stelling: Stelling | None = None,
    reeks: Reeks | None = None,
    bijdragen: Sequence[Bijdrage] = (),
    gebruiker: Gebruiker | None = None,
    **fields: Any,
) -> RodeDraad:
    """A thread made by a person: of *stelling* (carried by *bijdragen*), or of *reeks*."""
    if (stelling is None) == (reeks is None):
        raise ValueError("a thread is of a stelling or of a reeks")
    diner = stelling.diner if stelling else None
    if stelling is not None:
        _lock(stelling)
    draad = RodeDraad(
        reeks=diner.reeks if diner else reeks,
        diner=diner,
        stelling=stelling,
        titel=titel.strip(),
        volgorde=_last_place(stelling) + 1 if stelling else RodeDraad.objects.filter(reeks=reeks).count(),
        door_mens=True,
        created_at=now,
        updated_at=now,
        updated_by=gebruiker,
        **fields,
    )
    _store(draad)
    move_bijdragen(bijdragen=bijdragen, naar=draad)
    _announce(draad, draad.pk)
    return draad


def _touch(draad: RodeDraad, now: datetime, gebruiker: Gebruiker | None) -> None:
    """From now on it is a person's, with the notes that are in it: that is what the person looked at."""
    draad.onderbouwingen.update(door_mens=True)
    draad.door_mens = True
    draad.version += 1
    draad.updated_at, draad.updated_by = now, gebruiker


@transaction.atomic
def edit_rode_draad(
    *,
    draad: RodeDraad,
    version: int,
    now: datetime,
    gebruiker: Gebruiker | None = None,
    door: Sequence[RodeDraad] | None = None,
    **fields: Any,
) -> RodeDraad:
    """Change titel, tekst, pool_a, pool_b, kernvraag or status; *version* is what the person was looking at.

    *door* (a thread of the reeks only): the threads that carry it from now on; None leaves them. Raises ``Conflict`` when
    somebody else saved meanwhile, ``DenkdinerError`` when a rule is broken (one pole only).
    """
    fresh = _fresh(draad)
    if fresh.version != version:
        raise Conflict(
            "Iemand anders heeft deze rode draad net gewijzigd. Jouw tekst staat hieronder nog; vergelijk ze."
        )
    for naam, waarde in fields.items():
        setattr(fresh, naam, waarde)
    _touch(fresh, now, gebruiker)
    _store(fresh)
    if door is not None:
        carry_rode_draad(draad=fresh, door=door)
    _announce(fresh, fresh.pk)
    return fresh


@transaction.atomic
def move_bijdrage(*, bijdrage: Bijdrage, naar: RodeDraad | None) -> None:
    """Put a note into *naar*, or aside (None). From now on a person placed it: no proposal moves it."""
    if naar is not None and (naar.stelling_id is None or naar.stelling_id != bijdrage.stelling_id):
        raise DenkdinerError("Deze notitie hoort bij een andere stelling.")
    if bijdrage.stelling_id is not None:
        _lock(bijdrage.stelling_id)
    if naar is not None and not RodeDraad.objects.filter(pk=naar.pk).exists():
        raise Verdwenen
    vorige = Onderbouwing.objects.filter(bijdrage=bijdrage).first()
    if vorige is not None and naar is not None and vorige.rode_draad_id == naar.pk:
        plek = vorige.volgorde
    else:
        plek = naar.onderbouwingen.count() if naar else 0
    Onderbouwing.objects.update_or_create(
        bijdrage=bijdrage, defaults={"rode_draad": naar, "volgorde": plek, "door_mens": True, "pool": ""}
    )
    if bijdrage.stelling is not None:
        _announce(bijdrage.stelling, naar.pk if naar else None)


@transaction.atomic
def move_bijdragen(*, bijdragen: Sequence[Bijdrage], naar: RodeDraad | None) -> None:
    """As ``move_bijdrage``, for several: all of them or none."""
    for bijdrage in bijdragen:
        move_bijdrage(bijdrage=bijdrage, naar=naar)


@transaction.atomic
def set_rol(*, onderbouwing: Onderbouwing, rol: str, pool: str = "") -> Onderbouwing:
    """What a note does for its thread; only what was heard verbatim can be a quote."""
    if rol not in Onderbouwingsrol:
        raise DenkdinerError("Kies een rol uit de lijst.")
    if rol == Onderbouwingsrol.QUOTE and not (onderbouwing.bijdrage and onderbouwing.bijdrage.letterlijk):
        raise DenkdinerError("Alleen een notitie die letterlijk gehoord is, kan een quote zijn.")
    if onderbouwing.rode_draad is None:
        raise DenkdinerError("Zet deze notitie eerst in een rode draad.")
    draad = _fresh(onderbouwing.rode_draad)
    veranderd = Onderbouwing.objects.filter(pk=onderbouwing.pk, rode_draad=draad).update(
        rol=rol, pool=pool, door_mens=True
    )
    if not veranderd:
        raise Conflict("Iemand anders heeft deze notitie net verplaatst.")
    _announce(draad, draad.pk)
    return Onderbouwing.objects.get(pk=onderbouwing.pk)


@transaction.atomic
def merge_rode_draden(
    *, van: RodeDraad, naar: RodeDraad, now: datetime, gebruiker: Gebruiker | None = None
) -> RodeDraad:
    """Everything of *van* goes into *naar*: notes move, text is added below, poles and kernvraag fill what is empty.

    Nothing that a person wrote is dropped: what does not fit in its own place is kept in the text.
    """
    if van.pk == naar.pk or van.stelling_id is None or van.stelling_id != naar.stelling_id:
        raise DenkdinerError("Kies een andere rode draad van dezelfde stelling.")
    van, naar = _fresh(van), _fresh(naar)
    plek = naar.onderbouwingen.count()
    for rij in van.onderbouwingen.order_by("volgorde", "pk"):
        rij.rode_draad, rij.volgorde, rij.door_mens = naar, plek, True
        rij.save()
        plek += 1
    delen = [naar.tekst, van.tekst]
    if van.has_spanning and naar.has_spanning:
        delen.append(f"Spanning uit “{van.titel}”: {van.pool_a} – {van.pool_b}.")
    elif van.has_spanning:
        naar.pool_a, naar.pool_b = van.pool_a, van.pool_b
    if van.kernvraag and naar.kernvraag:
        delen.append(f"Kernvraag uit “{van.titel}”: {van.kernvraag}")
    naar.kernvraag = naar.kernvraag or van.kernvraag
    naar.tekst = "\n\n".join(deel for deel in delen if deel)
    if len(naar.tekst) > MAX_TEKST_DRAAD:
        raise DenkdinerError("Samen zijn deze teksten te lang. Maak er eerst een korter.")
    _touch(naar, now, gebruiker)
    _store(naar)
    hand_over_vrijgave(van=van, naar=naar, now=now)
    van.delete()
    _announce(naar, naar.pk)
    return naar


@transaction.atomic
def split_rode_draad(
    *,
    draad: RodeDraad,
    bijdragen: Sequence[Bijdrage],
    titel: str,
    now: datetime,
    gebruiker: Gebruiker | None = None,
) -> RodeDraad:
    """Take *bijdragen* out of *draad* into a new thread *titel*."""
    if not bijdragen:
        raise DenkdinerError("Kies eerst welke notities naar de nieuwe rode draad gaan.")
    draad = _fresh(draad)
    eigen = set(draad.onderbouwingen.values_list("bijdrage_id", flat=True))
    if any(bijdrage.pk not in eigen for bijdrage in bijdragen) or draad.stelling is None:
        raise DenkdinerError("Deze notities horen niet bij deze rode draad.")
    if len(set(bijdragen)) == len(eigen):
        raise DenkdinerError("Laat ten minste één notitie staan, of geef de rode draad een andere titel.")
    return add_rode_draad(
        stelling=draad.stelling, titel=titel, bijdragen=bijdragen, now=now, gebruiker=gebruiker
    )


@transaction.atomic
def delete_rode_draad(*, draad: RodeDraad) -> None:
    """Remove a thread; its notes become loose, none is lost."""
    fresh = _fresh(draad)
    _announce(fresh)
    if fresh.diner_id is not None and fresh.vrijgaven.live().exists():
        announce_scherm(fresh.diner_id)  # its title may stand there
    fresh.delete()


@transaction.atomic
def move_rode_draad(*, draad: RodeDraad, naar: int, now: datetime) -> None:
    """Put *draad* at place *naar* (0 = first) among its siblings. An order made by a person is a person's work."""
    draad = _fresh(draad)
    broers = list(
        RodeDraad.objects.filter(reeks=draad.reeks_id, diner=draad.diner_id, stelling=draad.stelling_id)
        .exclude(pk=draad.pk)
        .order_by("volgorde", "pk")
    )
    broers.insert(max(0, min(naar, len(broers))), draad)
    for plek, broer in enumerate(broers):
        RodeDraad.objects.filter(pk=broer.pk).update(volgorde=plek)
    draad.onderbouwingen.update(door_mens=True)
    RodeDraad.objects.filter(pk=draad.pk).update(door_mens=True, updated_at=now)
    _announce(draad, draad.pk)


@transaction.atomic
def carry_rode_draad(*, draad: RodeDraad, door: Sequence[RodeDraad]) -> None:
    """Let the reeks thread *draad* be carried by exactly these threads of stellingen."""
    if draad.diner_id is not None or any(
        onder.reeks_id != draad.reeks_id or not onder.stelling_id for onder in door
    ):
        raise DenkdinerError("Kies rode draden van stellingen uit deze reeks.")
    draad.onderbouwingen.exclude(draad__in=door).delete()
    bestaand = set(draad.onderbouwingen.values_list("draad_id", flat=True))
    Onderbouwing.objects.bulk_create(
        Onderbouwing(rode_draad=draad, draad=onder, volgorde=plek, door_mens=True)
        for plek, onder in enumerate(door)
        if onder.pk not in bestaand
    )


@transaction.atomic
def write_verslagdeel(
    *, reeks: Reeks, sleutel: str, tekst: str, version: int, now: datetime, gebruiker: Gebruiker | None = None
) -> Verslagdeel | None:
    """Write one section of the report; an empty *tekst* gives it back to the generated text (returns None).

    *version* is what the person was looking at (0: nothing yet); ``Conflict`` when somebody else wrote meanwhile.
    """
    verslag, _ = Verslag.objects.select_for_update().get_or_create(reeks=reeks, defaults={"updated_at": now})
    plaats = section_place(reeks, sleutel)
    deel = verslag.delen.filter(**plaats).first()
    if (deel.version if deel else 0) != version:
        raise Conflict(
            "Iemand anders heeft dit deel net gewijzigd. Jouw tekst staat hieronder nog; vergelijk ze."
        )
    if not tekst.strip():
        if deel is not None:
            deel.delete()
        return None
    deel = deel or Verslagdeel(verslag=verslag, **plaats, version=0)
    deel.tekst, deel.version, deel.updated_at, deel.updated_by = (
        tekst.strip(),
        deel.version + 1,
        now,
        gebruiker,
    )
    deel.save()
    return deel
