"""Work that takes longer than a request may: a seating plan, a report. Words: ``docs/begrippen.md``."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from denkdiner.constraints import not_blank, one_of
from sessions.models.programma import Diner, Gebruiker, Reeks

STILTE = timedelta(seconds=60)
"""Without a heartbeat for so long, whoever worked on it is gone."""
MAX_MELDING = 300
BEWAARD = timedelta(hours=24)
"""How long the file of a task can be fetched."""


class Taakstatus(models.TextChoices):
    WACHT = "wacht", "Wacht op een andere taak"
    BEZIG = "bezig", "Bezig"
    KLAAR = "klaar", "Klaar"
    MISLUKT = "mislukt", "Mislukt"
    AFGEBROKEN = "afgebroken", "Afgebroken"


LOPEND = (Taakstatus.WACHT, Taakstatus.BEZIG)


class Taak(models.Model):
    """One piece of work in the background, and how far it is. What it makes is stored by its own service."""

    reeks = models.ForeignKey(Reeks, models.CASCADE, related_name="taken")
    diner = models.ForeignKey(Diner, models.CASCADE, null=True, blank=True, related_name="taken")
    soort = models.CharField("soort", max_length=40)
    """The name under which ``sessions.services.taken.register`` knows what to do."""
    status = models.CharField("status", max_length=20, choices=Taakstatus.choices, default=Taakstatus.WACHT)
    voortgang = models.PositiveSmallIntegerField("voortgang", default=0)
    """Percent."""
    opdracht = models.JSONField("opdracht", default=dict, blank=True)
    """What was asked, for whoever does it; nothing of any person."""
    melding = models.CharField("melding", max_length=MAX_MELDING, blank=True)
    """What it is doing, or what went wrong: one Dutch sentence without the name of anybody."""
    resultaat = models.JSONField("resultaat", default=dict, blank=True)
    gebruiker = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="taken")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "taak"
        verbose_name_plural = "taken"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["diner", "soort"],
                condition=Q(status__in=LOPEND, diner__isnull=False),
                name="diners_taak_een_per_diner",
            ),
            models.UniqueConstraint(
                fields=["reeks", "soort"],
                condition=Q(status__in=LOPEND, diner=None),
                name="diners_taak_een_per_reeks",
            ),
            models.CheckConstraint(condition=Q(voortgang__lte=100), name="diners_taak_voortgang_bereik"),
            models.CheckConstraint(
                condition=Q(status__in=LOPEND, finished_at=None)
                | Q(~Q(status__in=LOPEND), finished_at__isnull=False),
                name="diners_taak_klaar_heeft_eind",
            ),
            not_blank("soort"),
            one_of("status", Taakstatus),
        ]

    def __str__(self) -> str:
        return f"Taak {self.soort}: {self.get_status_display()}"

    @property
    def is_active(self) -> bool:
        """Waiting or being worked on, as far as was heard."""
        return self.status in LOPEND

    def is_gone(self, now: datetime) -> bool:
        """Nobody works on it any more: its process ended without a word."""
        return self.is_active and self.heartbeat_at < now - STILTE

    def status_at(self, now: datetime) -> Taakstatus:
        """Its status as a page should show it at *now*."""
        return Taakstatus.AFGEBROKEN if self.is_gone(now) else Taakstatus(self.status)


class Taakbestand(models.Model):
    """The file that a task made, to fetch. Sealed with the server's key, as it may hold links that open tables."""

    taak = models.OneToOneField(Taak, models.CASCADE, related_name="bestand")
    naam = models.CharField("naam", max_length=120)
    mime = models.CharField(max_length=100)
    verzegeld = models.BinaryField()

    class Meta:
        verbose_name = "bestand van een taak"
        verbose_name_plural = "bestanden van taken"
        ordering = ["pk"]
        constraints = [not_blank("naam"), not_blank("mime")]

    def __str__(self) -> str:
        return self.naam
