"""What a spreker brings: which values are accepted."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from denkdiner.forms import SchoonForm
from denkdiner.pictures import MAX_BYTES, TE_GROOT
from sessions.models import MAX_IDEE

KIES = "Kies eerst een foto."


class PortretForm(SchoonForm):
    """A picture to keep, or *weg*: none any more."""

    bestand = forms.FileField(
        label="Foto",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG of WebP, ten hoogste 5 MB. Waar en wanneer de foto gemaakt is, wordt niet bewaard.",
        error_messages={"empty": "Dit bestand is leeg.", "invalid": KIES, "missing": KIES},
    )
    weg = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_bestand(self) -> bytes | None:
        """The content; what is too large is not read."""
        bestand = self.cleaned_data["bestand"]
        if bestand is None:
            return None
        if bestand.size > MAX_BYTES:
            raise ValidationError(TE_GROOT)
        return bytes(bestand.read())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("weg") and not data.get("bestand") and "bestand" not in self.errors:
            self.add_error("bestand", KIES)
        return data


class IdeeForm(SchoonForm):
    tekst = forms.CharField(
        label="Welke stelling stel je voor?",
        max_length=MAX_IDEE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Kort en prikkelend, ten hoogste {MAX_IDEE} tekens. De organisatie kiest.",
    )
