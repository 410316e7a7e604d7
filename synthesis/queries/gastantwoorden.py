"""For the team: which threads guests may read, and what they said of it. A source of its own, never counted as tables."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from capture.queries import MIN_STEMMEN
from sessions.models import Diner, Gast, Stelling
from synthesis.models import Gastantwoord, Gastdraad, Herkend, RodeDraad
from synthesis.queries.handout import naming
from synthesis.queries.terugkoppeling import discussed, draden_by_stelling, names_someone
from synthesis.queries.werkbank import Draadkaart, kaart_met

MAX_TEKSTEN = 100
"""Of one thread on the page of a diner; the page of that thread alone has them all."""


# --- what may be read -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keuze:
    """A thread that a reporter may let guests read."""

    kaart: Draadkaart
    is_vrij: bool
    noemt: bool
    """It names a guest or holds an address: guests do not read it, whatever the reporter chose."""


def gastkeuzes_of(diner: Diner) -> list[tuple[Stelling, list[Keuze]]]:
    """The threads of *diner* by stelling; stellingen without any are left out. Six queries."""
    vrij = set(Gastdraad.objects.filter(rode_draad__diner=diner).values_list("rode_draad", flat=True))
    noemt = naming(Gast.objects.filter(diner=diner).values_list("naam", flat=True))
    draden = draden_by_stelling(RodeDraad.objects.filter(diner=diner))
    besproken = discussed(diner)
    return [
        (
            stelling,
            [
                Keuze(kaart_met(d, besproken.get(stelling.pk, 0)), d.pk in vrij, names_someone(d, noemt))
                for d in draden[stelling.pk]
            ],
        )
        for stelling in diner.stellingen.order_by("nummer")
        if draden[stelling.pk]
    ]


# --- what they said -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gastoordeel:
    """What guests said of one thread, or of the evening."""

    titel: str
    """As it is called now, or was when it was there; empty for the evening."""
    draad: RodeDraad | None
    aantal: int
    herkend: tuple[tuple[str, int], ...]
    """How many chose what; empty under ``MIN_STEMMEN``: of so few, a number tells who it was."""
    eerder: tuple[str, ...]
    """Other titles under which guests read it."""
    teksten: tuple[Gastantwoord, ...]
    meer: int = 0
    """Texts that are left out here."""

    @property
    def te_weinig(self) -> int:
        """How many choices are missing before they are shown; 0 when they are, or when nothing was to be chosen."""
        return 0 if self.herkend or not self.titel else MIN_STEMMEN


def gastoordelen_of(diner: Diner) -> list[Gastoordeel]:
    """What guests said, by stelling and thread; then of threads that are gone, then of the evening. One query."""
    per_zaak: dict[tuple[RodeDraad | None, str], list[Gastantwoord]] = defaultdict(list)
    antwoorden = Gastantwoord.objects.filter(terugkoppeling__diner=diner)
    for antwoord in antwoorden.select_related("rode_draad__stelling").order_by("pk"):
        draad = antwoord.rode_draad
        if (
            draad is not None and draad.verwijderd_at is not None
        ):  # put away: it may come back, but not for guests now
            draad = None
        per_zaak[draad, "" if draad else antwoord.over].append(antwoord)

    def place(zaak: tuple[RodeDraad | None, str]) -> tuple[int, int, int, str]:
        draad, over = zaak
        if draad is None:
            return (1 if over else 2, 0, 0, over)
        return (0, draad.stelling.nummer if draad.stelling else 0, draad.volgorde, "")

    return [_gastoordeel(*zaak, per_zaak[zaak], MAX_TEKSTEN) for zaak in sorted(per_zaak, key=place)]


def gastoordelen_over(draden: Iterable[RodeDraad]) -> dict[int, Gastoordeel]:
    """What guests said of each of *draden*, all of it, by pk; one of which nobody said a thing is left out. One query."""
    per_pk = {draad.pk: draad for draad in draden}
    gezegd: dict[int, list[Gastantwoord]] = defaultdict(list)
    for antwoord in Gastantwoord.objects.filter(rode_draad__in=per_pk).order_by("pk"):
        if antwoord.rode_draad_id is not None:
            gezegd[antwoord.rode_draad_id].append(antwoord)
    return {pk: _gastoordeel(per_pk[pk], "", antwoorden) for pk, antwoorden in gezegd.items()}


def gastoordeel_over(draad: RodeDraad) -> Gastoordeel | None:
    """What guests said of one thread, all of it; None when nobody did. One query."""
    return gastoordelen_over([draad]).get(draad.pk)


def _gastoordeel(
    draad: RodeDraad | None, over: str, antwoorden: Iterable[Gastantwoord], hoogstens: int | None = None
) -> Gastoordeel:
    antwoorden = tuple(antwoorden)
    teksten = tuple(antwoord for antwoord in antwoorden if antwoord.tekst)
    geteld = Counter(antwoord.herkend for antwoord in antwoorden if antwoord.herkend)
    genoeg = sum(geteld.values()) >= MIN_STEMMEN
    titel = draad.titel if draad else over
    return Gastoordeel(
        titel=titel,
        draad=draad,
        aantal=len(antwoorden),
        herkend=tuple((keuze.label, geteld[keuze.value]) for keuze in Herkend) if genoeg else (),
        eerder=tuple(sorted({antwoord.over for antwoord in antwoorden} - {titel})),
        teksten=teksten[:hoogstens],
        meer=max(0, len(teksten) - hoogstens) if hoogstens else 0,
    )
