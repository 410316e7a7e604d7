"""What may stand on the scherm."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from capture.models import Bijdrage, BijdrageVersie, Versiesoort
from denkdiner.constraints import not_blank
from sessions.models import Diner, Gebruiker
from synthesis.models.draden import RodeDraad


def _deleted_since() -> Exists:
    """Its table put the note in the bin after it was copied, even if it came back since."""
    return Exists(
        BijdrageVersie.objects.filter(
            bijdrage=OuterRef("bijdrage"), kind=Versiesoort.DELETE, rev__gt=OuterRef("rev"), apart=False
        )
    )


class VrijgaveQuerySet(models.QuerySet["Vrijgave"]):
    def live(self) -> VrijgaveQuerySet:
        """Offered or released, and not withdrawn."""
        return self.filter(ingetrokken_at=None)

    def with_teruggenomen(self) -> VrijgaveQuerySet:
        """With ``teruggenomen``: those who said it deleted it since, even if it came back."""
        return self.annotate(teruggenomen=_deleted_since())

    def standing(self) -> VrijgaveQuerySet:
        """What the scherm may show: released, not withdrawn, and not taken back by those who said it."""
        present = Q(bijdrage=None) | Q(bijdrage__deleted_at=None)
        return self.live().filter(present, ~_deleted_since(), vrijgegeven_at__isnull=False)


class Vrijgave(models.Model):
    """A thread or a note for the scherm: offered by a verslaglegger, released and withdrawn by the regie.

    ``tekst`` is a copy of what the scherm shows, made when it was offered and made again when it is released: whatever is
    written later never changes the projector by itself. A note that its table deletes leaves the screen at once.
    """

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="vrijgaven")
    rode_draad = models.ForeignKey(RodeDraad, models.CASCADE, null=True, blank=True, related_name="vrijgaven")
    bijdrage = models.ForeignKey(Bijdrage, models.CASCADE, null=True, blank=True, related_name="vrijgaven")
    tekst = models.TextField("tekst")
    """The title of the thread, or the words of the note."""
    rev = models.PositiveIntegerField()
    """Which version of the thread or the note was copied."""
    tafels = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many tables supported the thread then; empty for a note, and for a thread of no stelling."""
    besproken = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many tables had discussed its stelling then."""
    aangeboden_at = models.DateTimeField()
    aangeboden_door = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="aangeboden_vrijgaven"
    )
    vrijgegeven_at = models.DateTimeField(null=True, blank=True)
    vrijgegeven_door = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="vrijgaven"
    )
    ingetrokken_at = models.DateTimeField(null=True, blank=True)

    objects = VrijgaveQuerySet.as_manager()

    class Meta:
        verbose_name = "vrijgave"
        verbose_name_plural = "vrijgaven"
        ordering = ["aangeboden_at", "pk"]
        constraints = [
            not_blank("tekst"),
            models.CheckConstraint(
                condition=Q(rode_draad=None, bijdrage__isnull=False)
                | Q(rode_draad__isnull=False, bijdrage=None),
                name="synthesis_vrijgave_draad_of_bijdrage",
            ),
            models.CheckConstraint(
                condition=Q(tafels=None, besproken=None)
                | Q(
                    tafels__isnull=False,
                    besproken__isnull=False,
                    bijdrage=None,
                    tafels__lte=F("besproken"),
                ),
                name="synthesis_vrijgave_breedte_van_draad",
            ),
            models.CheckConstraint(
                condition=Q(vrijgegeven_at=None) | Q(vrijgegeven_at__gte=F("aangeboden_at")),
                name="synthesis_vrijgave_na_aanbod",
            ),
            models.CheckConstraint(
                condition=Q(vrijgegeven_door=None) | Q(vrijgegeven_at__isnull=False),
                name="synthesis_vrijgave_door_wie_is_vrijgegeven",
            ),
            models.CheckConstraint(
                condition=Q(ingetrokken_at=None)
                | Q(vrijgegeven_at=None, ingetrokken_at__gte=F("aangeboden_at"))
                | Q(vrijgegeven_at__isnull=False, ingetrokken_at__gte=F("vrijgegeven_at")),
                name="synthesis_vrijgave_intrekken_komt_laatst",
            ),
            models.UniqueConstraint(
                fields=["rode_draad"],
                condition=Q(ingetrokken_at=None),
                name="synthesis_vrijgave_een_per_draad",
            ),
            models.UniqueConstraint(
                fields=["bijdrage"],
                condition=Q(ingetrokken_at=None),
                name="synthesis_vrijgave_een_per_bijdrage",
            ),
        ]

    def __str__(self) -> str:
        return self.tekst[:60]

    @property
    def is_released(self) -> bool:
        return self.vrijgegeven_at is not None
