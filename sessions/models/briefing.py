"""What a spreker is told, and says back, without an account. Words: ``docs/begrippen.md``."""

from __future__ import annotations

from django.db import models

from denkdiner.constraints import max_length
from sessions.models.programma import Optreden

MAX_OPMERKING = 2_000


class Briefing(models.Model):
    """The private page of a spreker at one diner. Of its link only a hash is stored; a new link closes the old one."""

    optreden = models.OneToOneField(Optreden, models.CASCADE, related_name="briefing")
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    """When it was mailed last."""
    seen_at = models.DateTimeField(null=True, blank=True)
    """When the page was opened last."""
    opmerking = models.TextField("opmerking", blank=True)
    """What the spreker wants to say: another stelling, a diet, a projector."""

    class Meta:
        verbose_name = "briefing"
        verbose_name_plural = "briefings"
        ordering = ["pk"]
        constraints = [max_length("opmerking", MAX_OPMERKING)]

    def __str__(self) -> str:
        return f"Briefing van {self.optreden}"
