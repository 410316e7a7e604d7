"""What guests send back, and how the organiser sets their pages."""

from collections.abc import Sequence
from typing import Any

from django import forms

from denkdiner.forms import SchoonForm
from synthesis.models import MAX_ANTWOORD, MAX_VERVOLG, Herkend, RodeDraad
from synthesis.services import Antwoord


class HerkenForm(SchoonForm):
    """Of each thread that a guest reads: recognised or not, and in their own words. A thread that is not among them is not
    a field, so nothing can be said of it.
    """

    algemeen = forms.CharField(
        label="Wat misten we?",
        required=False,
        max_length=MAX_ANTWOORD,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_ANTWOORD}),
    )

    def __init__(self, *args: Any, draden: Sequence[RodeDraad], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draden = tuple(draden)
        for draad in self.draden:
            self.fields[f"herkend-{draad.pk}"] = forms.ChoiceField(
                choices=Herkend.choices,
                required=False,
                error_messages={"invalid_choice": "Kies ja, deels of nee."},
            )
            self.fields[f"tekst-{draad.pk}"] = forms.CharField(required=False, max_length=MAX_ANTWOORD)

    def of(self, draad: RodeDraad) -> dict[str, Any]:
        """What the page shows of one thread: what was chosen and typed, and what is wrong with it."""
        herkend, tekst = self[f"herkend-{draad.pk}"], self[f"tekst-{draad.pk}"]
        return {
            "herkend": herkend.value() or "",
            "tekst": tekst.value() or "",
            "fouten": [*herkend.errors, *tekst.errors],
        }

    @property
    def antwoorden(self) -> list[Antwoord]:
        data = self.cleaned_data
        return [
            *(Antwoord(d, data[f"herkend-{d.pk}"], data[f"tekst-{d.pk}"]) for d in self.draden),
            Antwoord(None, tekst=data["algemeen"]),
        ]


class TerugstandForm(SchoonForm):
    is_aan = forms.BooleanField(
        label="Gasten kunnen kijken",
        required=False,
        help_text="Zet je dit uit, dan laat geen enkele link nog iets zien. De links blijven dezelfde.",
    )
    open_tot = forms.DateField(
        label="Tot en met",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Daarna gaan de pagina's vanzelf dicht.",
    )


class VervolgForm(SchoonForm):
    datum = forms.DateField(
        label="Wanneer", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    tekst = forms.CharField(
        label="Wat is ermee gedaan?",
        max_length=MAX_VERVOLG,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"Gasten lezen dit zoals het er staat; ten hoogste {MAX_VERVOLG} tekens.",
    )
