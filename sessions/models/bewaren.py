"""How long what is known of people is kept, and who was told. Words: ``docs/begrippen.md``."""

from __future__ import annotations

from django.db import models

from sessions.models.leden import Gebruiker
from sessions.models.programma import Reeks


class Herinnering(models.Model):
    """An organisator was told by e-mail that the data of a reeks is kept until ``voor``: once for each of the moments."""

    reeks = models.ForeignKey(Reeks, models.CASCADE, related_name="herinneringen")
    gebruiker = models.ForeignKey(Gebruiker, models.CASCADE, related_name="herinneringen")
    voor = models.DateField()
    """The date it was about: with another date everybody is told again."""
    dagen = models.PositiveSmallIntegerField()
    """Which moment: so many days before that date, or 0 from that day on."""
    claimed_at = models.DateTimeField()
    """When somebody took it to send it."""
    sent_at = models.DateTimeField(null=True, blank=True)
    """None: it is being sent, or whoever sent it died."""

    class Meta:
        verbose_name = "herinnering"
        verbose_name_plural = "herinneringen"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reeks", "gebruiker", "voor", "dagen"], name="diners_herinnering_eenmaal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reeks}: {self.dagen} dagen voor {self.voor}"
