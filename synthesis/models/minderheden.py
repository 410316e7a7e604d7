"""A view of one table that went up in something else, and why."""

from __future__ import annotations

from django.db import models

from denkdiner.constraints import not_blank
from sessions.models import Gebruiker
from synthesis.models.draden import MAX_REDEN, RodeDraad
from synthesis.models.handelingen import Handeling


class Minderheid(models.Model):
    """A thread that just one table carried, when it was merged or deleted, or when a broader one was merged into it.

    No such step goes without a ``reden``: the lone voice stays on the list. Taking the step back makes it ``vervallen``.
    """

    draad = models.ForeignKey(RodeDraad, models.CASCADE, related_name="minderheden")
    naar = models.ForeignKey(
        RodeDraad, models.SET_NULL, null=True, blank=True, related_name="nam_minderheden_op"
    )
    """Where it is now; null when it was deleted. The thread itself when something broader was merged into it."""
    titel = models.CharField("titel", max_length=200)
    """What it was called then."""
    tafel = models.PositiveSmallIntegerField("tafel")
    """The number of the table."""
    reden = models.CharField("reden", max_length=MAX_REDEN)
    door = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="opgenomen_minderheden"
    )
    at = models.DateTimeField()
    handeling = models.ForeignKey(
        Handeling, models.SET_NULL, null=True, blank=True, related_name="minderheden"
    )
    """The step that did it."""
    vervallen = models.BooleanField(default=False)

    class Meta:
        verbose_name = "minderheid"
        verbose_name_plural = "minderheden"
        ordering = ["at", "pk"]
        constraints = [not_blank("titel"), not_blank("reden")]

    def __str__(self) -> str:
        return f"{self.titel} (tafel {self.tafel})"
