"""The programme: reeksen, diners, sprekers, stellingen, rondes and tafels."""

from collections.abc import Mapping
from itertools import count
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Max, RestrictedError
from django.utils.text import slugify

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish, zaal_group
from sessions.models import (
    BEZETTE_ADRESSEN,
    OVER_EEN_STELLING,
    Diner,
    Dinerstatus,
    Gebruiker,
    Lidmaatschap,
    Optreden,
    Reeks,
    Rol,
    Ronde,
    Spreker,
    Stelling,
    Tafel,
)
from sessions.queries import count_notes, has_notes, stelling_is_begonnen, stelling_is_vast
from sessions.services.log import Wie, log

Thing = TypeVar("Thing", Reeks, Diner, Spreker, Stelling, Ronde, Tafel)
Ordered = TypeVar("Ordered", Stelling, Ronde)
MAX_TAFELS = 200
MAX_NUMMER = 999
HANGT_AAN = "Hier hangen al notities aan; daarom kan dit niet meer weg."
OPZIJ = 10_000
"""Where numbers are parked while a list is renumbered: two rows may never hold the same number, not even for a moment."""


def _store(thing: models.Model, fields: list[str] | None = None) -> None:
    """Validate and save (only *fields*, when given); a broken rule of the model becomes a sentence.

    ``Conflict`` when somebody else stored the same between the check and the save.
    """
    try:
        thing.full_clean()
    except ValidationError as error:
        raise DenkdinerError(" ".join(error.messages)) from None
    try:
        with transaction.atomic():
            thing.save(update_fields=fields)
    except IntegrityError:
        raise Conflict(
            "Dit is net al opgeslagen, misschien door iemand anders. Kijk wat er nu staat."
        ) from None


def announce_programma(diner: Diner) -> None:
    """Screens of *diner* ask for the programme again."""
    publish(Event.PROGRAMMA_CHANGED, diner_group(diner.pk), zaal_group(diner.pk), diner=diner.pk)


def _diner_of(thing: models.Model) -> Diner | None:
    return thing if isinstance(thing, Diner) else getattr(thing, "diner", None)


Planned = Reeks | Diner | Spreker | Stelling | Ronde | Tafel


def _log(wie: Wie | None, thing: Planned, deed: str, erbij: str = "") -> None:
    """*thing* without the words of anybody, and without the name of a spreker."""
    if isinstance(thing, Reeks | Diner):
        log(wie, thing, f"{deed} {'de reeks' if isinstance(thing, Reeks) else 'dit diner'}{erbij}")
    elif isinstance(thing, Spreker):
        log(wie, thing.reeks, f"{deed} een spreker{erbij}")
    else:
        log(wie, thing.diner, f"{deed} {thing._meta.verbose_name} {thing.nummer}{erbij}")


@transaction.atomic
def create_reeks(*, gebruiker: Gebruiker, titel: str, wie: Wie | None = None, **fields: Any) -> Reeks:
    """A new reeks with *gebruiker* as organisator and verslaglegger; its slug comes from *titel* and never changes."""
    # Only what the schema of the exchange format takes: no "_", and no "-" at the end.
    basis = slugify(titel).replace("_", "-")[:50].strip("-") or "reeks"
    for volgnummer in count(1):
        slug = basis if volgnummer == 1 else f"{basis}-{volgnummer}"
        if slug in BEZETTE_ADRESSEN or Reeks.objects.filter(slug=slug).exists():
            continue
        reeks = Reeks(slug=slug, titel=titel, **fields)
        try:
            _store(reeks)
        except DenkdinerError:
            if not Reeks.objects.filter(slug=slug).exists():
                raise
            continue  # somebody took this address just now
        break
    for rol in (Rol.ORGANISATOR, Rol.VERSLAGLEGGER):
        Lidmaatschap.objects.create(gebruiker=gebruiker, reeks=reeks, rol=rol)
    _log(wie, reeks, "maakte")
    return reeks


