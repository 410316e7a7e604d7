"""What passes in the room: calls for help, messages to the tables, what the scherm shows, and the log of the evening."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from denkdiner.constraints import max_length, not_blank, one_of
from sessions.models.programma import Diner, Gebruiker, Reeks, Tafel

MAX_BERICHT = 300
"""Characters of a message to the tables: it has to be read at a glance."""


class Hulpvraag(models.Model):
    """A table asks the organiser to come: open until somebody came, or the table took it back (``settled_by`` empty)."""

    tafel = models.ForeignKey(Tafel, models.CASCADE, related_name="hulpvragen")
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="hulpvragen"
    )

    class Meta:
        verbose_name = "hulpvraag"
        verbose_name_plural = "hulpvragen"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tafel"], condition=Q(settled_at=None), name="diners_hulpvraag_een_open"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(settled_at__gte=F("asked_at")),
                name="diners_hulpvraag_klaar_na_vraag",
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | Q(settled_at__isnull=False),
                name="diners_hulpvraag_door_wie_is_klaar",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tafel} vraagt hulp"


class Bericht(models.Model):
    """A message of the organiser to one table, or to all of them (``tafel`` empty)."""

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="berichten")
    tafel = models.ForeignKey(Tafel, models.CASCADE, null=True, blank=True, related_name="berichten")
    tekst = models.CharField("bericht", max_length=MAX_BERICHT)
    afzender = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="berichten")
    sent_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "bericht"
        verbose_name_plural = "berichten"
        ordering = ["sent_at", "pk"]
        constraints = [
            not_blank("tekst"),
            max_length("tekst", MAX_BERICHT),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("sent_at")),
                name="diners_bericht_ingetrokken_na_versturen",
            ),
        ]

    def __str__(self) -> str:
        return self.tekst[:60]


class Gezien(models.Model):
    """Somebody at a table read a message."""

    bericht = models.ForeignKey(Bericht, models.CASCADE, related_name="gezien_door")
    tafel = models.ForeignKey(Tafel, models.CASCADE, related_name="geziene_berichten")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = "gezien bericht"
        verbose_name_plural = "geziene berichten"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["bericht", "tafel"], name="diners_gezien_eenmaal")]

    def __str__(self) -> str:
        return f"{self.bericht_id} gezien aan {self.tafel}"


class Beeld(models.TextChoices):
    """What the scherm shows. AVOND follows the draaiboek; the others stay until somebody chooses, or a ronde begins."""

    AVOND = "avond", "Volgt de avond"
    WELKOM = "welkom", "Welkom"
    PEILING = "peiling", "Peiling"
    DRADEN = "draden", "Eerste rode draden"
    PAUZE = "pauze", "Pauze"
    DANK = "dank", "Dank"


class Scherm(models.Model):
    """What the projector of a diner shows; a diner without one follows the evening."""

    diner = models.OneToOneField(Diner, models.CASCADE, related_name="scherm")
    beeld = models.CharField("beeld", max_length=8, choices=Beeld.choices, default=Beeld.AVOND)
    is_leeg = models.BooleanField("leeg", default=False)
    """The panic button: nothing at all, until somebody brings the beeld back."""
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "scherm"
        verbose_name_plural = "schermen"
        constraints = [one_of("beeld", Beeld)]

    def __str__(self) -> str:
        return "Leeg" if self.is_leeg else self.get_beeld_display()


MAX_WAT = 200
"""Characters of a line in the log."""
MAX_OVER = 220
"""Characters of what a line is about: number and title of a diner."""


class Logregel(models.Model):
    """Who did what when: append-only, in words. Never the text of a note or a message, never a guest.

    A line outlives its diner: ``over`` goes on saying which one that was.
    """

    reeks = models.ForeignKey(Reeks, models.CASCADE, related_name="logregels")
    diner = models.ForeignKey(Diner, models.SET_NULL, null=True, blank=True, related_name="logregels")
    over = models.CharField("over", max_length=MAX_OVER, blank=True)
    """The diner as it was called then; empty for a line about the reeks."""
    at = models.DateTimeField()
    gebruiker = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="logregels")
    wat = models.CharField("wat", max_length=MAX_WAT)

    class Meta:
        verbose_name = "logregel"
        verbose_name_plural = "logregels"
        ordering = ["-at", "-pk"]
        constraints = [
            not_blank("wat"),
            models.CheckConstraint(
                condition=Q(diner=None) | ~Q(over=""), name="diners_logregel_diner_staat_er_in_woorden"
            ),
        ]
        indexes = [models.Index(fields=["diner", "-at"], name="logregel_diner_nieuwste")]

    def __str__(self) -> str:
        return self.wat
