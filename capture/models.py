"""What is said: bijdragen with every version of them, and peilingen."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from denkdiner.constraints import max_length, not_blank, one_of
from denkdiner.text import showable
from sessions.models import Apparaat, Diner, Dinerstatus, Gebruiker, Ronde, Stelling, Tafel

MAX_TEKST = 20_000
"""Characters of one note (docs/protocol.md: longer is refused with a clear verdict)."""
MAX_TREFWOORDEN, MAX_TREFWOORD = 12, 60
"""Trefwoorden of one note, and characters of each."""
MAX_QUARANTAINE = 60_000
"""Characters kept of an op in quarantine: a note of the greatest length in JSON fits."""


class Soort(models.TextChoices):
    INZICHT = "inzicht", "Inzicht"
    WAARDE = "waarde", "Waarde"
    AANNAME = "aanname", "Aanname"
    SPANNING = "spanning", "Spanning"
    VOORBEELD = "voorbeeld", "Voorbeeld"
    VRAAG = "vraag", "Vraag"
    IDEE = "idee", "Idee"
    QUOTE = "quote", "Quote"


class Standpunt(models.TextChoices):
    VOOR = "voor", "Voor"
    TEGEN = "tegen", "Tegen"
    GENUANCEERD = "genuanceerd", "Genuanceerd"


class Horizon(models.TextChoices):
    NU = "nu", "Nu"
    MIDDELLANG = "middellang", "Middellang"
    HORIZONJAAR = "horizonjaar", "Horizonjaar"


class Bron(models.TextChoices):
    TAFEL = "tafel", "Tafel"
    SPREKER = "spreker", "Spreker"
    PLENAIR = "plenair", "Plenair"


class BijdrageQuerySet(models.QuerySet["Bijdrage"]):
    def present(self) -> BijdrageQuerySet:
        """Not in the bin."""
        return self.filter(deleted_at=None)

    def deleted(self) -> BijdrageQuerySet:
        """In the bin: still kept, and undoable."""
        return self.exclude(deleted_at=None)

    def of_tables(self) -> BijdrageQuerySet:
        """What tables said: the only bijdragen that count towards breadth."""
        return self.filter(bron=Bron.TAFEL)


class Bijdrage(models.Model):
    """One thought said at a table: the head (latest state) of its versions.

    The tablet chooses ``id`` and the ronde. Nothing is ever removed: a delete sets ``deleted_at``, an edit adds a version.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # db_index=False: an index below begins with it, or leaves out the many that are empty. Each costs every note a page.
    diner = models.ForeignKey(Diner, models.CASCADE, related_name="bijdragen", db_index=False)
    # RESTRICT: a table that said something only goes with its whole diner, never on its own
    tafel = models.ForeignKey(
        Tafel, models.RESTRICT, null=True, blank=True, related_name="bijdragen", db_index=False
    )
    stelling = models.ForeignKey(
        Stelling, models.SET_NULL, null=True, blank=True, related_name="bijdragen", db_index=False
    )
    ronde = models.ForeignKey(Ronde, models.SET_NULL, null=True, blank=True, related_name="bijdragen")
    bron = models.CharField("bron", max_length=10, choices=Bron.choices, default=Bron.TAFEL)
    soort = models.CharField("soort", max_length=12, choices=Soort.choices, default=Soort.INZICHT)
    tekst = models.TextField("tekst")
    letterlijk = models.BooleanField("letterlijk", default=False)
    standpunt = models.CharField("standpunt", max_length=12, choices=Standpunt.choices, blank=True)
    horizon = models.CharField("horizon", max_length=12, choices=Horizon.choices, blank=True)
    trefwoorden = models.JSONField("trefwoorden", default=list, blank=True)
    """Short words given by people: a list of strings."""
    bijgesteld = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="bijstellingen",
        verbose_name="stelt bij",
        db_index=False,
    )
    """The earlier bijdrage that this one adjusts."""
    apparaat = models.ForeignKey(Apparaat, models.SET_NULL, null=True, blank=True, related_name="bijdragen")
    te_laat = models.BooleanField("na de ronde", default=False)
    twee_versies = models.BooleanField("twee versies", default=False)
    """Two devices changed it without having seen each other: both versions are kept until a person chooses or combines."""
    rev = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = BijdrageQuerySet.as_manager()

    class Meta:
        verbose_name = "bijdrage"
        verbose_name_plural = "bijdragen"
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["tafel", "-created_at"], name="bijdrage_tafel_nieuwste"),
            models.Index(fields=["stelling", "created_at"], name="bijdrage_stelling_oudste"),
            models.Index(fields=["diner", "-created_at"], name="bijdrage_diner_nieuwste"),
            models.Index(
                fields=["bijgesteld"], name="bijdrage_bijgesteld", condition=Q(bijgesteld__isnull=False)
            ),
        ]
        constraints = [
            not_blank("tekst"),
            max_length("tekst", MAX_TEKST),
            one_of("bron", Bron),
            one_of("soort", Soort),
            one_of("standpunt", Standpunt, blank=True),
            one_of("horizon", Horizon, blank=True),
            models.CheckConstraint(
                condition=Q(bron=Bron.TAFEL, tafel__isnull=False) | ~Q(bron=Bron.TAFEL),
                name="capture_bijdrage_tafel_bij_bron_tafel",
            ),
            models.CheckConstraint(condition=Q(rev__gte=1), name="capture_bijdrage_rev_vanaf_1"),
            models.CheckConstraint(
                condition=Q(bijgesteld=None) | ~Q(bijgesteld=F("id")),
                name="capture_bijdrage_stelt_niet_zichzelf_bij",
            ),
        ]

    def __str__(self) -> str:
        return self.tekst[:60]

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class Versiesoort(models.TextChoices):
    CREATE = "create", "gemaakt"
    EDIT = "edit", "gewijzigd"
    DELETE = "delete", "verwijderd"
    RESTORE = "restore", "teruggezet"


