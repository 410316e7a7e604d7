"""What it means: rode draden, what carries them, and the verslag."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from capture.models import Bijdrage, BijdrageVersie, Versiesoort
from denkdiner.constraints import not_blank, one_of
from sessions.models import Diner, Gebruiker, Reeks, Stelling


class Draadstatus(models.TextChoices):
    CONCEPT = "concept", "Concept"
    IN_REVIEW = "in_review", "In review"
    VASTGESTELD = "vastgesteld", "Vastgesteld"


class RodeDraad(models.Model):
    """A thread: what several tables said, with its spanning and kernvraag; of a stelling, a diner or the reeks.

    ``stelling`` set: of that stelling; only ``diner`` set: of that diner; neither: of the reeks. As soon as a person touches
    a thread ``door_mens`` is true, and no new proposal changes it any more.
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
        ]

    def __str__(self) -> str:
        return self.titel

    @property
    def has_spanning(self) -> bool:
        return bool(self.pool_a)


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
    volgorde = models.PositiveSmallIntegerField(default=0)
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


class Handelingsoort(models.TextChoices):
    PLAATS = "plaats", "plaatste net een notitie"
    NIEUW = "nieuw", "begon net een rode draad"
    OPZIJ = "opzij", "legde net een notitie opzij"
    QUOTE = "quote", "koos net een quote"
    POOL = "pool", "zette net een notitie aan een kant"


class Handeling(models.Model):
    """One step of a verslaglegger in the inbox: what it did to a note, so that it can be taken back; else never changed.

    ``voor`` and ``na``: the place of the note as ``synthesis.services.inbox`` writes it; ``voor`` is null when it was loose.
    """

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="handelingen")
    gebruiker = models.ForeignKey(Gebruiker, models.CASCADE, related_name="handelingen")
    bijdrage = models.ForeignKey(Bijdrage, models.CASCADE, related_name="handelingen")
    soort = models.CharField("soort", max_length=8, choices=Handelingsoort.choices)
    voor = models.JSONField(null=True)
    na = models.JSONField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "handeling"
        verbose_name_plural = "handelingen"
        ordering = ["pk"]
        constraints = [one_of("soort", Handelingsoort)]
        indexes = [models.Index(fields=["diner", "gebruiker", "-id"], name="handeling_laatste")]

    def __str__(self) -> str:
        return f"{self.gebruiker} {self.get_soort_display()}: {self.bijdrage_id}"


class Verslagstatus(models.TextChoices):
    CONCEPT = "concept", "Concept"
    IN_REVIEW = "in_review", "In review"
    VASTGESTELD = "vastgesteld", "Vastgesteld"


class Verslag(models.Model):
    """The report of a reeks: what people wrote by section, its state, and the versions that were made of it."""

    reeks = models.OneToOneField(Reeks, models.CASCADE, related_name="verslag")
    titel = models.CharField("titel", max_length=200, blank=True)
    status = models.CharField(
        "status", max_length=12, choices=Verslagstatus.choices, default=Verslagstatus.CONCEPT
    )
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "verslag"
        verbose_name_plural = "verslagen"
        constraints = [one_of("status", Verslagstatus)]

    def __str__(self) -> str:
        return self.titel or f"Verslag van {self.reeks}"


class Verslagdeel(models.Model):
    """What a person wrote for one section; a section without one is generated from the data."""

    verslag = models.ForeignKey(Verslag, models.CASCADE, related_name="delen")
    sleutel = models.CharField(max_length=60, blank=True)
    """Which fixed section: "over", "1.1", "1.2", "1.3", "3", "4"; empty for the section of a stelling."""
    stelling = models.ForeignKey(Stelling, models.CASCADE, null=True, blank=True, related_name="verslagdelen")
    """Whose "Rode draad" this is. By record and not by number: stellingen may change places."""
    tekst = models.TextField("tekst")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="verslagdelen"
    )

    class Meta:
        verbose_name = "deel van een verslag"
        verbose_name_plural = "delen van verslagen"
        ordering = ["sleutel", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["verslag", "sleutel"],
                condition=Q(stelling=None),
                name="synthesis_verslagdeel_uniek",
            ),
            models.UniqueConstraint(fields=["verslag", "stelling"], name="synthesis_verslagdeel_stelling"),
            models.CheckConstraint(
                condition=Q(sleutel="", stelling__isnull=False) | (~Q(sleutel="") & Q(stelling=None)),
                name="synthesis_verslagdeel_sleutel_of_stelling",
            ),
        ]

    def __str__(self) -> str:
        return self.plaats

    @property
    def plaats(self) -> str:
        """The section in the report: "1.1", or "2.<diner>.<stelling>" as they are numbered now."""
        if self.stelling is None:
            return self.sleutel
        return f"2.{self.stelling.diner.nummer}.{self.stelling.nummer}"


