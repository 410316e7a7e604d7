"""The Word template of an organisation."""

from __future__ import annotations

from django.db import models

from denkdiner.constraints import not_blank
from sessions.models import Gebruiker, Reeks


class Sjabloon(models.Model):
    """The .docx on which the report of a reeks is made: its styles, header, footer and logo.

    In the database, so that a backup of it is a backup of everything; made harmless before it was kept
    (``synthesis.exports.sjabloon``).
    """

    reeks = models.OneToOneField(Reeks, models.CASCADE, related_name="sjabloon")
    naam = models.CharField("naam", max_length=120)
    """As the file was called."""
    data = models.BinaryField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="sjablonen"
    )

    class Meta:
        verbose_name = "sjabloon"
        verbose_name_plural = "sjablonen"
        ordering = ["pk"]
        constraints = [not_blank("naam")]

    def __str__(self) -> str:
        return self.naam