@transaction.atomic
def create_diner(*, reeks: Reeks, nummer: int | None = None, wie: Wie | None = None, **fields: Any) -> Diner:
    """A new diner at the end of *reeks*, or under *nummer*."""
    Reeks.objects.select_for_update(no_key=True).get(pk=reeks.pk)
    if nummer is None:
        nummer = (reeks.diners.aggregate(hoogste=Max("nummer"))["hoogste"] or 0) + 1
    diner = Diner(reeks=reeks, nummer=nummer, **fields)
    _store(diner)
    _log(wie, diner, "maakte")
    return diner


@transaction.atomic
def add_spreker(
    *, reeks: Reeks, naam: str, diner: Diner | None = None, wie: Wie | None = None, **fields: Any
) -> Spreker:
    """A spreker of *reeks*, who also speaks at *diner* when given."""
    spreker = Spreker(reeks=reeks, naam=naam, **fields)
    _store(spreker)
    _log(wie, spreker, "voegde", " toe")
    if diner is not None:
        add_optreden(diner=diner, spreker=spreker, wie=wie)
    return spreker


@transaction.atomic
def add_optreden(*, diner: Diner, spreker: Spreker, wie: Wie | None = None) -> Optreden:
    """*spreker* speaks at *diner*, after those already there; twice is no error."""
    if spreker.reeks_id != diner.reeks_id:
        raise DenkdinerError("Deze spreker hoort niet bij deze reeks.")
    volgorde = diner.optredens.count()
    optreden, nieuw = Optreden.objects.get_or_create(
        diner=diner, spreker=spreker, defaults={"volgorde": volgorde}
    )
    if nieuw:
        log(wie, diner, "zette een spreker bij dit diner")
    announce_programma(diner)
    return optreden


@transaction.atomic
def remove_optreden(*, optreden: Optreden, wie: Wie | None = None) -> None:
    """*optreden* is off; the spreker stays in the reeks."""
    log(wie, optreden.diner, "haalde een spreker van dit diner")
    announce_programma(optreden.diner)
    optreden.delete()


def _next_number(diner: Diner, wat: str) -> int:
    """The first free number at the end; the diner's row is locked, so that two people never take the same."""
    Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)
    hoogste: int | None = getattr(diner, wat).aggregate(hoogste=Max("nummer"))["hoogste"]
    return (hoogste or 0) + 1


@transaction.atomic
def add_stelling(*, diner: Diner, tekst: str, wie: Wie | None = None, **fields: Any) -> Stelling:
    """A stelling at the end of the list."""
    stelling = Stelling(diner=diner, nummer=_next_number(diner, "stellingen"), tekst=tekst, **fields)
    _store(stelling)
    _log(wie, stelling, "maakte")
    announce_programma(diner)
    return stelling


@transaction.atomic
def add_ronde(*, diner: Diner, wie: Wie | None = None, **fields: Any) -> Ronde:
    """A ronde at the end of the draaiboek."""
    ronde = Ronde(diner=diner, nummer=_next_number(diner, "rondes"), **fields)
    _check_ronde(ronde)
    _store(ronde)
    _log(wie, ronde, "maakte")
    announce_programma(diner)
    return ronde


def _has_begun(ronde: Ronde) -> bool:
    """Asked of the database, with the clock locked: somebody may have pressed start since *ronde* was loaded."""
    Diner.objects.select_for_update(no_key=True).get(pk=ronde.diner_id)
    return Ronde.objects.filter(pk=ronde.pk, started_at__isnull=False).exists()


def _check_ronde(ronde: Ronde) -> None:
    if ronde.stelling is not None and ronde.stelling.diner_id != ronde.diner_id:
        raise DenkdinerError("Deze stelling hoort niet bij dit diner.")
    if ronde.stelling is not None and ronde.soort not in OVER_EEN_STELLING:
        raise DenkdinerError("Alleen een tafelgesprek of plenaire ronde gaat over een stelling.")


@transaction.atomic
def add_tafel(*, diner: Diner, nummer: int | None = None, wie: Wie | None = None, **fields: Any) -> Tafel:
    """A table, under *nummer* or the next one."""
    volgende = _next_number(diner, "tafels")
    tafel = Tafel(diner=diner, nummer=nummer or volgende, **fields)
    _store(tafel)
    _log(wie, tafel, "maakte")
    announce_programma(diner)
    return tafel


