"""Rode draden, and what carries them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from capture.models import Bijdrage
from denkdiner.constraints import not_blank, one_of
from sessions.models import Diner, Gebruiker, Reeks, Stelling
from synthesis.redactie import strip_refs


class Draadstatus(models.TextChoices):
    CONCEPT = "concept", "Concept"
    IN_REVIEW = "in_review", "In review"
    VASTGESTELD = "vastgesteld", "Vastgesteld"


class PresentManager(models.Manager["RodeDraad"]):
    """The threads that were not put away."""

    def get_queryset(self) -> models.QuerySet[RodeDraad]:
        return super().get_queryset().filter(verwijderd_at=None)

    def bare(self) -> models.QuerySet[RodeDraad]:
        """Those on which nobody hung anything, and that carry no other."""
        return self.filter(
            opmerkingen=None,
            aanvaardingen=None,
            draagt=None,
            gastdraad=None,
            gastantwoorden=None,
            vrijgaven=None,
            versies=None,
        )

    def untouched(self) -> models.QuerySet[RodeDraad]:
        """Those that a proposal may replace: nobody did a thing to them, nor to a note in them."""
        return self.bare().filter(door_mens=False).exclude(onderbouwingen__door_mens=True)


class RodeDraad(models.Model):
    """A thread: what several tables said, with its spanning and kernvraag; of a stelling, a diner or the reeks.

    ``stelling`` set: of that stelling; only ``diner`` set: of that diner; neither: of the reeks. As soon as a person touches
    a thread ``door_mens`` is true, and no new proposal changes it any more. What a person deletes or merges is put
    away (``verwijderd_at``), so that it can come back with everything that hangs on it; ``objects`` gives what is present.
    """

    reeks = models.ForeignKey(Reeks, models.CASCADE, related_name="rode_draden")
    diner = models.ForeignKey(Diner, models.CASCADE, null=True, blank=True, related_name="rode_draden")
    stelling = models.ForeignKey(Stelling, models.CASCADE, null=True, blank=True, related_name="rode_draden")
    volgorde = models.PositiveSmallIntegerField(default=0)
    titel = models.CharField("titel", max_length=200)
    tekst = models.TextField("tekst", blank=True)
    pool_a = models.CharField("de ene kant", max_length=200, blank=True)
    pool_b = models.CharField("de andere kant", max_length=200, blank=True)
    kernvraag = models.CharField("kernvraag", max_length=500, blank=True)
    status = models.CharField(
        "status", max_length=12, choices=Draadstatus.choices, default=Draadstatus.CONCEPT
    )
    door_mens = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="rode_draden"
    )
    verwijderd_at = models.DateTimeField(null=True, blank=True)
    """Since when it is put away; null: it is present."""
    opgegaan_in = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="nam_op")
    """Put away because it was merged into this one."""

    objects = PresentManager()
    alle: models.Manager[RodeDraad] = models.Manager()
    """Those that were put away too."""

    class Meta:
        verbose_name = "rode draad"
        verbose_name_plural = "rode draden"
        ordering = ["volgorde", "pk"]
        constraints = [
            not_blank("titel"),
            one_of("status", Draadstatus),
            models.CheckConstraint(
                condition=Q(stelling=None) | Q(diner__isnull=False),
                name="synthesis_draad_van_stelling_heeft_diner",
            ),
            models.CheckConstraint(
                condition=Q(pool_a="", pool_b="") | (~Q(pool_a="") & ~Q(pool_b="")),
                name="synthesis_draad_spanning_heeft_twee_polen",
                violation_error_message="Een spanning heeft twee kanten: vul ze allebei in, of geen van beide.",
            ),
            models.CheckConstraint(
                condition=Q(opgegaan_in=None) | Q(verwijderd_at__isnull=False),
                name="synthesis_draad_opgegaan_is_weg",
            ),
        ]

    def __str__(self) -> str:
        return self.titel

    @property
    def has_spanning(self) -> bool:
        return bool(self.pool_a)

    @property
    def leestekst(self) -> str:
        """The text for a reader: without its references to notes."""
        return strip_refs(self.tekst)


class Onderbouwingsrol(models.TextChoices):
    STEUN = "steun", "Steun"
    TEGENSTEM = "tegenstem", "Tegenstem"
    VOORBEELD = "voorbeeld", "Voorbeeld"
    QUOTE = "quote", "Quote"


class Pool(models.TextChoices):
    A = "a", "De ene kant"
    B = "b", "De andere kant"


MAX_REDEN = 200
"""Characters of the reason why a note was laid aside."""


class Onderbouwing(models.Model):
    """What carries a rode draad: a bijdrage (in at most one draad), or a draad of a stelling under one of diner or reeks.

    Without ``rode_draad`` a person laid the bijdrage aside: no proposal picks it up again.
    """

    rode_draad = models.ForeignKey(
        RodeDraad, models.CASCADE, null=True, blank=True, related_name="onderbouwingen"
    )
    bijdrage = models.OneToOneField(
        Bijdrage, models.CASCADE, null=True, blank=True, related_name="onderbouwing"
    )
    draad = models.ForeignKey(RodeDraad, models.CASCADE, null=True, blank=True, related_name="draagt")
    rol = models.CharField(
        "rol", max_length=10, choices=Onderbouwingsrol.choices, default=Onderbouwingsrol.STEUN
    )
    pool = models.CharField("pool", max_length=1, choices=Pool.choices, blank=True)
    reden = models.CharField("reden", max_length=MAX_REDEN, blank=True)
    """Why a person laid the bijdrage aside."""
    volgorde = models.PositiveIntegerField(default=0)
    door_mens = models.BooleanField(default=False)

    class Meta:
        verbose_name = "onderbouwing"
        verbose_name_plural = "onderbouwingen"
        ordering = ["volgorde", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(bijdrage__isnull=False, draad=None) | Q(bijdrage=None, draad__isnull=False),
                name="synthesis_onderbouwing_bijdrage_of_draad",
            ),
            models.UniqueConstraint(
                fields=["rode_draad", "draad"], name="synthesis_onderbouwing_draad_uniek"
            ),
            models.CheckConstraint(
                condition=Q(draad=None) | ~Q(draad=F("rode_draad")),
                name="synthesis_onderbouwing_draagt_niet_zichzelf",
            ),
            models.CheckConstraint(
                condition=Q(reden="") | Q(rode_draad=None), name="synthesis_onderbouwing_reden_is_van_opzij"
            ),
            one_of("rol", Onderbouwingsrol),
            one_of("pool", Pool, blank=True),
        ]

    def __str__(self) -> str:
        return f"{self.bijdrage_id or self.draad_id} draagt {self.rode_draad_id}"
