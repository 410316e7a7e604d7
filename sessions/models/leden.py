"""Who may do what: accounts, their roles in a reeks, and who is asked to join. Words: ``docs/begrippen.md``."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from denkdiner.constraints import one_of


class GebruikerManager(BaseUserManager["Gebruiker"]):
    """Accounts are found by e-mail address, in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Gebruiker:
        gebruiker = self.model(email=email.strip().lower(), **fields)
        gebruiker.set_password(password)
        gebruiker.save(using=self._db)
        return gebruiker

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> Gebruiker:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Gebruiker:
        return self.get(email=(username or "").strip().lower())


class Gebruiker(AbstractUser):
    """A person with an account. Rights never hang on the account itself, but on a Lidmaatschap of a reeks."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("e-mailadres", unique=True)
    naam = models.CharField("naam", max_length=120, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[GebruikerManager] = GebruikerManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "gebruiker"
        verbose_name_plural = "gebruikers"

    def __str__(self) -> str:
        """How colleagues read who this is. Never the address itself: that is for who manages the members."""
        return self.naam or self.email.partition("@")[0]

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Rol(models.TextChoices):
    ORGANISATOR = "organisator", "Organisator"
    VERSLAGLEGGER = "verslaglegger", "Verslaglegger"
    KIJKER = "kijker", "Kijker"


class Lidmaatschap(models.Model):
    """What a person may do in a reeks; one person may hold several roles."""

    gebruiker = models.ForeignKey(Gebruiker, models.CASCADE, related_name="lidmaatschappen")
    reeks = models.ForeignKey("diners.Reeks", models.CASCADE, related_name="lidmaatschappen")
    rol = models.CharField("rol", max_length=20, choices=Rol.choices)

    class Meta:
        verbose_name = "lidmaatschap"
        verbose_name_plural = "lidmaatschappen"
        ordering = ["rol", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["gebruiker", "reeks", "rol"], name="diners_lidmaatschap_uniek"),
            one_of("rol", Rol),
        ]

    def __str__(self) -> str:
        return f"{self.gebruiker}: {self.get_rol_display()}"


class UitnodigingQuerySet(models.QuerySet["Uitnodiging"]):
    def open(self) -> UitnodigingQuerySet:
        """Neither accepted nor taken back; it may have expired, and can then be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Uitnodiging(models.Model):
    """Somebody is asked by e-mail to join a reeks. The link works once until ``expires_at``; only its hash is stored."""

    reeks = models.ForeignKey("diners.Reeks", models.CASCADE, related_name="uitnodigingen")
    email = models.EmailField("e-mailadres")
    """In lower case."""
    rol = models.CharField("rol", max_length=20, choices=Rol.choices)
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        Gebruiker, models.SET_NULL, null=True, blank=True, related_name="uitnodigingen"
    )
    sent_at = models.DateTimeField()
    """When it was made, or sent again."""
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = UitnodigingQuerySet.as_manager()

    class Meta:
        verbose_name = "uitnodiging"
        verbose_name_plural = "uitnodigingen"
        ordering = ["email", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reeks", "email", "rol"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="diners_uitnodiging_een_open",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="diners_uitnodiging_een_einde"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="diners_uitnodiging_verloopt_later"
            ),
            one_of("rol", Rol),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_rol_display()}"

    def is_expired(self, now: datetime) -> bool:
        """Sent too long ago: the link does nothing until it is sent again."""
        return now >= self.expires_at
