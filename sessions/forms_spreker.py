"""What a spreker brings: which values are accepted."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from denkdiner.forms import SchoonForm
from denkdiner.pictures import FOTO_TE_GROOT, MAX_PHOTO_BYTES
from sessions.models import MAX_IDEE

KIES = "Kies eerst een foto."


class PortretForm(SchoonForm):
    """A picture to keep, or *weg*: none any more."""

    bestand = forms.FileField(
        label="Foto",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG of WebP, ten hoogste 5 MB. Waar en wanneer de foto gemaakt is, wordt niet bewaard.",
        error_messages={"required": KIES, "empty": "Dit bestand is leeg.", "invalid": KIES, "missing": KIES},
    )
    weg = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bestand"].required = not self.data.get("weg")

    def clean_bestand(self) -> bytes | None:
        """The content; what is too large is not read."""
        bestand = self.cleaned_data["bestand"]
        if bestand is None:
            return None
        if bestand.size > MAX_PHOTO_BYTES:
            raise ValidationError(FOTO_TE_GROOT)
        return bytes(bestand.read())


class BevestigdForm(SchoonForm):
    """A button: the spreker said yes, or not any more."""

    bevestigd = forms.BooleanField(required=False)


class IdeeForm(SchoonForm):
    tekst = forms.CharField(
        label="Welke stelling stel je voor?",
        max_length=MAX_IDEE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Kort en prikkelend, ten hoogste {MAX_IDEE} tekens. De organisatie kiest.",
    )