@transaction.atomic
def add_tafels(*, diner: Diner, aantal: int, aantal_gasten: int = 8, wie: Wie | None = None) -> list[Tafel]:
    """*aantal* tables at once, numbered on from the last; at most ``MAX_TAFELS`` in a diner."""
    eerste = _next_number(diner, "tafels")
    if not 1 <= aantal <= MAX_TAFELS or diner.tafels.count() + aantal > MAX_TAFELS:
        raise DenkdinerError(f"Een diner heeft 1 tot {MAX_TAFELS} tafels.")
    if eerste + aantal - 1 > MAX_NUMMER:
        raise DenkdinerError(f"Tafelnummers gaan tot {MAX_NUMMER}.")
    tafels = Tafel.objects.bulk_create(
        Tafel(diner=diner, nummer=eerste + plek, aantal_gasten=aantal_gasten) for plek in range(aantal)
    )
    log(wie, diner, f"maakte {aantal} {'tafel' if aantal == 1 else 'tafels'}")
    announce_programma(diner)
    return tafels


def lock_fresh(thing: models.Model) -> None:
    """*thing* becomes what is stored now, and stays that until the transaction ends. ``DenkdinerError`` when it is gone."""
    locked = type(thing)._base_manager.select_for_update(no_key=True, of=("self",))
    try:
        thing.refresh_from_db(from_queryset=locked)
    except ObjectDoesNotExist:
        raise DenkdinerError("Dit is net verwijderd, misschien door iemand anders.") from None


