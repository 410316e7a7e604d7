"""What one person can take back and do again."""

from dataclasses import dataclass

from denkdiner.text import capital
from sessions.models import Gebruiker, Stelling
from synthesis.models import Handeling, HandelingQuerySet


def next_undo(eigen: HandelingQuerySet) -> Handeling | None:
    """Of somebody's own steps: the last that stands. One query."""
    return eigen.done().order_by("-pk").first()


def next_redo(eigen: HandelingQuerySet, laatste: Handeling | None) -> Handeling | None:
    """Of somebody's own steps: the first that was taken back after *laatste*, the last that stands. One query."""
    return eigen.undone().filter(pk__gt=laatste.pk if laatste else 0).order_by("pk").first()


@dataclass(frozen=True, slots=True)
class Journaalstand:
    """What undo and redo would do now, in words; empty when there is nothing."""

    ongedaan: str
    opnieuw: str


def journaal_of(stelling: Stelling, gebruiker: Gebruiker) -> Journaalstand:
    """For the buttons of *gebruiker* on the werkbank of *stelling*. Two queries."""
    eigen = Handeling.objects.filter(stelling=stelling, gebruiker=gebruiker).defer("voor", "na")
    terug = next_undo(eigen)
    weer = next_redo(eigen, terug)
    return Journaalstand(capital(terug.wat) if terug else "", capital(weer.wat) if weer else "")