class Verslagversie(models.Model):
    """The report as it stood at one moment: its content tree as JSON, never changed afterwards."""

    verslag = models.ForeignKey(Verslag, models.CASCADE, related_name="versies")
    nummer = models.PositiveIntegerField()
    inhoud = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="verslagversies"
    )

    class Meta:
        verbose_name = "versie van een verslag"
        verbose_name_plural = "versies van verslagen"
        ordering = ["-nummer"]
        constraints = [
            models.UniqueConstraint(fields=["verslag", "nummer"], name="synthesis_verslagversie_uniek")
        ]

    def __str__(self) -> str:
        return f"{self.verslag}, versie {self.nummer}"


def _deleted_since() -> Exists:
    """Its table put the note in the bin after it was copied, even if it came back since."""
    return Exists(
        BijdrageVersie.objects.filter(
            bijdrage=OuterRef("bijdrage"), kind=Versiesoort.DELETE, rev__gt=OuterRef("rev"), apart=False
        )
    )


class VrijgaveQuerySet(models.QuerySet["Vrijgave"]):
    def live(self) -> VrijgaveQuerySet:
        """Offered or released, and not withdrawn."""
        return self.filter(ingetrokken_at=None)

    def with_teruggenomen(self) -> VrijgaveQuerySet:
        """With ``teruggenomen``: those who said it deleted it since, even if it came back."""
        return self.annotate(teruggenomen=_deleted_since())

    def standing(self) -> VrijgaveQuerySet:
        """What the scherm may show: released, not withdrawn, and not taken back by those who said it."""
        present = Q(bijdrage=None) | Q(bijdrage__deleted_at=None)
        return self.live().filter(present, ~_deleted_since(), vrijgegeven_at__isnull=False)


class Vrijgave(models.Model):
    """A thread or a note for the scherm: offered by a verslaglegger, released and withdrawn by the regie.

    ``tekst`` is a copy of what the scherm shows, made when it was offered and made again when it is released: whatever is
    written later never changes the projector by itself. A note that its table deletes leaves the screen at once.
    """

    diner = models.ForeignKey(Diner, models.CASCADE, related_name="vrijgaven")
    rode_draad = models.ForeignKey(RodeDraad, models.CASCADE, null=True, blank=True, related_name="vrijgaven")
    bijdrage = models.ForeignKey(Bijdrage, models.CASCADE, null=True, blank=True, related_name="vrijgaven")
    tekst = models.TextField("tekst")
    """The title of the thread, or the words of the note."""
    rev = models.PositiveIntegerField()
    """Which version of the thread or the note was copied."""
    tafels = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many tables supported the thread then; empty for a note, and for a thread of no stelling."""
    besproken = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many tables had discussed its stelling then."""
    aangeboden_at = models.DateTimeField()
    aangeboden_door = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="aangeboden_vrijgaven"
    )
    vrijgegeven_at = models.DateTimeField(null=True, blank=True)
    vrijgegeven_door = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="vrijgaven"
    )
    ingetrokken_at = models.DateTimeField(null=True, blank=True)

    objects = VrijgaveQuerySet.as_manager()

    class Meta:
        verbose_name = "vrijgave"
        verbose_name_plural = "vrijgaven"
        ordering = ["aangeboden_at", "pk"]
        constraints = [
            not_blank("tekst"),
            models.CheckConstraint(
                condition=Q(rode_draad=None, bijdrage__isnull=False)
                | Q(rode_draad__isnull=False, bijdrage=None),
                name="synthesis_vrijgave_draad_of_bijdrage",
            ),
            models.CheckConstraint(
                condition=Q(tafels=None, besproken=None)
                | Q(
                    tafels__isnull=False,
                    besproken__isnull=False,
                    bijdrage=None,
                    tafels__lte=F("besproken"),
                ),
                name="synthesis_vrijgave_breedte_van_draad",
            ),
            models.CheckConstraint(
                condition=Q(vrijgegeven_at=None) | Q(vrijgegeven_at__gte=F("aangeboden_at")),
                name="synthesis_vrijgave_na_aanbod",
            ),
            models.CheckConstraint(
                condition=Q(vrijgegeven_door=None) | Q(vrijgegeven_at__isnull=False),
                name="synthesis_vrijgave_door_wie_is_vrijgegeven",
            ),
            models.CheckConstraint(
                condition=Q(ingetrokken_at=None)
                | Q(vrijgegeven_at=None, ingetrokken_at__gte=F("aangeboden_at"))
                | Q(vrijgegeven_at__isnull=False, ingetrokken_at__gte=F("vrijgegeven_at")),
                name="synthesis_vrijgave_intrekken_komt_laatst",
            ),
            models.UniqueConstraint(
                fields=["rode_draad"],
                condition=Q(ingetrokken_at=None),
                name="synthesis_vrijgave_een_per_draad",
            ),
            models.UniqueConstraint(
                fields=["bijdrage"],
                condition=Q(ingetrokken_at=None),
                name="synthesis_vrijgave_een_per_bijdrage",
            ),
        ]

    def __str__(self) -> str:
        return self.tekst[:60]

    @property
    def is_released(self) -> bool:
        return self.vrijgegeven_at is not None
