"""What the screens show of what is said: a table's own notes, and how every table is doing."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from capture.models import (
    MAX_QUARANTAINE,
    PER_QUARANTAINE,
    Bijdrage,
    BijdrageVersie,
    Horizon,
    Quarantaine,
    Versiesoort,
)
from sessions.models import Diner, Hulpvraag, Ronde, Rondesoort, Stelling, Tafel
from sessions.queries import running_ronde


def bijdragen_of(tafel: Tafel) -> QuerySet[Bijdrage]:
    """The notes of a table, newest first, bin included, with ``is_gewijzigd``: was it ever edited? One query."""
    # not rev > 1: taking a note out of the bin is a version too, but changes no word of it
    edits = BijdrageVersie.objects.filter(bijdrage=OuterRef("pk"), kind=Versiesoort.EDIT)
    return (
        Bijdrage.objects.filter(tafel=tafel)
        .annotate(is_gewijzigd=Exists(edits))
        .select_related("stelling", "bijgesteld")
        .order_by("-created_at", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Tafelstand:
    """What the list of a table shows."""

    bijdragen: tuple[Bijdrage, ...]
    prullenbak: tuple[Bijdrage, ...]
    vooruit: int
    """How many notes look past today."""


def tafelstand(tafel: Tafel) -> Tafelstand:
    """The notes of *tafel*, its bin, and how many look ahead. One query."""
    alle = list(bijdragen_of(tafel))
    aanwezig = tuple(bijdrage for bijdrage in alle if not bijdrage.is_deleted)
    return Tafelstand(
        bijdragen=aanwezig,
        prullenbak=tuple(bijdrage for bijdrage in alle if bijdrage.is_deleted),
        vooruit=sum(bijdrage.horizon in {Horizon.MIDDELLANG, Horizon.HORIZONJAAR} for bijdrage in aanwezig),
    )


@dataclass(frozen=True, slots=True)
class Plek:
    """Where a note that is typed now belongs: the ronde that is on, and the stelling that goes with it."""

    ronde: Ronde | None
    stelling: Stelling | None
    begonnen: bool = False
    """Has any ronde begun?"""


def current_place(diner: Diner) -> Plek:
    """The running ronde and its stelling; between rondes the stelling of the last one that began. Two queries at most.

    A ronde without a stelling has none here either: what a speaker says never counts as what tables find.
    """
    ronde = running_ronde(diner)
    if ronde is not None:
        return Plek(ronde, ronde.stelling, begonnen=True)
    laatste = (
        diner.rondes.filter(started_at__isnull=False)
        .select_related("stelling")
        .order_by("-started_at", "-pk")
        .first()
    )
    return Plek(None, laatste.stelling if laatste else None, begonnen=laatste is not None)


@dataclass(frozen=True, slots=True)
class Tafelvoortgang:
    """One table on the progress board."""

    tafel: Tafel
    apparaten: int
    laatst_gezien: datetime | None
    totaal: int
    deze_ronde: int
    per_stelling: tuple[int, ...]
    laatste_notitie: datetime | None
    is_stil: bool
    """Tables are talking now, and this one has noted nothing."""
    wachtend: int
    """What its tablets still had to hand over when they last said so."""
    hulp_sinds: datetime | None
    """Since when it waits for the organiser."""
    apart: int
    """What its tablets sent that could become no note, and that nobody looked at yet."""


@dataclass(frozen=True, slots=True)
class Voortgang:
    """The progress board of a diner."""

    tafels: tuple[Tafelvoortgang, ...]
    stellingen: tuple[Stelling, ...]
    ronde: Ronde | None
    is_gesprek: bool
    """Are tables meant to talk in this ronde? While they eat or listen, nobody is silent."""
    totaal: int

    @property
    def apart(self) -> int:
        """What lies apart at all tables together, for the organiser to look at."""
        return sum(stand.apart for stand in self.tafels)


_OPEN_APART = (
    Quarantaine.objects.filter(tafel=OuterRef("pk"), afgehandeld_at=None)
    .order_by()
    .values("tafel")
    .annotate(aantal=Count("pk"))
    .values("aantal")
)


def voortgang(diner: Diner) -> Voortgang:
    """How every table is doing: who asks for help first, then silent ones. Five queries, however many tables and notes."""
    ronde = running_ronde(diner)
    is_gesprek = ronde is not None and (
        ronde.stelling_id is not None or ronde.soort == Rondesoort.TAFELGESPREK
    )
    stellingen = tuple(diner.stellingen.order_by("nummer"))
    devices = Q(toegangen__revoked_at=None, toegangen__apparaten__revoked_at=None)
    tafels = diner.tafels.annotate(
        aantal_apparaten=Count("toegangen__apparaten", filter=devices, distinct=True),
        gezien=Max("toegangen__apparaten__last_seen_at", filter=devices),
        wachtend=Sum("toegangen__apparaten__wachtend", filter=devices, default=0),
        hulp_sinds=Subquery(
            Hulpvraag.objects.filter(tafel=OuterRef("pk"), settled_at=None).values("asked_at")[:1]
        ),
        apart=Coalesce(Subquery(_OPEN_APART), 0),
    ).order_by("nummer")
    counts: dict[int, dict[int | None, int]] = {}
    latest: dict[int, datetime] = {}
    rijen = (
        Bijdrage.objects.present()
        .of_tables()
        .filter(diner=diner)
        .order_by()
        .values_list("tafel", "stelling")
        .annotate(aantal=Count("pk"), laatste=Max("created_at"))
    )
    for tafel, stelling, aantal, laatste in rijen:
        counts.setdefault(tafel, {})[stelling] = aantal
        latest[tafel] = max(laatste, latest.get(tafel, laatste))
    in_ronde = dict(
        Bijdrage.objects.present()
        .of_tables()
        .filter(diner=diner, ronde=ronde)
        .order_by()
        .values_list("tafel")
        .annotate(aantal=Count("pk"))
        if ronde is not None
        else ()
    )
    standen = [
        Tafelvoortgang(
            tafel=tafel,
            apparaten=tafel.aantal_apparaten,
            laatst_gezien=tafel.gezien,
            totaal=sum(counts.get(tafel.pk, {}).values()),
            deze_ronde=in_ronde.get(tafel.pk, 0),
            per_stelling=tuple(counts.get(tafel.pk, {}).get(stelling.pk, 0) for stelling in stellingen),
            laatste_notitie=latest.get(tafel.pk),
            is_stil=is_gesprek and tafel.pk not in in_ronde,
            wachtend=tafel.wachtend,
            hulp_sinds=tafel.hulp_sinds,
            apart=tafel.apart,
        )
        for tafel in tafels
    ]
    # stable: by number within; without a ronde the tables that noted nothing all evening come first
    standen.sort(key=lambda stand: not stand.is_stil if ronde else stand.totaal > 0)
    standen.sort(key=lambda stand: (stand.hulp_sinds is None, stand.hulp_sinds))  # who waits longest first
    totaal = sum(chain.from_iterable(per_tafel.values() for per_tafel in counts.values()))
    return Voortgang(tuple(standen), stellingen, ronde, is_gesprek, totaal)


def quarantaines_of(diner: Diner) -> QuerySet[Quarantaine]:
    """What was kept apart at *diner*, still open first, newest first. One query."""
    return (
        Quarantaine.objects.filter(diner=diner)
        .select_related("tafel", "bestemd", "apparaat", "afgehandeld_door", "opgeschreven")
        .order_by(F("afgehandeld_at").asc(nulls_first=True), "-received_at", "-pk")
    )


def full_tafels(diner: Diner) -> QuerySet[Tafel]:
    """Tables of which so much lies apart that the next large op may stay on its tablet. One query."""
    open_rij = Q(quarantaines__afgehandeld_at=None, quarantaines__pk__isnull=False)
    vol = Sum(F("quarantaines__omvang") + PER_QUARANTAINE, filter=open_rij)
    return diner.tafels.annotate(vol=vol).filter(vol__gt=MAX_QUARANTAINE * 0.95).order_by("nummer")


def versies_of(bijdrage: Bijdrage) -> QuerySet[BijdrageVersie]:
    """Every version of a note, newest first, with the tablet and its table, or the member, that made it. One query."""
    return bijdrage.versies.select_related("apparaat__toegang__tafel", "gebruiker").order_by("-rev")
