"""What is looked at when somebody searches."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from capture.models import Bijdrage
from sessions.models import Reeks
from synthesis.models.draden import RodeDraad


class Zoekregel(models.Model):
    """The words of one note or one thread, as ``synthesis.zoektaal`` writes them; made again when it changed.

    Searching fills it (``services.refresh_zoekregels``), never saving: a note costs its table nothing for being found later.
    What a database looks in hangs on this table, by its migration: in PostgreSQL a column "vector" with a GIN index, in
    SQLite a table for FTS5. A row goes with its note or thread, and with it what was made of it.
    """

    # no index of its own: the one below begins with it
    reeks = models.ForeignKey(Reeks, models.CASCADE, related_name="zoekregels", db_index=False)
    bijdrage = models.OneToOneField(Bijdrage, models.CASCADE, null=True, blank=True, related_name="zoekregel")
    draad = models.OneToOneField(RodeDraad, models.CASCADE, null=True, blank=True, related_name="zoekregel")
    rev = models.PositiveIntegerField()
    """Of which ``rev`` of the note, or ``version`` of the thread, these are the words."""
    woorden = models.TextField()

    class Meta:
        verbose_name = "zoekregel"
        verbose_name_plural = "zoekregels"
        indexes = [models.Index(fields=["reeks", "rev"], name="zoekregel_stand", condition=Q(draad=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(bijdrage__isnull=False, draad=None) | Q(bijdrage=None, draad__isnull=False),
                name="synthesis_zoekregel_van_bijdrage_of_draad",
            ),
        ]

    def __str__(self) -> str:
        return f"woorden van {self.bijdrage_id or self.draad_id}"
