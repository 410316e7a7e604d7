"""What goes back to the guests, and what they say of it. Choices: ``docs/decisions/0021-terugkoppeling.md``."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from denkdiner.constraints import max_length, not_blank, one_of
from sessions.models import Diner, Gebruiker, Tafel
from synthesis.models.draden import RodeDraad

MAX_ANTWOORD = 600
"""Characters that a guest may add to one answer."""
MAX_VERVOLG = 1_000
"""Characters of what the organisation did with it."""


class Terugkoppeling(models.Model):
    """Whether guests of a diner may look back at it, and until when (that day included)."""

    diner = models.OneToOneField(Diner, models.CASCADE, related_name="terugkoppeling")
    is_aan = models.BooleanField("gasten kunnen kijken", default=True)
    open_tot = models.DateField("tot en met")
    drukte_at = models.DateTimeField(null=True, blank=True)
    drukte = models.PositiveIntegerField(default=0)
    """How many guests answered since ``drukte_at``: counted here, so that no answer carries a time."""

    class Meta:
        verbose_name = "terugkoppeling"
        verbose_name_plural = "terugkoppelingen"

    def __str__(self) -> str:
        return f"Terugkoppeling van {self.diner_id}"

    def is_open(self, vandaag: date) -> bool:
        return self.is_aan and vandaag <= self.open_tot


class Gastlink(models.Model):
    """The address of the guests of one table, or of the whole diner (``tafel`` empty). Only a hash of it is stored.

    Taken back: the row is gone. Renewed: another nonce, so the old address opens nothing.
    """

    terugkoppeling = models.ForeignKey(Terugkoppeling, models.CASCADE, related_name="links")
    tafel = models.OneToOneField(Tafel, models.CASCADE, null=True, blank=True, related_name="gastlink")
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "gastlink"
        verbose_name_plural = "gastlinks"
        ordering = ["tafel__nummer", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["terugkoppeling"], condition=Q(tafel=None), name="synthesis_gastlink_een_van_diner"
            )
        ]

    def __str__(self) -> str:
        return f"Gastlink van {self.tafel_id or self.terugkoppeling_id}"


class Gastdraad(models.Model):
    """A reporter lets guests read this thread, as it stands and as it will be written."""

    rode_draad = models.OneToOneField(RodeDraad, models.CASCADE, related_name="gastdraad")
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="gastdraden"
    )

    class Meta:
        verbose_name = "rode draad voor gasten"
        verbose_name_plural = "rode draden voor gasten"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.rode_draad_id} voor gasten"


class Herkend(models.TextChoices):
    JA = "ja", "Ja"
    DEELS = "deels", "Deels"
    NEE = "nee", "Nee"


class Gastantwoord(models.Model):
    """What a guest says afterwards: of one thread, or of the evening (``over`` empty). Never counted as a table.

    No time, no address, no table and no phone, and a random key: nothing tells who it was, or which answers came together.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    terugkoppeling = models.ForeignKey(Terugkoppeling, models.CASCADE, related_name="antwoorden")
    rode_draad = models.ForeignKey(
        RodeDraad, models.SET_NULL, null=True, blank=True, related_name="gastantwoorden"
    )
    over = models.CharField("over", max_length=200, blank=True)
    """The title that the guest read: a thread may be rewritten, merged or deleted afterwards."""
    herkend = models.CharField("herkend", max_length=5, choices=Herkend.choices, blank=True)
    tekst = models.TextField("tekst", blank=True)

    class Meta:
        verbose_name = "antwoord van een gast"
        verbose_name_plural = "antwoorden van gasten"
        ordering = ["pk"]
        constraints = [
            one_of("herkend", Herkend, blank=True),
            max_length("tekst", MAX_ANTWOORD),
            models.CheckConstraint(
                condition=~Q(herkend="", tekst=""), name="synthesis_gastantwoord_zegt_iets"
            ),
            models.CheckConstraint(
                condition=~Q(over="") | Q(rode_draad=None, herkend=""),
                name="synthesis_gastantwoord_over_een_draad",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.over or 'De avond'}: {self.get_herkend_display() or 'iets erbij'}"


class Vervolg(models.Model):
    """What the organisation did with it, to tell the guests. ``datum``: when that was."""

    terugkoppeling = models.ForeignKey(Terugkoppeling, models.CASCADE, related_name="vervolg")
    datum = models.DateField("datum")
    tekst = models.TextField("wat is ermee gedaan")

    class Meta:
        verbose_name = "vervolg"
        verbose_name_plural = "vervolgen"
        ordering = ["-datum", "-pk"]
        constraints = [not_blank("tekst"), max_length("tekst", MAX_VERVOLG)]

    def __str__(self) -> str:
        return f"{self.datum}: {self.tekst[:60]}"
