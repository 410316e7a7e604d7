"""Letters that leave by e-mail. Words: ``docs/begrippen.md``; choices: docs/decisions/0016-post-en-handleiding.md."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from denkdiner.constraints import one_of
from sessions.models.leden import Gebruiker, Uitnodiging
from sessions.models.programma import Optreden, Reeks

MAX_ONDERWERP = 250
MAX_FOUT = 200


class Briefsoort(models.TextChoices):
    UITNODIGING = "uitnodiging", "Uitnodiging"
    BRIEFING = "briefing", "Briefing"
    HERINNERING = "herinnering", "Herinnering"
    VOORAF = "vooraf", "Herinnering vooraf"


class Briefstatus(models.TextChoices):
    WACHT = "wacht", "Wacht"
    BEZIG = "bezig", "Wordt verstuurd"
    VERSTUURD = "verstuurd", "Verstuurd"
    ONZEKER = "onzeker", "Misschien aangekomen"
    MISLUKT = "mislukt", "Niet verstuurd"
    VERVALLEN = "vervallen", "Niet meer nodig"


class BriefQuerySet(models.QuerySet["Brief"]):
    def due(self, now: datetime) -> BriefQuerySet:
        """Waits, and may be tried at *now*; who waits longest first."""
        return self.filter(status=Briefstatus.WACHT, next_at__lte=now).order_by("next_at", "pk")


class Brief(models.Model):
    """A letter to one person, and how far it is. Its text is not kept: it holds a link that opens a page (see the decision).

    Holds personal data (the address): goes along with the invitation or the optreden that it is about.
    """

    reeks = models.ForeignKey(Reeks, models.CASCADE, related_name="brieven")
    uitnodiging = models.ForeignKey(
        Uitnodiging, models.CASCADE, null=True, blank=True, related_name="brieven", verbose_name="uitnodiging"
    )
    optreden = models.ForeignKey(Optreden, models.CASCADE, null=True, blank=True, related_name="brieven")
    soort = models.CharField("soort", max_length=20, choices=Briefsoort.choices)
    aan = models.EmailField("aan", max_length=254)
    onderwerp = models.CharField("onderwerp", max_length=MAX_ONDERWERP)
    status = models.CharField("stand", max_length=20, choices=Briefstatus.choices, default=Briefstatus.WACHT)
    made_by = models.ForeignKey(Gebruiker, models.SET_NULL, null=True, blank=True, related_name="brieven")
    """None: the server itself, by the schedule."""
    made_at = models.DateTimeField("gemaakt")
    tried_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    """When a letter that waits is tried again."""
    sent_at = models.DateTimeField("verstuurd", null=True, blank=True)
    pogingen = models.PositiveSmallIntegerField(default=0)
    fout = models.CharField(max_length=MAX_FOUT, blank=True)
    """Why it did not leave, in one Dutch sentence."""

    objects = BriefQuerySet.as_manager()

    class Meta:
        verbose_name = "brief"
        verbose_name_plural = "brieven"
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["status", "next_at"], name="diners_brief_wacht")]
        constraints = [
            one_of("soort", Briefsoort),
            one_of("status", Briefstatus),
            models.CheckConstraint(
                condition=Q(soort=Briefsoort.UITNODIGING, uitnodiging__isnull=False, optreden=None)
                | (~Q(soort=Briefsoort.UITNODIGING) & Q(uitnodiging=None, optreden__isnull=False)),
                name="diners_brief_hoort_ergens_bij",
            ),
            models.CheckConstraint(
                condition=Q(status=Briefstatus.WACHT, next_at__isnull=False)
                | (~Q(status=Briefstatus.WACHT) & Q(next_at=None)),
                name="diners_brief_wacht_tot",
            ),
            models.CheckConstraint(
                condition=Q(status=Briefstatus.VERSTUURD, sent_at__isnull=False)
                | (~Q(status=Briefstatus.VERSTUURD) & Q(sent_at=None)),
                name="diners_brief_verstuurd_op",
            ),
            models.UniqueConstraint(
                fields=["optreden"], condition=Q(soort=Briefsoort.VOORAF), name="diners_brief_vooraf_een_keer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_soort_display()} aan {self.aan}"

    @property
    def can_retry(self) -> bool:
        """A person may send it again: it waits, was refused, or nobody knows."""
        return self.status in {Briefstatus.WACHT, Briefstatus.MISLUKT, Briefstatus.ONZEKER}
