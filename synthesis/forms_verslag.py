"""Forms of the report: as a file, its versions, its status, and what may stand in it."""

from typing import Any

from django import forms

from denkdiner.forms import SchoonForm
from sessions.models import Reeks
from synthesis.exports import FORMATEN
from synthesis.models import MAX_REDEN_AANVAARDING, MAX_TOELICHTING, Verslagstatus


class BestandForm(forms.Form):
    """Which format, which diners, and what comes with it."""

    formaat = forms.ChoiceField(
        label="Formaat",
        choices=[(sleutel, formaat.naam) for sleutel, formaat in FORMATEN.items()],
        error_messages={
            "required": "Kies een formaat.",
            "invalid_choice": "Dit formaat kennen we niet. Kies er een uit de lijst.",
        },
    )
    diner = forms.TypedMultipleChoiceField(
        label="Diners",
        coerce=int,
        required=False,
        error_messages={"invalid_choice": "Dit diner hoort niet bij deze reeks."},
    )
    bijlage = forms.BooleanField(label="Alle notities als bijlage", required=False)
    spoor = forms.BooleanField(label="Spoor van zin naar notities", required=False)
    gasten = forms.BooleanField(label="Namen van gasten", required=False)

    def __init__(self, *args: Any, reeks: Reeks, met_gasten: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.diners = list(reeks.diners.order_by("nummer"))
        keuze = self.fields["diner"]
        if isinstance(keuze, forms.TypedMultipleChoiceField):
            keuze.choices = [(diner.nummer, str(diner)) for diner in self.diners]
        if not met_gasten:
            del self.fields["gasten"]

    def clean_diner(self) -> tuple[int, ...]:
        """Empty for all of them, so that the file has the same name whether or not each was ticked."""
        gekozen = tuple(sorted(set(self.cleaned_data["diner"])))
        return () if len(gekozen) == len(self.diners) else gekozen


class SjabloonForm(forms.Form):
    """A .docx of the organisation."""

    bestand = forms.FileField(
        label="Word-document van de organisatie",
        help_text="Een .docx van ten hoogste 5 MB. Stijlen, kop- en voettekst en logo blijven.",
        error_messages={
            "required": "Kies een Word-document.",
            "empty": "Dit bestand is leeg.",
            "missing": "Kies een Word-document.",
            "invalid": "Kies een Word-document.",
        },
    )

    def clean_bestand(self) -> Any:
        from synthesis.exports.sjabloon import (  # lxml: only when somebody brings a template
            MAX_BYTES,
            TE_GROOT,
        )

        bestand = self.cleaned_data["bestand"]
        if bestand.size > MAX_BYTES:
            raise forms.ValidationError(TE_GROOT)
        return bestand


class VersieForm(SchoonForm):
    """A version to keep, perhaps with a line about it."""

    toelichting = forms.CharField(
        label="Waarom bewaar je deze versie?",
        max_length=MAX_TOELICHTING,
        required=False,
        help_text="Bijvoorbeeld: naar de provincie gestuurd.",
    )


class VerslagstatusForm(SchoonForm):
    """Another status; from vastgesteld only with a reason."""

    naar = forms.ChoiceField(
        choices=Verslagstatus.choices,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "Kies een status uit de lijst."},
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    reden = forms.CharField(
        label="Waarom gaat het terug?",
        max_length=MAX_TOELICHTING,
        help_text="De reden staat bij de versies en in het logboek van de reeks.",
        error_messages={"required": "Zeg waarom het vastgestelde verslag teruggaat."},
    )

    def __init__(self, *args: Any, is_vast: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_vast:
            del self.fields["reden"]


class PuntForm(SchoonForm):
    """Why a point may stand."""

    reden = forms.CharField(
        label="Waarom mag dit blijven staan?",
        max_length=MAX_REDEN_AANVAARDING,
        help_text="De reden blijft bij het verslag staan. Verandert dit punt, dan geldt hij niet meer.",
        error_messages={"required": "Zeg waarom dit punt mag blijven staan."},
    )


class GezienForm(SchoonForm):
    """What was on the page of who says that a text still holds."""

    gezien = forms.CharField(max_length=16, widget=forms.HiddenInput)
