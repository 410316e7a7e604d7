"""What calendars are told. Words: ``docs/begrippen.md``."""

from __future__ import annotations

from django.db import models

from sessions.models.programma import Diner, Reeks


class Agendalink(models.Model):
    """The address to which members subscribe their calendar. Of it only a hash is stored; a new one closes the old one."""

    reeks = models.OneToOneField(Reeks, models.CASCADE, related_name="agendalink")
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "agendalink"
        verbose_name_plural = "agendalinks"

    def __str__(self) -> str:
        return f"Agendalink van {self.reeks_id}"


class Agendastand(models.Model):
    """What calendars were last told about a diner, and how often that changed."""

    diner = models.OneToOneField(Diner, models.CASCADE, related_name="agendastand")
    vingerafdruk = models.CharField(max_length=64)
    """SHA-256 of when, where and what."""
    volgnummer = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "stand in de agenda"
        verbose_name_plural = "standen in de agenda"

    def __str__(self) -> str:
        return f"{self.diner_id}: {self.volgnummer}"
