"""How what is planned came to be. Words: ``docs/begrippen.md``."""

from __future__ import annotations

from django.db import models

from denkdiner.constraints import max_length, not_blank, one_of
from sessions.models.leden import Gebruiker
from sessions.models.programma import Stelling, Stellingstatus

MAX_REDEN = 160
"""Characters: it also stands in the log."""


class Stellingversie(models.Model):
    """A stelling as it was until somebody changed it. Append-only."""

    stelling = models.ForeignKey(Stelling, models.CASCADE, related_name="versies")
    tekst = models.CharField("stelling", max_length=500)
    toelichting = models.TextField("toelichting", blank=True)
    doorvragen = models.JSONField("doorvragen", default=list, blank=True)
    status = models.CharField("status", max_length=20, choices=Stellingstatus.choices)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="stellingversies"
    )
    reden = models.CharField("reden", max_length=MAX_REDEN, blank=True)
    """Why its text was changed though the tables had talked about it; empty before that."""

    class Meta:
        verbose_name = "eerdere versie van een stelling"
        verbose_name_plural = "eerdere versies van een stelling"
        ordering = ["-replaced_at", "-pk"]
        constraints = [not_blank("tekst"), max_length("reden", MAX_REDEN), one_of("status", Stellingstatus)]

    def __str__(self) -> str:
        return self.tekst
