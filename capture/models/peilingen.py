"""What a room thinks of a stelling: counted at tables, or by guests with their own phone."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from denkdiner.constraints import one_of
from sessions.models import Apparaat, Diner, Dinerstatus, Gebruiker, Stelling, Tafel


class Moment(models.TextChoices):
    VOOR = "voor", "Vooraf"
    NA = "na", "Achteraf"


class Peiling(models.Model):
    """Hands at one table on one stelling, before or after the talk."""

    tafel = models.ForeignKey(Tafel, models.CASCADE, related_name="peilingen")
    stelling = models.ForeignKey(Stelling, models.CASCADE, related_name="peilingen")
    moment = models.CharField("moment", max_length=4, choices=Moment.choices)
    eens = models.PositiveSmallIntegerField("eens", default=0, validators=[MaxValueValidator(99)])
    oneens = models.PositiveSmallIntegerField("oneens", default=0, validators=[MaxValueValidator(99)])
    neutraal = models.PositiveSmallIntegerField("neutraal", default=0, validators=[MaxValueValidator(99)])
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "peiling"
        verbose_name_plural = "peilingen"
        ordering = ["moment", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tafel", "stelling", "moment"], name="capture_peiling_uniek"),
            one_of("moment", Moment),
            models.CheckConstraint(
                condition=Q(eens__lte=99, oneens__lte=99, neutraal__lte=99), name="capture_peiling_bereik"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tafel}, {self.stelling}: {self.get_moment_display()}"


class Telling(models.Model):
    """One count of hands, as it was sent: append-only, so that a peiling that was counted again loses nothing."""

    peiling = models.ForeignKey(Peiling, models.CASCADE, related_name="tellingen")
    op_id = models.UUIDField(unique=True)
    eens = models.PositiveSmallIntegerField("eens")
    oneens = models.PositiveSmallIntegerField("oneens")
    neutraal = models.PositiveSmallIntegerField("neutraal")
    apparaat = models.ForeignKey(Apparaat, models.SET_NULL, null=True, blank=True, related_name="tellingen")
    device_id = models.UUIDField(null=True, blank=True)
    seq = models.PositiveBigIntegerField(null=True, blank=True)
    client_ts = models.DateTimeField(null=True, blank=True)
    """What the device's clock said. Never decides anything."""
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = "telling"
        verbose_name_plural = "tellingen"
        ordering = ["received_at", "pk"]
        indexes = [models.Index(fields=["device_id", "seq"], name="telling_device_seq")]
        constraints = [
            models.CheckConstraint(
                condition=Q(eens__lte=99, oneens__lte=99, neutraal__lte=99), name="capture_telling_bereik"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.peiling_id}: {self.eens} eens, {self.oneens} oneens, {self.neutraal} neutraal"


# --- guests vote by phone (docs/decisions/0010-peiling-by-phone.md) -----------------------------------------------------


class Keuze(models.TextChoices):
    EENS = "eens", "Eens"
    ONEENS = "oneens", "Oneens"
    ANDERS = "anders", "Anders"


class Stemlink(models.Model):
    """The address where guests of a diner vote, the same all evening: derived from the key and ``nonce``, kept as a hash."""

    diner = models.OneToOneField(Diner, models.CASCADE, related_name="stemlink")
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "stemlink"
        verbose_name_plural = "stemlinks"

    def __str__(self) -> str:
        return f"Stemlink van {self.diner_id}"


class StemmingQuerySet(models.QuerySet["Stemming"]):
    def open(self) -> StemmingQuerySet:
        """Guests can vote now: at most one of a diner, and none of one that is over."""
        return self.filter(closed_at=None).exclude(diner__status=Dinerstatus.AFGESLOTEN)

    def closed(self) -> StemmingQuerySet:
        """Guests cannot vote (any more)."""
        return self.filter(Q(closed_at__isnull=False) | Q(diner__status=Dinerstatus.AFGESLOTEN))


class Stemming(models.Model):
    """One time that the guests are asked about a stelling. Asked again is another one; what was voted before is kept."""

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="stemmingen")
    stelling = models.ForeignKey(Stelling, models.CASCADE, related_name="stemmingen")
    moment = models.CharField("moment", max_length=4, choices=Moment.choices)
    opened_at = models.DateTimeField()
    """When it was opened first."""
    opened_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="stemmingen"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    drukte_at = models.DateTimeField(null=True, blank=True)
    drukte = models.PositiveIntegerField(default=0)
    """How many phones voted for the first time since ``drukte_at``: counted here, so that no vote carries a time."""

    objects = StemmingQuerySet.as_manager()

    class Meta:
        verbose_name = "stemming"
        verbose_name_plural = "stemmingen"
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["diner"], condition=Q(closed_at=None), name="capture_stemming_een_tegelijk"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
                name="capture_stemming_sluit_na_opening",
            ),
            one_of("moment", Moment),
        ]

    def __str__(self) -> str:
        return f"{self.stelling}: {self.get_moment_display()}"

    @property
    def is_open(self) -> bool:
        """Not closed; that the diner itself may be over is for ``open()`` to say."""
        return self.closed_at is None


class Stem(models.Model):
    """What one phone chose last. No time, no address and no table: nothing in it tells who it was."""

    stemming = models.ForeignKey(Stemming, models.CASCADE, related_name="stemmen")
    toestel = models.CharField(max_length=64)
    """A hash of the phone's own secret, with the server's key and for this stemming alone: votes of one phone on two
    stellingen have nothing in common."""
    keuze = models.CharField("keuze", max_length=6, choices=Keuze.choices)
    wijzigingen = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "stem"
        verbose_name_plural = "stemmen"
        ordering = ["toestel"]
        constraints = [
            models.UniqueConstraint(fields=["stemming", "toestel"], name="capture_stem_een_per_toestel"),
            one_of("keuze", Keuze),
        ]

    def __str__(self) -> str:
        return f"Stem bij {self.stemming_id}"
