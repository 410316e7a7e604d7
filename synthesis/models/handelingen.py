"""What a verslaglegger did, so that it can be taken back."""

from __future__ import annotations

from django.db import models

from capture.models import Bijdrage
from denkdiner.constraints import one_of
from sessions.models import Diner, Gebruiker


class Handelingsoort(models.TextChoices):
    PLAATS = "plaats", "plaatste net een notitie"
    NIEUW = "nieuw", "begon net een rode draad"
    OPZIJ = "opzij", "legde net een notitie opzij"
    QUOTE = "quote", "koos net een quote"
    POOL = "pool", "zette net een notitie aan een kant"


class Handeling(models.Model):
    """One step of a verslaglegger in the inbox: what it did to a note, so that it can be taken back; else never changed.

    ``voor`` and ``na``: the place of the note as ``synthesis.services.inbox`` writes it; ``voor`` is null when it was loose.
    """

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="handelingen")
    gebruiker = models.ForeignKey(Gebruiker, models.CASCADE, related_name="handelingen")
    bijdrage = models.ForeignKey(Bijdrage, models.CASCADE, related_name="handelingen")
    soort = models.CharField("soort", max_length=8, choices=Handelingsoort.choices)
    voor = models.JSONField(null=True)
    na = models.JSONField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "handeling"
        verbose_name_plural = "handelingen"
        ordering = ["pk"]
        constraints = [one_of("soort", Handelingsoort)]
        indexes = [models.Index(fields=["diner", "gebruiker", "-id"], name="handeling_laatste")]

    def __str__(self) -> str:
        return f"{self.gebruiker} {self.get_soort_display()}: {self.bijdrage_id}"
