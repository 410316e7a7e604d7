"""How a thread's text came to be, what was said about it, and what it rested on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from denkdiner.constraints import max_length, not_blank, one_of
from sessions.models import Gebruiker
from synthesis.models.draden import Draadstatus, RodeDraad

MAX_OPMERKING = 2_000
MAX_REDEN_AANVAARDING = 300


class Draadversie(models.Model):
    """A thread as it was until somebody changed it: number ``version``. Append-only; the newest is the thread itself."""

    draad = models.ForeignKey(RodeDraad, models.CASCADE, related_name="versies")
    version = models.PositiveIntegerField()
    titel = models.CharField("titel", max_length=200)
    tekst = models.TextField("tekst", blank=True)
    pool_a = models.CharField("de ene kant", max_length=200, blank=True)
    pool_b = models.CharField("de andere kant", max_length=200, blank=True)
    kernvraag = models.CharField("kernvraag", max_length=500, blank=True)
    status = models.CharField("status", max_length=12, choices=Draadstatus.choices)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="+")
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "eerdere versie van een rode draad"
        verbose_name_plural = "eerdere versies van een rode draad"
        ordering = ["-version", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["draad", "version"], name="synthesis_draadversie_uniek"),
            one_of("status", Draadstatus),
        ]

    def __str__(self) -> str:
        return f"{self.titel} (versie {self.version})"


class Opmerkingvorm(models.Model):
    """What a remark is, whatever it is about: open until somebody says that it is solved."""

    tekst = models.TextField("opmerking")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="+")
    solved_at = models.DateTimeField(null=True, blank=True)
    solved_by = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["made_at", "pk"]
        constraints = [
            not_blank("tekst"),
            max_length("tekst", MAX_OPMERKING),
            models.CheckConstraint(
                condition=Q(solved_at__isnull=False) | Q(solved_by=None),
                name="%(app_label)s_%(class)s_opgelost_heeft_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.tekst[:60]


class Opmerking(Opmerkingvorm):
    """What a verslaglegger remarks about a thread."""

    draad = models.ForeignKey(RodeDraad, models.CASCADE, related_name="opmerkingen")

    class Meta(Opmerkingvorm.Meta):
        verbose_name = "opmerking"
        verbose_name_plural = "opmerkingen"


class Waarschuwing(models.TextChoices):
    """The same words as ``synthesis.redactie.Check``."""

    BREEDTE = "breedte", "Breedte"
    CITAAT = "citaat", "Citaat"
    NAAM = "naam", "Naam"
    GETAL = "getal", "Getal"


class Aanvaarding(models.Model):
    """Why one warning may stand. ``vingerafdruk`` is of that very warning: of another text or count it says nothing."""

    draad = models.ForeignKey(RodeDraad, models.CASCADE, related_name="aanvaardingen")
    soort = models.CharField("soort", max_length=8, choices=Waarschuwing.choices)
    vingerafdruk = models.CharField(max_length=64)
    reden = models.CharField("reden", max_length=MAX_REDEN_AANVAARDING)
    accepted_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "aanvaarde waarschuwing"
        verbose_name_plural = "aanvaarde waarschuwingen"
        ordering = ["accepted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["draad", "vingerafdruk"], name="synthesis_aanvaarding_uniek"),
            not_blank("reden"),
            one_of("soort", Waarschuwing),
        ]

    def __str__(self) -> str:
        return self.reden


class Bronstand(models.Model):
    """What lay under a thread when its text was last saved, so that can be seen what changed since.

    ``bronnen``: by note its rev, a hash of its text, whether it was letterlijk and whether it spoke against; by thread
    ("draad-7", under a thread of the reeks) its version and title.
    """

    draad = models.OneToOneField(RodeDraad, models.CASCADE, related_name="bronstand")
    bronnen = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bronnen van een rode draad"
        verbose_name_plural = "bronnen van rode draden"

    def __str__(self) -> str:
        return f"{len(self.bronnen)} bronnen"
