"""What a spreker brings: a portrait, and ideas for stellingen. Words: ``docs/begrippen.md``."""

from __future__ import annotations

from django.db import models

from denkdiner.constraints import max_length, not_blank
from sessions.models.programma import Optreden, Spreker, Stelling

MAX_PORTRET = 1_000_000
"""Bytes, after it was made small."""
MAX_IDEE = 500
"""As long as a stelling."""


class Portret(models.Model):
    """The picture of a spreker. A row of its own, so that no list of sprekers ever loads it."""

    spreker = models.OneToOneField(Spreker, models.CASCADE, related_name="portret")
    data = models.BinaryField()
    mime = models.CharField(max_length=40)
    vingerafdruk = models.CharField(max_length=64)
    """SHA-256 of *data*: a browser asks by it whether its copy is still the one."""
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "portret"
        verbose_name_plural = "portretten"
        ordering = ["pk"]
        constraints = [max_length("data", MAX_PORTRET), not_blank("mime")]

    def __str__(self) -> str:
        return f"Portret van {self.spreker}"


class IdeeQuerySet(models.QuerySet["Stellingidee"]):
    def open(self) -> IdeeQuerySet:
        """Neither taken over nor laid aside yet."""
        return self.filter(settled_at=None)


class Stellingidee(models.Model):
    """What a spreker suggests to talk about. It becomes a stelling only when an organiser takes it over."""

    optreden = models.ForeignKey(Optreden, models.CASCADE, related_name="ideeen")
    tekst = models.CharField("stelling", max_length=MAX_IDEE)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    """When it was taken over or laid aside."""
    stelling = models.OneToOneField(
        Stelling, models.SET_NULL, null=True, blank=True, related_name="idee", verbose_name="stelling"
    )
    """What it became; empty when it was laid aside, or when that stelling is gone."""

    objects = IdeeQuerySet.as_manager()

    class Meta:
        verbose_name = "idee voor een stelling"
        verbose_name_plural = "ideeën voor een stelling"
        ordering = ["made_at", "pk"]
        constraints = [
            not_blank("tekst"),
            max_length("tekst", MAX_IDEE),
            models.UniqueConstraint(fields=["optreden", "tekst"], name="diners_stellingidee_uniek"),
            models.CheckConstraint(
                condition=models.Q(stelling=None) | models.Q(settled_at__isnull=False),
                name="diners_stellingidee_overgenomen_is_klaar",
            ),
        ]

    def __str__(self) -> str:
        return self.tekst