MET_INHOUD = (Versiesoort.CREATE, Versiesoort.EDIT)
"""Versions that hold words; the others only move a note into the bin or out of it."""


class BijdrageVersie(models.Model):
    """One version of a bijdrage, as it was sent: the append-only truth. ``op_id`` makes a retry harmless."""

    bijdrage = models.ForeignKey(Bijdrage, models.CASCADE, related_name="versies", db_index=False)
    op_id = models.UUIDField(unique=True)
    rev = models.PositiveIntegerField()
    base_rev = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=8, choices=Versiesoort.choices)
    body = models.JSONField(default=dict)
    """The fields as sent: tekst, soort, letterlijk, standpunt, horizon, trefwoorden, stelling, ronde, bijgesteld."""
    apparaat = models.ForeignKey(Apparaat, models.SET_NULL, null=True, blank=True, related_name="versies")
    gebruiker = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="bijdrage_versies", db_index=False
    )
    device_id = models.UUIDField(null=True, blank=True)
    """What the device calls itself: the same at every table, also after it joined again."""
    seq = models.PositiveBigIntegerField(null=True, blank=True)
    client_ts = models.DateTimeField(null=True, blank=True)
    """What the device's clock said. Never decides anything: it may be a day off."""
    received_at = models.DateTimeField()
    apart = models.BooleanField(default=False)
    """Kept beside the head and not in it: it was made on top of an older version."""

    class Meta:
        verbose_name = "versie van een bijdrage"
        verbose_name_plural = "versies van bijdragen"
        ordering = ["rev", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["bijdrage", "rev"], name="capture_versie_rev_uniek"),
            models.CheckConstraint(condition=Q(rev__gt=F("base_rev")), name="capture_versie_rev_na_basis"),
            one_of("kind", Versiesoort),
        ]
        indexes = [
            models.Index(fields=["device_id", "seq"], name="versie_device_seq"),
            models.Index(fields=["gebruiker"], name="versie_gebruiker", condition=Q(gebruiker__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.bijdrage_id} versie {self.rev}"

    @property
    def tekst(self) -> str:
        """Its words; empty when it only moved the note into the bin or out of it."""
        return str(self.body.get("tekst", ""))

    @property
    def soort_naam(self) -> str:
        """The soort as a person reads it, when it is another than the usual one."""
        soort = self.body.get("soort", Soort.INZICHT)
        return Soort(soort).label if soort in Soort.values and soort != Soort.INZICHT else ""


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
    """The op as JSON text, cut off at ``MAX_QUARANTAINE`` characters."""
    received_at = models.DateTimeField()
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
        """The op as it was sent; empty when it was no object, or was cut off."""
        try:
            op = json.loads(self.op)
        except ValueError:
            return {}
        return op if isinstance(op, dict) else {}

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
