"""The report: what people wrote by section, and its versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denkdiner.constraints import one_of
from sessions.models import Gebruiker, Reeks, Stelling


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
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "verslag"
        verbose_name_plural = "verslagen"
        constraints = [one_of("status", Verslagstatus)]

    def __str__(self) -> str:
        return self.titel or f"Verslag van {self.reeks}"


class Verslagdeel(models.Model):
    """What a person wrote for one section; a section without one is generated from the data."""

    verslag = models.ForeignKey(Verslag, models.CASCADE, related_name="delen")
    sleutel = models.CharField(max_length=60, blank=True)
    """Which fixed section: "over", "1.1", "1.2", "1.3", "3", "4"; empty for the section of a stelling."""
    stelling = models.ForeignKey(Stelling, models.CASCADE, null=True, blank=True, related_name="verslagdelen")
    """Whose "Rode draad" this is. By record and not by number: stellingen may change places."""
    tekst = models.TextField("tekst")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="verslagdelen"
    )

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
            models.CheckConstraint(
                condition=Q(sleutel="", stelling__isnull=False) | (~Q(sleutel="") & Q(stelling=None)),
                name="synthesis_verslagdeel_sleutel_of_stelling",
            ),
        ]

    def __str__(self) -> str:
        return self.plaats

    @property
    def plaats(self) -> str:
        """The section in the report: "1.1", or "2.<diner>.<stelling>" as they are numbered now."""
        if self.stelling is None:
            return self.sleutel
        return f"2.{self.stelling.diner.nummer}.{self.stelling.nummer}"


class Verslagversie(models.Model):
    """The report as it stood at one moment: its content tree as JSON, never changed afterwards."""

    verslag = models.ForeignKey(Verslag, models.CASCADE, related_name="versies")
    nummer = models.PositiveIntegerField()
    inhoud = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="verslagversies"
    )

    class Meta:
        verbose_name = "versie van een verslag"
        verbose_name_plural = "versies van verslagen"
        ordering = ["-nummer"]
        constraints = [
            models.UniqueConstraint(fields=["verslag", "nummer"], name="synthesis_verslagversie_uniek")
        ]

    def __str__(self) -> str:
        return f"{self.verslag}, versie {self.nummer}"
