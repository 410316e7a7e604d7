"""What a report rests on, as rows: the same notes and threads, with the numbers by which files refer to them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from capture.models import Bijdrage, BijdrageQuerySet, Bron, Moment
from capture.queries import Uitslag, Verschuiving
from denkdiner.colours import readable
from sessions.models import Diner, Gast, Logo, Reeks
from synthesis.drafting import breedte_woord
from synthesis.exports.gegevens import Draadrij, Gastrij, Gegevens, Noot, Peilingtelling, Stellingrij
from synthesis.exports.inhoud import Huisstijl
from synthesis.exports.woorden import dutch_moment
from synthesis.models import RodeDraad, Verslagversie
from synthesis.queries.gedragen import Gedragen
from synthesis.redactie import codes_of

NOOTVELDEN = (
    *("tekst", "bron", "soort", "letterlijk", "standpunt", "horizon", "trefwoorden", "stelling"),
    *("diner__nummer", "tafel__nummer", "ronde__nummer"),
    *("onderbouwing__bijdrage", "onderbouwing__rode_draad", "onderbouwing__reden"),
)
"""All of a note that a file shows: of tens of thousands nothing more is read."""


class Plekken:
    """By which code a file refers to a note, and by which number to a thread. No query of its own."""

    def __init__(
        self,
        diners: Sequence[Diner],
        draden: Mapping[int | None, Sequence[Gedragen]],
        van_reeks: Sequence[RodeDraad],
        bijdragen: Iterable[UUID] = (),
    ) -> None:
        """*diners* with their stellingen prefetched; *draden*: of stellingen, by the id of their stelling; *bijdragen*: all
        that the file may refer to, none for what refers to no notes."""
        self._codes = codes_of(str(pk) for pk in bijdragen)
        self.met_noten = bool(self._codes)
        self._nummers = {draad.pk: f"R{plek}" for plek, draad in enumerate(van_reeks, start=1)}
        self.draad_van: dict[UUID, tuple[str, str]] = {}
        """Id of a note → number of its thread, and its rol there."""
        for diner in diners:
            for stelling in diner.stellingen.all():
                for plek, gedragen in enumerate(draden.get(stelling.pk, ()), start=1):
                    nummer = f"{diner.nummer}.{stelling.nummer}.{plek}"
                    self._nummers[gedragen.draad.pk] = nummer
                    self.draad_van.update((rij.bijdrage, (nummer, rij.rol)) for rij in gedragen.steun)

    def code(self, pk: UUID) -> str:
        """Empty when no notes are referred to."""
        return self._codes.get(str(pk), "")

    def codes(self, bijdragen: Iterable[UUID]) -> tuple[str, ...]:
        return tuple(filter(None, map(self.code, bijdragen)))

    def nummer(self, pk: int) -> str:
        """Empty for a thread that is not in this report."""
        return self._nummers.get(pk, "")


def gegevens_of(
    diners: Sequence[Diner],
    bijdragen: BijdrageQuerySet,
    verschuivingen: Sequence[Verschuiving],
    draden: Mapping[int | None, Sequence[Gedragen]],
    van_reeks: Sequence[RodeDraad],
    plekken: Plekken,
    *,
    gasten: bool,
) -> Gegevens:
    """All that the report of *diners* rests on, with *bijdragen* by diner. One query, with *gasten* two."""
    stellingen = {
        stelling.pk: (diner.nummer, stelling.nummer)
        for diner in diners
        for stelling in diner.stellingen.all()
    }
    rijen = (
        bijdragen.select_related("diner", "tafel", "onderbouwing", "ronde")
        .only(*NOOTVELDEN)
        .order_by("diner__nummer", "created_at", "pk")
    )
    noten = tuple(_noot(bijdrage, stellingen, plekken) for bijdrage in rijen.iterator(chunk_size=2000))
    return Gegevens(
        noten=noten,
        draden=(*_stellingdraden(diners, noten, draden, plekken), *_reeksdraden(van_reeks, plekken)),
        stellingen=tuple(
            Stellingrij(diner.nummer, diner.titel, stelling.nummer, stelling.tekst)
            for diner in diners
            for stelling in diner.stellingen.all()
        ),
        peilingen=tuple(
            telling for een in verschuivingen for telling in _counts(een, stellingen[een.stelling.pk])
        ),
        gasten=_guests(diners) if gasten else (),
    )


def huisstijl_of(reeks: Reeks) -> Huisstijl:
    """Its colours as they can be read, and its logo. One query."""
    logo = Logo.objects.filter(reeks=reeks).first()
    eerste = readable(reeks.kleur, Huisstijl().kleur)
    return Huisstijl(
        eerste,
        readable(reeks.tweede_kleur, eerste),
        bytes(logo.data) if logo else b"",
        logo.soort if logo else "",
    )


def _noot(bijdrage: Bijdrage, stellingen: Mapping[int, tuple[int, int]], plekken: Plekken) -> Noot:
    rij = getattr(bijdrage, "onderbouwing", None)
    opzij = rij is not None and rij.rode_draad_id is None
    draad, rol = plekken.draad_van.get(bijdrage.pk, ("", ""))
    return Noot(
        code=plekken.code(bijdrage.pk),
        diner=bijdrage.diner.nummer,
        tafel=bijdrage.tafel.nummer if bijdrage.tafel else None,
        stelling=stellingen[bijdrage.stelling_id][1] if bijdrage.stelling_id else None,
        tekst=bijdrage.tekst,
        ronde=bijdrage.ronde.nummer if bijdrage.ronde else None,
        bron=bijdrage.bron,
        soort=bijdrage.soort,
        letterlijk=bijdrage.letterlijk,
        standpunt=bijdrage.standpunt,
        horizon=bijdrage.horizon,
        trefwoorden=tuple(bijdrage.trefwoorden),
        draad=draad,
        rol=rol,
        opzij=opzij,
        reden=rij.reden if opzij and rij else "",
    )


def _stellingdraden(
    diners: Sequence[Diner],
    noten: Iterable[Noot],
    draden: Mapping[int | None, Sequence[Gedragen]],
    plekken: Plekken,
) -> Iterable[Draadrij]:
    spraken = defaultdict(set)
    for noot in noten:
        if noot.bron == Bron.TAFEL:
            spraken[noot.diner, noot.stelling].add(noot.tafel)
    for diner in diners:
        for stelling in diner.stellingen.all():
            besproken = len(spraken[diner.nummer, stelling.nummer] - {None})
            for gedragen in draden.get(stelling.pk, ()):
                steun = gedragen.tafels(tegen=False)
                yield Draadrij(
                    nummer=plekken.nummer(gedragen.draad.pk),
                    diner=diner.nummer,
                    stelling=stelling.nummer,
                    breedte=breedte_woord(len(steun), besproken),
                    besproken=besproken,
                    steun=steun,
                    tegen=gedragen.tafels(tegen=True),
                    **_words_of(gedragen.draad),
                )


def _reeksdraden(van_reeks: Sequence[RodeDraad], plekken: Plekken) -> Iterable[Draadrij]:
    for draad in van_reeks:
        onder = (plekken.nummer(rij.draad_id) for rij in draad.onderbouwingen.all() if rij.draad_id)
        yield Draadrij(
            nummer=plekken.nummer(draad.pk), draden=tuple(sorted(filter(None, onder))), **_words_of(draad)
        )


def _words_of(draad: RodeDraad) -> dict[str, Any]:
    return {
        "titel": draad.titel,
        "tekst": draad.leestekst,
        "spanning": (draad.pool_a, draad.pool_b) if draad.has_spanning else None,
        "kernvraag": draad.kernvraag,
        "status": draad.status,
    }


def _counts(verschuiving: Verschuiving, waar: tuple[int, int]) -> Iterable[Peilingtelling]:
    def row(tafel: int | None, moment: str, uitslag: Uitslag | None) -> Iterable[Peilingtelling]:
        if uitslag is not None:
            yield Peilingtelling(*waar, tafel, moment, uitslag.eens, uitslag.oneens, uitslag.anders)

    yield from row(None, Moment.VOOR.value, verschuiving.voor)
    yield from row(None, Moment.NA.value, verschuiving.na)
    for rij in verschuiving.per_tafel:
        yield from row(rij.tafel, Moment.VOOR.value, rij.voor)
        yield from row(rij.tafel, Moment.NA.value, rij.na)


def _guests(diners: Sequence[Diner]) -> tuple[Gastrij, ...]:
    """Who did not sign off, by diner and name."""
    gasten = Gast.objects.filter(diner__in=diners, afgemeld=False).order_by("diner__nummer", "naam", "pk")
    return tuple(Gastrij(*rij) for rij in gasten.values_list("diner__nummer", "naam", "organisatie"))


def version_words(reeks: Reeks) -> str:
    """ "versie 3 van het verslag (24 november 2026 om 21.04 uur)"; of the texts as they are now when none was kept."""
    versie = Verslagversie.objects.filter(verslag__reeks=reeks).order_by("-nummer").defer("inhoud").first()
    if versie is None:
        return "de teksten zoals ze nu zijn; er is nog geen versie van het verslag bewaard"
    moment = dutch_moment(timezone.localtime(versie.created_at))
    return f"de teksten zoals ze nu zijn, na versie {versie.nummer} van het verslag ({moment})"