def check_gezien(thing: models.Model, gezien: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    """Nothing is overwritten unseen: ``Conflict`` when a field of *thing*, fresh, is neither as *gezien* nor as asked."""
    if any(getattr(thing, naam) not in (gezien[naam], fields[naam]) for naam in gezien):
        raise Conflict(
            "Iemand anders heeft dit intussen ook gewijzigd. Hieronder staat wat er nu is; opslaan bewaart wat jij typte."
        )


@transaction.atomic
def edit_object(
    thing: Thing,
    *,
    toch: bool = False,
    gezien: Mapping[str, Any] | None = None,
    wie: Wie | None = None,
    **fields: Any,
) -> Thing:
    """Change *fields* of a reeks, diner, spreker, stelling, ronde or tafel.

    A stelling that was talked about keeps its text, but for *toch* (``edit_stelling``); a ronde that has begun stays as the
    room saw it (``DenkdinerError``). *gezien*: as in ``check_gezien``.
    """
    if isinstance(thing, Ronde) and _has_begun(thing):
        raise DenkdinerError("Deze ronde is al begonnen; pas de tijd aan in de regie.")
    if gezien:
        lock_fresh(thing)
        check_gezien(thing, gezien, fields)
    if (
        isinstance(thing, Stelling)
        and not toch
        and thing.tekst != fields.get("tekst", thing.tekst)
        and stelling_is_vast(thing)
    ):
        raise DenkdinerError("Over deze stelling is al gesproken; de tekst ligt vast.")
    for naam, waarde in fields.items():
        setattr(thing, naam, waarde)
    if isinstance(thing, Ronde):
        _check_ronde(thing)
    _store(thing, list(fields))
    if fields:
        _log(wie, thing, "bewerkte")
    if (diner := _diner_of(thing)) is not None:
        announce_programma(diner)
    return thing


@transaction.atomic
def delete_object(thing: Planned, *, wie: Wie | None = None) -> None:
    """Remove *thing* and what hangs on it (``queries.what_goes_along`` tells beforehand).

    Refused for what the evening needs: a live diner, a ronde that has begun, a stelling that was discussed, a tafel that
    joined or said something. Notes only ever go with their whole diner or reeks, after a typed confirmation.
    """
    if isinstance(thing, Stelling) and stelling_is_begonnen(thing):
        raise DenkdinerError("Over deze stelling is al gesproken; die kan niet meer weg.")
    if isinstance(thing, Ronde) and _has_begun(thing):
        raise DenkdinerError("Deze ronde is al begonnen; die kan niet meer weg.")
    if isinstance(thing, Stelling | Ronde) and has_notes(thing):
        raise DenkdinerError(HANGT_AAN)
    if isinstance(thing, Tafel) and thing.toegangen.filter(apparaten__isnull=False).exists():
        raise DenkdinerError("Aan deze tafel doet al een tablet mee; die kan niet meer weg.")
    if isinstance(thing, Diner) and thing.is_live:
        raise DenkdinerError("Dit diner is live. Sluit het eerst af.")
    if isinstance(thing, Reeks) and thing.diners.filter(status=Dinerstatus.LIVE).exists():
        raise DenkdinerError("Een diner van deze reeks is live. Sluit het eerst af.")
    diner = _diner_of(thing)
    if isinstance(thing, Diner):
        notities = count_notes(thing)
        hoeveel = (
            f"met {notities} {'notitie' if notities == 1 else 'notities'}" if notities else "zonder notities"
        )
        _log(wie, thing, "verwijderde", f", {hoeveel}")
    else:
        _log(wie, thing, "verwijderde")
    if diner is not None and not isinstance(thing, Diner):
        announce_programma(diner)
    try:
        thing.delete()
    except RestrictedError:
        raise DenkdinerError(HANGT_AAN) from None
    if isinstance(thing, Stelling | Ronde) and diner is not None:
        model: type[Stelling] | type[Ronde] = type(thing)
        _renumber(model, [rij.pk for rij in model._default_manager.filter(diner=diner).order_by("nummer")])


def _renumber(model: type[Stelling] | type[Ronde], pks: list[int]) -> None:
    """Number *pks* 1, 2, 3 …: first all aside, then each to its place."""
    model._default_manager.filter(pk__in=pks).update(nummer=F("nummer") + OPZIJ)
    for nummer, pk in enumerate(pks, start=1):
        model._default_manager.filter(pk=pk).update(nummer=nummer)


@transaction.atomic
def move_stelling(*, stelling: Stelling, naar: int, wie: Wie | None = None) -> None:
    """Put *stelling* at place *naar* (1 = first); refused once any stelling of the diner has been discussed."""
    if Ronde.objects.filter(
        diner=stelling.diner_id, stelling__isnull=False, started_at__isnull=False
    ).exists():
        raise DenkdinerError("Er is al over een stelling gesproken; de volgorde ligt vast.")
    _move(stelling, naar, wie)


@transaction.atomic
def move_ronde(*, ronde: Ronde, naar: int, wie: Wie | None = None) -> None:
    """Put *ronde* at place *naar* (1 = first) of the draaiboek; what has begun stays where it was."""
    if _has_begun(ronde):
        raise DenkdinerError("Deze ronde is al begonnen; die blijft op haar plaats.")
    begonnen = Ronde.objects.filter(diner=ronde.diner_id, started_at__isnull=False)
    if begonnen.filter(nummer__gte=naar).exists():
        raise DenkdinerError("Een ronde kan niet vóór een ronde komen die al begonnen is.")
    _move(ronde, naar, wie)


def _move(thing: Ordered, naar: int, wie: Wie | None) -> None:
    """To place *naar*, or the first or last one when there is none such. No line in the log when it stands there."""
    Diner.objects.select_for_update(no_key=True).get(pk=thing.diner_id)
    pks = list(
        type(thing)
        ._default_manager.filter(diner=thing.diner_id)
        .order_by("nummer")
        .values_list("pk", flat=True)
    )
    if thing.pk not in pks:
        raise DenkdinerError("Dit is net verwijderd, misschien door iemand anders.")
    plaats = min(max(naar, 1), len(pks))
    if pks[plaats - 1] != thing.pk:
        pks.remove(thing.pk)
        pks.insert(plaats - 1, thing.pk)
        _log(wie, thing, "verplaatste", f" naar plaats {plaats}")
    _renumber(type(thing), pks)
    announce_programma(thing.diner)
