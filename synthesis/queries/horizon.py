"""How far the notes of tables look, per diner and per stelling."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count

from capture.models import Bijdrage, BijdrageQuerySet, Horizon
from sessions.models import Diner, Reeks, Stelling
from synthesis.pictures import Horizonrij


def horizon_of_reeks(reeks: Reeks, diners: Sequence[Diner]) -> tuple[Horizonrij, tuple[Horizonrij, ...]]:
    """The whole reeks, and each of its *diners*. One query."""
    geteld = _counts(Bijdrage.objects.present().of_tables().filter(diner__reeks=reeks), "diner")
    rijen = tuple(_row(str(diner), geteld[diner.pk]) for diner in diners)
    return _sum("De hele reeks", geteld), rijen


def horizon_of_diner(
    diner: Diner, stellingen: Sequence[Stelling]
) -> tuple[Horizonrij, tuple[Horizonrij, ...]]:
    """The whole diner (also what is about no stelling), and each of its *stellingen*. One query."""
    geteld = _counts(Bijdrage.objects.present().of_tables().filter(diner=diner), "stelling")
    rijen = tuple(_row(f"Stelling {een.nummer}", geteld[een.pk]) for een in stellingen)
    return _sum(f"Diner {diner.nummer}", geteld), rijen


def _counts(bijdragen: BijdrageQuerySet, per: str) -> dict[int | None, dict[str, int]]:
    geteld: dict[int | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for waar, horizon, aantal in (
        bijdragen.order_by().values_list(per, "horizon").annotate(aantal=Count("pk"))
    ):
        geteld[waar][horizon] = aantal
    return geteld


def _row(naam: str, geteld: dict[str, int]) -> Horizonrij:
    return Horizonrij(
        naam,
        *(geteld.get(horizon, 0) for horizon in (Horizon.NU, Horizon.MIDDELLANG, Horizon.HORIZONJAAR, "")),
    )


def _sum(naam: str, geteld: dict[int | None, dict[str, int]]) -> Horizonrij:
    alles: dict[str, int] = defaultdict(int)
    for rij in geteld.values():
        for horizon, aantal in rij.items():
            alles[horizon] += aantal
    return _row(naam, alles)
