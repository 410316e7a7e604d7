"""What is planned: a reeks of diners with its people, stellingen, draaiboek and tables. Words: ``docs/begrippen.md``."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from denkdiner.constraints import not_blank, one_of
from sessions.models.leden import Gebruiker, Lidmaatschap, Rol

BEZETTE_ADRESSEN = frozenset({"nieuw", "importeren"})
"""Words that stand where the slug of a reeks stands in an address."""
ALS_KLEUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Gebruik een kleur als #1a4d5c.")


class ReeksQuerySet(models.QuerySet["Reeks"]):
    def of(self, gebruiker: Gebruiker) -> ReeksQuerySet:
        """The reeksen in which *gebruiker* has any role."""
        return self.filter(pk__in=Lidmaatschap.objects.filter(gebruiker=gebruiker).values("reeks"))


class Reeks(models.Model):
    """A series of diners that feeds one verkenning."""

    slug = models.SlugField("adres", max_length=60, unique=True)
    titel = models.CharField("titel", max_length=200)
    organisatie = models.CharField("organisatie", max_length=200, blank=True)
    inleiding = models.TextField("inleiding", blank=True)
    horizonjaar = models.PositiveSmallIntegerField(
        "horizonjaar", default=2050, validators=[MinValueValidator(2000), MaxValueValidator(2200)]
    )
    bewaren_tot = models.DateField(
        "bewaren tot",
        null=True,
        blank=True,
        help_text="Organisatoren krijgen vooraf bericht. Er wordt niets vanzelf gewist.",
    )
    kleur = models.CharField("kleur", max_length=7, blank=True, validators=[ALS_KLEUR])
    tweede_kleur = models.CharField("tweede kleur", max_length=7, blank=True, validators=[ALS_KLEUR])
    toegang_voor_uren = models.PositiveSmallIntegerField("tafels open, uren voor begin", default=2)
    toegang_na_uren = models.PositiveSmallIntegerField("tafels open, uren na begin", default=8)
    max_apparaten = models.PositiveSmallIntegerField("apparaten per tafel", default=3)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReeksQuerySet.as_manager()

    class Meta:
        verbose_name = "reeks"
        verbose_name_plural = "reeksen"
        ordering = ["titel", "pk"]
        constraints = [
            not_blank("titel"),
            models.CheckConstraint(
                condition=Q(horizonjaar__gte=2000, horizonjaar__lte=2200),
                name="diners_reeks_horizonjaar_bereik",
            ),
        ]

    def __str__(self) -> str:
        return self.titel

    def days_to_keep(self, vandaag: date) -> int | None:
        """Until ``bewaren_tot``; negative when that has passed, None without such a date."""
        return None if self.bewaren_tot is None else (self.bewaren_tot - vandaag).days


class Spreker(models.Model):
    """Somebody who speaks at one or more diners; needs no account."""

    reeks = models.ForeignKey(Reeks, models.CASCADE, related_name="sprekers")
    naam = models.CharField("naam", max_length=120)
    functie = models.CharField("functie", max_length=200, blank=True)
    organisatie = models.CharField("organisatie", max_length=200, blank=True)
    bio = models.TextField("bio", blank=True)
    email = models.EmailField("e-mailadres", blank=True)
    telefoon = models.CharField("telefoon", max_length=30, blank=True)

    class Meta:
        verbose_name = "spreker"
        verbose_name_plural = "sprekers"
        ordering = ["naam", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reeks", "naam"],
                name="diners_spreker_naam_uniek",
                violation_error_message="Deze spreker staat al in de reeks.",
            ),
            not_blank("naam"),
        ]

    def __str__(self) -> str:
        return self.naam


class Dinerstatus(models.TextChoices):
    VOORBEREIDING = "voorbereiding", "In voorbereiding"
    LIVE = "live", "Live"
    AFGESLOTEN = "afgesloten", "Afgesloten"


EERSTE_DATUM, LAATSTE_DATUM = date(1900, 1, 1), date(2199, 12, 31)
"""With years beside them that calendars and reminders can count in."""
DATUM_FOUT = "Kies een datum tussen 1900 en 2200."


class DinerQuerySet(models.QuerySet["Diner"]):
    def organised_by(self, gebruiker: Gebruiker) -> DinerQuerySet:
        """Of the reeksen in which *gebruiker* is organisator."""
        eigen = Lidmaatschap.objects.filter(gebruiker=gebruiker, rol=Rol.ORGANISATOR)
        return self.filter(reeks__in=eigen.values("reeks"))


class Diner(models.Model):
    """One evening with one theme. Its title stands only here and is generated everywhere else."""

    reeks = models.ForeignKey(Reeks, models.CASCADE, related_name="diners")
    nummer = models.PositiveSmallIntegerField("nummer", validators=[MinValueValidator(1)])
    titel = models.CharField("titel", max_length=200)
    datum = models.DateField(
        "datum",
        null=True,
        blank=True,
        validators=[
            MinValueValidator(EERSTE_DATUM, DATUM_FOUT),
            MaxValueValidator(LAATSTE_DATUM, DATUM_FOUT),
        ],
    )
    begintijd = models.TimeField("begintijd", null=True, blank=True)
    locatie = models.CharField("locatie", max_length=200, blank=True)
    herinner_dagen = models.PositiveSmallIntegerField(
        "herinner sprekers, dagen vooraf",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    """None: no reminder by itself (``sessions.services.postkamer``)."""
    status = models.CharField(
        "status", max_length=20, choices=Dinerstatus.choices, default=Dinerstatus.VOORBEREIDING
    )
    sprekers: models.ManyToManyField[Spreker, Optreden] = models.ManyToManyField(
        Spreker, through="Optreden", related_name="diners"
    )
    scherm_nonce = models.CharField(max_length=32, blank=True)
    scherm_token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    code_missers = models.PositiveSmallIntegerField(default=0)
    """Codes that opened no table since the organiser had them shown (``sessions.services.codes``)."""

    objects = DinerQuerySet.as_manager()

    class Meta:
        verbose_name = "diner"
        verbose_name_plural = "diners"
        ordering = ["nummer", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reeks", "nummer"],
                name="diners_diner_nummer_uniek",
                violation_error_message="Er is al een diner met dit nummer.",
            ),
            models.CheckConstraint(condition=Q(nummer__gte=1), name="diners_diner_nummer_vanaf_1"),
            models.CheckConstraint(
                condition=Q(herinner_dagen=None) | Q(herinner_dagen__gte=1, herinner_dagen__lte=60),
                name="diners_diner_herinner_dagen_bereik",
            ),
            models.CheckConstraint(
                condition=Q(datum=None) | Q(datum__gte=EERSTE_DATUM, datum__lte=LAATSTE_DATUM),
                name="diners_diner_datum_bereik",
            ),
            not_blank("titel"),
            one_of("status", Dinerstatus),
        ]

    def __str__(self) -> str:
        return f"Diner {self.nummer}: {self.titel}"

    @property
    def is_live(self) -> bool:
        return self.status == Dinerstatus.LIVE


class Optreden(models.Model):
    """A spreker at a diner, in speaking order."""

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="optredens")
    spreker = models.ForeignKey(Spreker, models.CASCADE, related_name="optredens")
    volgorde = models.PositiveSmallIntegerField(default=0)
    bevestigd_at = models.DateTimeField("bevestigd", null=True, blank=True)

    class Meta:
        verbose_name = "optreden"
        verbose_name_plural = "optredens"
        ordering = ["volgorde", "pk"]
        constraints = [models.UniqueConstraint(fields=["diner", "spreker"], name="diners_optreden_uniek")]

    def __str__(self) -> str:
        return f"{self.spreker} bij {self.diner}"


class Stellingstatus(models.TextChoices):
    CONCEPT = "concept", "Concept"
    DEFINITIEF = "definitief", "Definitief"


class Stelling(models.Model):
    """A provocation that tables talk about. Its text stands only here."""

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="stellingen")
    nummer = models.PositiveSmallIntegerField("nummer", validators=[MinValueValidator(1)])
    tekst = models.CharField("stelling", max_length=500)
    toelichting = models.TextField("toelichting", blank=True)
    doorvragen = models.JSONField("doorvragen", default=list, blank=True)
    """Follow-up questions for the table: a list of strings."""
    status = models.CharField(
        "status", max_length=20, choices=Stellingstatus.choices, default=Stellingstatus.CONCEPT
    )

    class Meta:
        verbose_name = "stelling"
        verbose_name_plural = "stellingen"
        ordering = ["nummer", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["diner", "nummer"], name="diners_stelling_nummer_uniek"),
            models.CheckConstraint(condition=Q(nummer__gte=1), name="diners_stelling_nummer_vanaf_1"),
            not_blank("tekst"),
            one_of("status", Stellingstatus),
        ]

    def __str__(self) -> str:
        return f"Stelling {self.nummer}: {self.tekst}"


class RondeQuerySet(models.QuerySet["Ronde"]):
    def running(self) -> RondeQuerySet:
        """Begun and not ended: at most one per diner (paused counts as running)."""
        return self.filter(started_at__isnull=False, ended_at__isnull=True)


class Rondesoort(models.TextChoices):
    ONTVANGST = "ontvangst", "Ontvangst"
    SPREKER = "spreker", "Spreker"
    TAFELGESPREK = "tafelgesprek", "Tafelgesprek"
    PLENAIR = "plenair", "Plenair"
    GANG = "gang", "Gang"
    PAUZE = "pauze", "Pauze"
    AFSLUITING = "afsluiting", "Afsluiting"


OVER_EEN_STELLING = frozenset({Rondesoort.TAFELGESPREK, Rondesoort.PLENAIR})
"""Only in these rondes is a stelling talked about."""


class Ronde(models.Model):
    """One item of the draaiboek. Live state is kept as timestamps, so that nobody needs to tick.

    planned: ``started_at`` empty; running: ``ends_at`` set; paused: ``paused_remaining`` (seconds) set; ended: ``ended_at``.
    """

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="rondes")
    nummer = models.PositiveSmallIntegerField("volgorde", validators=[MinValueValidator(1)])
    soort = models.CharField(
        "soort", max_length=20, choices=Rondesoort.choices, default=Rondesoort.TAFELGESPREK
    )
    titel = models.CharField("titel", max_length=200, blank=True)
    minuten = models.PositiveSmallIntegerField(
        "duur in minuten", default=25, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    stelling = models.ForeignKey(
        Stelling, models.SET_NULL, null=True, blank=True, related_name="rondes", verbose_name="stelling"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    paused_remaining = models.PositiveIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = RondeQuerySet.as_manager()

    class Meta:
        verbose_name = "ronde"
        verbose_name_plural = "rondes"
        ordering = ["nummer", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["diner", "nummer"], name="diners_ronde_nummer_uniek"),
            models.UniqueConstraint(
                fields=["diner"],
                condition=Q(started_at__isnull=False, ended_at__isnull=True),
                name="diners_ronde_een_tegelijk",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=False) | Q(ends_at=None, paused_remaining=None, ended_at=None),
                name="diners_ronde_niet_begonnen_is_leeg",
            ),
            models.CheckConstraint(
                condition=Q(started_at=None)
                | Q(ended_at__isnull=False, paused_remaining=None)
                | Q(ended_at=None, ends_at__isnull=False, paused_remaining=None)
                | Q(ended_at=None, ends_at=None, paused_remaining__isnull=False),
                name="diners_ronde_loopt_of_pauzeert",
            ),
            one_of("soort", Rondesoort),
        ]

    def __str__(self) -> str:
        return self.titel or self.get_soort_display()

    @property
    def is_running(self) -> bool:
        """Begun and not ended, paused or not."""
        return self.started_at is not None and self.ended_at is None

    @property
    def is_paused(self) -> bool:
        return self.is_running and self.paused_remaining is not None

    @property
    def left(self) -> timedelta:
        """The whole seconds that were left when it ended; zero when it took its time, and as long as it has not ended."""
        if self.ended_at is None or self.ends_at is None:
            return timedelta()
        return timedelta(seconds=max(0, int((self.ends_at - self.ended_at).total_seconds())))

    @property
    def left_as_clock(self) -> str:
        """``left`` as "12:30" (minutes and seconds)."""
        minuten, seconden = divmod(int(self.left.total_seconds()), 60)
        return f"{minuten}:{seconden:02}"

    def remaining(self, now: datetime) -> timedelta:
        """Time left at *now*; negative in overtime; the planned duration before the start."""
        if self.paused_remaining is not None:
            return timedelta(seconds=self.paused_remaining)
        if self.ends_at is not None:
            return self.ends_at - now
        return timedelta(minutes=self.minuten)


class Tafel(models.Model):
    """A table in the room; what it says is what the app counts."""

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="tafels")
    nummer = models.PositiveSmallIntegerField("nummer", validators=[MinValueValidator(1)])
    naam = models.CharField("naam", max_length=80, blank=True)
    aantal_gasten = models.PositiveSmallIntegerField("aantal gasten", default=8)

    class Meta:
        verbose_name = "tafel"
        verbose_name_plural = "tafels"
        ordering = ["nummer", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["diner", "nummer"],
                name="diners_tafel_nummer_uniek",
                violation_error_message="Er is al een tafel met dit nummer.",
            ),
            models.CheckConstraint(condition=Q(nummer__gte=1), name="diners_tafel_nummer_vanaf_1"),
        ]

    def __str__(self) -> str:
        return f"Tafel {self.nummer}" + (f" ({self.naam})" if self.naam else "")


class Gast(models.Model):
    """Optional: a guest. No notes ever hang on a guest: what is said belongs to the table."""

    id = models.UUIDField(primary_key=True)
    diner = models.ForeignKey(Diner, models.CASCADE, related_name="gasten")
    naam = models.CharField("naam", max_length=120)
    organisatie = models.CharField("organisatie", max_length=200, blank=True)
    sector = models.CharField("sector", max_length=80, blank=True)
    afgemeld = models.BooleanField("afgemeld", default=False)
    """Does not come after all: gets no place, but stays in the list."""

    class Meta:
        verbose_name = "gast"
        verbose_name_plural = "gasten"
        ordering = ["naam", "pk"]
        constraints = [not_blank("naam")]

    def __str__(self) -> str:
        return self.naam


class Plaats(models.Model):
    """Where a gast sits in a ronde; ``vast`` places are pinned by a person."""

    gast = models.ForeignKey(Gast, models.CASCADE, related_name="plaatsen")
    ronde = models.ForeignKey(Ronde, models.CASCADE, related_name="plaatsen")
    tafel = models.ForeignKey(Tafel, models.CASCADE, related_name="plaatsen")
    vast = models.BooleanField("vastgezet", default=False)

    class Meta:
        verbose_name = "plaats"
        verbose_name_plural = "plaatsen"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["gast", "ronde"], name="diners_plaats_een_per_ronde")]

    def __str__(self) -> str:
        return f"{self.gast} aan {self.tafel}"


class Toegang(models.Model):
    """The right of a table's tablets to write: a token of which only the hash is stored.

    The token itself is derived from SECRET_KEY and ``nonce`` (``sessions.tokens``), so that an organiser can print the QR
    again while a copy of the database opens nothing.
    """

    tafel = models.ForeignKey(Tafel, models.CASCADE, related_name="toegangen")
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    """Of a code to read aloud, for a tablet without a camera; empty when the organiser shows none."""
    code_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    """Rotated: joined devices stay, new ones cannot join with the old token."""
    revoked_at = models.DateTimeField(null=True, blank=True)
    """Revoked: devices are out at once."""

    class Meta:
        verbose_name = "toegang"
        verbose_name_plural = "toegangen"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tafel"],
                condition=Q(revoked_at=None, replaced_at=None),
                name="diners_toegang_een_geldig",
            ),
            models.CheckConstraint(
                condition=Q(code_hash="") | Q(code_until__isnull=False), name="diners_toegang_code_heeft_eind"
            ),
            models.UniqueConstraint(
                fields=["code_hash"], condition=~Q(code_hash=""), name="diners_toegang_code_uniek"
            ),
        ]

    def __str__(self) -> str:
        return f"Toegang van {self.tafel}"


MAX_WACHTEND = 999


class ApparaatQuerySet(models.QuerySet["Apparaat"]):
    def active(self) -> ApparaatQuerySet:
        """Joined, and neither the device nor its toegang revoked."""
        return self.filter(revoked_at=None, toegang__revoked_at=None)


class Apparaat(models.Model):
    """A tablet or phone that joined a table. Its cookie holds a secret of which only the hash is stored."""

    toegang = models.ForeignKey(Toegang, models.CASCADE, related_name="apparaten")
    sleutel_hash = models.CharField(max_length=64, unique=True)
    nummer = models.PositiveSmallIntegerField()
    """1, 2, 3 … at this toegang: "tablet 2 van tafel 4"."""
    joined_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    wachtend = models.PositiveSmallIntegerField(default=0)
    """Ops that it still had to hand over when it last said so; at most ``MAX_WACHTEND`` is told."""

    objects = ApparaatQuerySet.as_manager()

    class Meta:
        verbose_name = "apparaat"
        verbose_name_plural = "apparaten"
        ordering = ["nummer", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["toegang", "nummer"], name="diners_apparaat_nummer_uniek"),
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=F("joined_at")), name="diners_apparaat_gezien_na_begin"
            ),
            models.CheckConstraint(
                condition=Q(wachtend__lte=MAX_WACHTEND), name="diners_apparaat_wachtend_bereik"
            ),
        ]

    def __str__(self) -> str:
        return f"Apparaat {self.nummer} van {self.toegang.tafel}"
