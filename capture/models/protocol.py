"""What the protocol keeps beside the notes: what could not become one, and which life of the database this is."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from capture.models.bijdragen import Bijdrage
from capture.models.peilingen import Moment
from denkdiner.constraints import one_of
from denkdiner.text import showable
from sessions.models import Apparaat, Diner, Gebruiker, Tafel

MAX_QUARANTAINE = 20_000_000
"""Characters that may lie open per table: a broken client may not fill the disk. A thousand notes of the greatest length."""
PER_QUARANTAINE = 1_000
"""What a row takes beside its op."""


class Quarantainereden(models.TextChoices):
    INHOUD = "inhoud", "De inhoud klopt niet"
    TAFEL = "tafel", "Het apparaat doet aan een andere tafel mee"
    AFGESLOTEN = "afgesloten", "Het diner is afgesloten"
    DUBBELE_OP = "dubbele_op", "Hetzelfde nummer, een andere inhoud"
    VREEMD = "vreemd", "De notitie is van een andere tafel"


class Quarantaine(models.Model):
    """An op that could not be stored as a note: kept apart, as it was sent, for the organiser. Nothing is thrown away."""

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="quarantaines")
    tafel = models.ForeignKey(Tafel, models.CASCADE, related_name="quarantaines")
    """The table of the device that sent it."""
    bestemd = models.ForeignKey(
        Tafel, models.SET_NULL, null=True, blank=True, related_name="bestemde_quarantaines"
    )
    """The table of this diner for which it was typed, when that is another one."""
    apparaat = models.ForeignKey(
        Apparaat, models.SET_NULL, null=True, blank=True, related_name="quarantaines"
    )
    op_id = models.CharField(max_length=64)
    vingerafdruk = models.CharField(max_length=64)
    """SHA-256 of the op as it was sent: the same op again adds no row."""
    reden = models.CharField("reden", max_length=12, choices=Quarantainereden.choices)
    uitleg = models.CharField("uitleg", max_length=300, blank=True)
    op = models.TextField()
    """The op as JSON text, whole: what the protocol lets in (256 KB) is kept."""
    omvang = models.PositiveIntegerField(default=0)
    """How many characters that is, to count what a table fills without reading it all. 0: from before it was counted."""
    received_at = models.DateTimeField()
    opgeschreven = models.ForeignKey(
        Bijdrage, models.SET_NULL, null=True, blank=True, related_name="vervangen_quarantaines"
    )
    """The note as which the table wrote these words again itself: taking it over would give it twice."""
    afgehandeld_at = models.DateTimeField(null=True, blank=True)
    afgehandeld_door = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="quarantaines"
    )

    class Meta:
        verbose_name = "quarantaine"
        verbose_name_plural = "quarantaines"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["tafel", "vingerafdruk"], name="capture_quarantaine_eenmaal"),
            one_of("reden", Quarantainereden),
        ]

    def __str__(self) -> str:
        return f"{self.tafel}: {self.get_reden_display()}"

    def as_op(self) -> dict[str, Any]:
        """The op as it was sent; empty when it was no object (or was cut off, as those of before version 0006 may be)."""
        try:
            op = json.loads(self.op)
        except ValueError:
            return {}
        return op if isinstance(op, dict) else {}

    @property
    def is_opgeschreven(self) -> bool:
        """Did the table write it again itself, and does that note still stand there?"""
        return self.opgeschreven is not None and not self.opgeschreven.is_deleted

    @property
    def plaats(self) -> Tafel:
        """The table where it belongs: for which it was typed."""
        return self.bestemd or self.tafel

    @property
    def body(self) -> dict[str, Any]:
        """What the op held; empty when that was no object."""
        body = self.as_op().get("body")
        return body if isinstance(body, dict) else {}

    @property
    def tekst(self) -> str:
        """The words in it that can be shown, if any."""
        tekst = self.body.get("tekst")
        return showable(tekst).replace("\0", "") if isinstance(tekst, str) else ""

    @property
    def peiling(self) -> tuple[str, int, int, int] | None:
        """A count of hands: moment, eens, oneens, neutraal; None when it is no such thing or cannot be read."""
        if self.as_op().get("kind") != "peiling":
            return None
        moment, *aantallen = (self.body.get(naam) for naam in ("moment", "eens", "oneens", "neutraal"))
        if moment not in Moment.values or not all(type(aantal) is int for aantal in aantallen):
            return None
        return moment, *aantallen

    @property
    def samenvatting(self) -> str:
        """What it says, in words: the text of a note, or a count of hands; empty when there is nothing to read."""
        if self.peiling is None:
            return self.tekst
        moment, eens, oneens, neutraal = self.peiling
        return f"Peiling {Moment(moment).label.lower()}: {eens} eens, {oneens} oneens, {neutraal} neutraal"


class Tijdperk(models.Model):
    """Which life of the database this is. Changed when a backup is put back, so that tablets offer everything again."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = "tijdperk"
        verbose_name_plural = "tijdperken"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="capture_tijdperk_enig")]

    def __str__(self) -> str:
        return str(self.epoch)
