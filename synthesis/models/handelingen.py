"""What a verslaglegger did, so that it can be taken back and done again."""

from __future__ import annotations

import uuid

from django.db import models

from denkdiner.constraints import one_of
from sessions.models import Diner, Gebruiker, Stelling


class Handelingsoort(models.TextChoices):
    PLAATS = "plaats", "plaatste net een notitie"
    NIEUW = "nieuw", "begon net een rode draad"
    OPZIJ = "opzij", "legde net een notitie opzij"
    LOS = "los", "maakte net een notitie los"
    QUOTE = "quote", "koos net een quote"
    POOL = "pool", "zette net een notitie aan een kant"
    ROL = "rol", "gaf net een notitie een andere rol"
    HERNOEM = "hernoem", "gaf net een rode draad een andere titel"
    SAMEN = "samen", "voegde net twee rode draden samen"
    SPLITS = "splits", "splitste net een rode draad"
    ORDEN = "orden", "zette net rode draden in een andere volgorde"
    SCHUIF = "schuif", "zette net notities in een andere volgorde"
    VERWIJDER = "verwijder", "verwijderde net een rode draad"


class HandelingQuerySet(models.QuerySet["Handeling"]):
    def done(self) -> HandelingQuerySet:
        """Neither taken back nor passed over."""
        return self.filter(undone_at=None, passed_at=None)

    def undone(self) -> HandelingQuerySet:
        """Taken back, and not passed over: what may be done again."""
        return self.filter(undone_at__isnull=False, passed_at=None)


class Handeling(models.Model):
    """One step of a verslaglegger: what it did to notes and threads, so that it can be taken back and done again.

    ``voor`` and ``na`` hold, as ``synthesis.services.journaal`` writes them, only what the step changed: ``notities`` (pk
    of a note → its place; null when it was loose) and ``draden`` (pk of a thread → fields). ``undone_at``: taken back.
    ``passed_at``: could not be taken back (or done again), because somebody else changed the same since.
    """

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="handelingen")
    stelling = models.ForeignKey(Stelling, models.CASCADE, null=True, blank=True, related_name="handelingen")
    """Whose werkbank; null for a note about no stelling."""
    gebruiker = models.ForeignKey(Gebruiker, models.CASCADE, related_name="handelingen")
    soort = models.CharField("soort", max_length=9, choices=Handelingsoort.choices)
    wat = models.CharField("wat", max_length=500)
    """What was done, in words without a capital or a full stop."""
    voor = models.JSONField()
    na = models.JSONField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)

    objects = HandelingQuerySet.as_manager()

    class Meta:
        verbose_name = "handeling"
        verbose_name_plural = "handelingen"
        ordering = ["pk"]
        constraints = [one_of("soort", Handelingsoort)]
        indexes = [
            models.Index(fields=["diner", "gebruiker", "-id"], name="handeling_laatste"),
            models.Index(fields=["stelling", "gebruiker", "-id"], name="handeling_van_werkbank"),
        ]

    def __str__(self) -> str:
        return f"{self.gebruiker} {self.get_soort_display()}"

    @property
    def bijdrage_id(self) -> uuid.UUID | None:
        """The note, when the step was about just one."""
        notities = self.na["notities"]
        return uuid.UUID(next(iter(notities))) if len(notities) == 1 else None

    @property
    def begon(self) -> int | None:
        """The pk of the thread that the step began, if it did."""
        if self.soort not in (Handelingsoort.NIEUW, Handelingsoort.SPLITS):
            return None
        return next((int(pk) for pk in self.voor["draden"]), None)
