"""How a reeks looks on paper, beside its two colours. Words: ``docs/begrippen.md``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denkdiner.constraints import one_of
from sessions.models.programma import Reeks


class Logosoort(models.TextChoices):
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"


class Logo(models.Model):
    """The logo of a reeks, made anew from what was sent (``denkdiner.pictures``).

    In the database, so that a backup of it is a backup of everything; a row of its own, so that nobody who asks for a reeks
    has to carry it along.
    """

    reeks = models.OneToOneField(Reeks, models.CASCADE, related_name="logo")
    data = models.BinaryField()
    soort = models.CharField(max_length=20, choices=Logosoort.choices)
    breed = models.PositiveSmallIntegerField()
    hoog = models.PositiveSmallIntegerField()
    """Pixels."""

    class Meta:
        verbose_name = "logo"
        verbose_name_plural = "logo’s"
        ordering = ["pk"]
        constraints = [
            one_of("soort", Logosoort),
            models.CheckConstraint(condition=Q(breed__gte=1, hoog__gte=1), name="diners_logo_heeft_maat"),
        ]

    def __str__(self) -> str:
        return f"Logo van {self.reeks}"
