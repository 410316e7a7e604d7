"""The report: what people wrote by section, and its versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denkdiner.constraints import not_blank, one_of
from sessions.models import Gebruiker, Reeks, Stelling
from synthesis.models.redactie import MAX_REDEN_AANVAARDING, Opmerkingvorm

MAX_TOELICHTING = 200


class Verslagstatus(models.TextChoices):
    CONCEPT = "concept", "Concept"
    IN_REVIEW = "in_review", "In review"
    VASTGESTELD = "vastgesteld", "Vastgesteld"


class Verslag(models.Model):
    """The report of a reeks: what people wrote by section, its state, and the versions that were made of it."""

    reeks = models.OneToOneField(Reeks, models.CASCADE, related_name="verslag")
    titel = models.CharField("titel", max_length=200, blank=True)
    status = models.CharField(
        "status", max_length=12, choices=Verslagstatus.choices, default=Verslagstatus.CONCEPT
    )
    version = models.PositiveIntegerField(default=0)
    """How often its status changed: what a person looked at who wants to change it."""
    vast_nummer = models.PositiveIntegerField(null=True, blank=True)
    """Which version was vastgesteld; by number, for that version is never changed or taken away by itself."""
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "verslag"
        verbose_name_plural = "verslagen"
        constraints = [
            one_of("status", Verslagstatus),
            models.CheckConstraint(
                condition=Q(status="vastgesteld", vast_nummer__isnull=False)
                | (~Q(status="vastgesteld") & Q(vast_nummer=None)),
                name="synthesis_verslag_vastgesteld_heeft_versie",
            ),
        ]

    def __str__(self) -> str:
        return self.titel or f"Verslag van {self.reeks}"

    @property
    def is_vast(self) -> bool:
        return self.status == Verslagstatus.VASTGESTELD


class VanDeel(models.Model):
    """Something about one section of a report."""

    sleutel = models.CharField(max_length=60, blank=True)
    """Which fixed section: "over", "1.1", "1.2", "1.3", "3", "4"; empty for the section of a stelling."""
    stelling = models.ForeignKey(Stelling, models.CASCADE, null=True, blank=True, related_name="+")
    """Whose section this is. By record and not by number: stellingen may change places."""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(sleutel="", stelling__isnull=False) | (~Q(sleutel="") & Q(stelling=None)),
                name="%(app_label)s_%(class)s_sleutel_of_stelling",
            )
        ]

    @property
    def plaats(self) -> str:
        """The section in the report: "1.1", or "2.<diner>.<stelling>" as they are numbered now."""
        if self.stelling is None:
            return self.sleutel
        return f"2.{self.stelling.diner.nummer}.{self.stelling.nummer}"


class Verslagdeel(VanDeel):
    """What a person wrote for one section; a section without one is generated from the data."""

    verslag = models.ForeignKey(Verslag, models.CASCADE, related_name="delen")
    tekst = models.TextField("tekst")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="verslagdelen"
    )
    bron = models.TextField(blank=True)
    """What the app made of this section when a person last held the text against it."""
    bron_at = models.DateTimeField(null=True, blank=True)
    """When that was; null: nobody knows, for the text is older than this question."""
    bron_by = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "deel van een verslag"
        verbose_name_plural = "delen van verslagen"
        ordering = ["sleutel", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["verslag", "sleutel"],
                condition=Q(stelling=None),
                name="synthesis_verslagdeel_uniek",
            ),
            models.UniqueConstraint(fields=["verslag", "stelling"], name="synthesis_verslagdeel_stelling"),
            *VanDeel.Meta.constraints,
        ]

    def __str__(self) -> str:
        return self.plaats


class Verslagopmerking(VanDeel, Opmerkingvorm):
    """What somebody of the team remarks about a section of the report."""

    verslag = models.ForeignKey(Verslag, models.CASCADE, related_name="opmerkingen")

    class Meta(Opmerkingvorm.Meta):
        verbose_name = "opmerking bij het verslag"
        verbose_name_plural = "opmerkingen bij verslagen"
        constraints = [*Opmerkingvorm.Meta.constraints, *VanDeel.Meta.constraints]


class Puntsoort(models.TextChoices):
    """What stands in the way of a report that is vastgesteld."""

    SCHRIJVEN = "schrijven", "Nog te schrijven"
    DRAAD = "draad", "Rode draad niet vastgesteld"
    DRAADBRON = "draadbron", "Bronnen van een rode draad gewijzigd"
    BRON = "bron", "Bron gewijzigd"
    OPMERKING = "opmerking", "Open opmerkingen"


AANVAARDBAAR = frozenset({Puntsoort.SCHRIJVEN, Puntsoort.BRON, Puntsoort.DRAADBRON})
"""What a person may let stand, with a reason. A thread and a remark are each settled in their own place."""


class Verslagaanvaarding(models.Model):
    """Why one point may stand. ``vingerafdruk`` is of that very point: of another text or change it says nothing."""

    verslag = models.ForeignKey(Verslag, models.CASCADE, related_name="aanvaardingen")
    soort = models.CharField("soort", max_length=9, choices=Puntsoort.choices)
    vingerafdruk = models.CharField(max_length=64)
    reden = models.CharField("reden", max_length=MAX_REDEN_AANVAARDING)
    accepted_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "aanvaard punt van een verslag"
        verbose_name_plural = "aanvaarde punten van verslagen"
        ordering = ["accepted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["verslag", "vingerafdruk"], name="synthesis_verslagaanvaarding_uniek"
            ),
            not_blank("reden"),
            models.CheckConstraint(
                condition=Q(soort__in=sorted(AANVAARDBAAR)), name="synthesis_verslagaanvaarding_soort_bekend"
            ),
        ]

    def __str__(self) -> str:
        return self.reden


class Verslagversie(models.Model):
    """The report as it stood at one moment: its content tree as JSON (``synthesis.exports.opslag``).

    Never changed afterwards: a trigger of the database refuses it; only ``created_by`` may be forgotten.
    """

    verslag = models.ForeignKey(Verslag, models.CASCADE, related_name="versies")
    nummer = models.PositiveIntegerField()
    inhoud = models.JSONField()
    afdruk = models.CharField(max_length=64, blank=True)
    """Of the rows under it, which are not kept with it: did a note change since?"""
    status = models.CharField(
        "status", max_length=12, choices=Verslagstatus.choices, default=Verslagstatus.CONCEPT
    )
    toelichting = models.CharField("toelichting", max_length=MAX_TOELICHTING, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="verslagversies"
    )

    class Meta:
        verbose_name = "versie van een verslag"
        verbose_name_plural = "versies van verslagen"
        ordering = ["-nummer"]
        constraints = [
            models.UniqueConstraint(fields=["verslag", "nummer"], name="synthesis_verslagversie_uniek"),
            one_of("status", Verslagstatus),
        ]

    def __str__(self) -> str:
        return f"{self.verslag}, versie {self.nummer}"
