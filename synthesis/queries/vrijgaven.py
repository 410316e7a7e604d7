"""Reads of what the scherm may show: for the projector, for the regie, and for the buttons of a verslaglegger."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sessions.models import Diner
from synthesis import schermblad
from synthesis.drafting import breedte_woord
from synthesis.models import Vrijgave


def vingerafdruk(tekst: str) -> str:
    """Says which text a person was looking at, in 16 characters."""
    return hashlib.sha256(tekst.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Schermregel:
    """One title or quote as the scherm shows it: the copy, never what is written now."""

    vrijgave: Vrijgave

    @property
    def tekst(self) -> str:
        return self.vrijgave.tekst

    @property
    def is_quote(self) -> bool:
        return self.vrijgave.bijdrage_id is not None

    @property
    def breedte(self) -> str:
        """ "aan de meeste tafels"; empty for a quote, and for a thread without notes of tables."""
        if not self.vrijgave.tafels:
            return ""
        return f"aan {breedte_woord(self.vrijgave.tafels, self.vrijgave.besproken or 0)}"


@dataclass(frozen=True, slots=True)
class Schermblad:
    """What stands on the scherm now, oldest first, and how large (1 = largest)."""

    maat: int
    draden: tuple[Schermregel, ...]
    quotes: tuple[Schermregel, ...]


def _newest_first(vrijgaven: Any) -> list[Schermregel]:
    return [Schermregel(vrijgave) for vrijgave in vrijgaven.order_by("-vrijgegeven_at", "-pk")]


def schermblad_of(diner: Diner) -> Schermblad:
    """What the scherm of *diner* shows: only what was released, and as much of it as fits. One query."""
    maat, regels = schermblad.fit(_newest_first(diner.vrijgaven.standing()))
    return Schermblad(
        maat,
        tuple(regel for regel in reversed(regels) if not regel.is_quote),
        tuple(regel for regel in reversed(regels) if regel.is_quote),
    )


@dataclass(frozen=True, slots=True)
class Vrijgaveregel(Schermregel):
    """A thread or a note as the regie sees it: the copy, what it says now, and where it stands."""

    op_scherm: bool

    @property
    def sleutel(self) -> str:
        """The same for every vrijgave of this thread or note: where the focus goes back to."""
        return f"b{self.vrijgave.bijdrage_id}" if self.is_quote else f"d{self.vrijgave.rode_draad_id}"

    @property
    def nu(self) -> str:
        """What the thread or the note says now: what the button shows."""
        bijdrage, draad = self.vrijgave.bijdrage, self.vrijgave.rode_draad
        return bijdrage.tekst if bijdrage is not None else draad.titel if draad is not None else ""

    @property
    def gezien(self) -> str:
        """Goes along with the button: the text that the regie saw."""
        return vingerafdruk(self.nu)

    @property
    def is_gewijzigd(self) -> bool:
        return self.nu != self.tekst

    @property
    def is_verwijderd(self) -> bool:
        bijdrage = self.vrijgave.bijdrage
        return bijdrage is not None and bijdrage.is_deleted

    @property
    def is_teruggenomen(self) -> bool:
        """Its table had deleted it since: it left the screen, also when it came back."""
        return self.is_verwijderd or bool(self.vrijgave.teruggenomen)  # type: ignore[attr-defined]

    @property
    def is_niet_letterlijk(self) -> bool:
        bijdrage = self.vrijgave.bijdrage
        return bijdrage is not None and not bijdrage.letterlijk

    @property
    def is_te_lang(self) -> bool:
        return not schermblad.is_showable(self.nu)

    @property
    def mag_getoond(self) -> bool:
        """Would releasing it now be allowed, and change anything?"""
        if self.is_verwijderd or self.is_niet_letterlijk or self.is_te_lang:
            return False
        return not self.vrijgave.is_released or self.is_gewijzigd or self.is_teruggenomen


@dataclass(frozen=True, slots=True)
class Vrijgavelijst:
    """What was offered and what was released, for the regie."""

    aangeboden: tuple[Vrijgaveregel, ...]
    """Oldest first: in the order in which somebody asked."""
    vrijgegeven: tuple[Vrijgaveregel, ...]
    """Newest first."""

    @property
    def op_scherm(self) -> int:
        """How many of them the scherm shows."""
        return sum(regel.op_scherm for regel in self.vrijgegeven)

    @property
    def past_niet(self) -> int:
        """How many were released and do not fit any more."""
        return sum(not regel.op_scherm and not regel.is_teruggenomen for regel in self.vrijgegeven)


def vrijgaven_of(diner: Diner) -> Vrijgavelijst:
    """Everything of *diner* that was offered or released and not withdrawn. One query."""
    vrijgaven = list(
        diner.vrijgaven.live()
        .with_teruggenomen()
        .select_related("rode_draad__stelling", "bijdrage__tafel", "bijdrage__stelling", "aangeboden_door")
        .order_by("aangeboden_at", "pk")
    )
    vrijgegeven = sorted(
        (vrijgave for vrijgave in vrijgaven if vrijgave.is_released),
        key=lambda vrijgave: (vrijgave.vrijgegeven_at, vrijgave.pk),
        reverse=True,
    )
    regels = [Vrijgaveregel(vrijgave, op_scherm=False) for vrijgave in vrijgegeven]
    _, passend = schermblad.fit([regel for regel in regels if not regel.is_teruggenomen])
    zichtbaar = {regel.vrijgave.pk for regel in passend}
    return Vrijgavelijst(
        aangeboden=tuple(Vrijgaveregel(v, op_scherm=False) for v in vrijgaven if not v.is_released),
        vrijgegeven=tuple(Vrijgaveregel(v, op_scherm=v.pk in zichtbaar) for v in vrijgegeven),
    )


@dataclass(frozen=True, slots=True)
class Schermstanden:
    """Ids of the threads and the notes of a diner that somebody offered, and of those that were released."""

    aangeboden: frozenset[Any]
    vrijgegeven: frozenset[Any]


def schermstanden_of(diner: Diner) -> Schermstanden:
    """For the buttons "Zet op scherm". One query."""
    rijen = list(
        diner.vrijgaven.live().order_by("pk").values_list("rode_draad_id", "bijdrage_id", "vrijgegeven_at")
    )
    return Schermstanden(
        aangeboden=frozenset(draad or bijdrage for draad, bijdrage, sinds in rijen if sinds is None),
        vrijgegeven=frozenset(draad or bijdrage for draad, bijdrage, sinds in rijen if sinds is not None),
    )
