"""What a table says: bijdragen, with every version of them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from denkdiner.constraints import max_length, not_blank, one_of
from sessions.models import Apparaat, Diner, Gebruiker, Ronde, Stelling, Tafel

MAX_TEKST = 20_000
"""Characters of one note (docs/protocol.md: longer is refused with a clear verdict)."""
MAX_TREFWOORDEN, MAX_TREFWOORD = 12, 60
"""Trefwoorden of one note, and characters of each."""


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
