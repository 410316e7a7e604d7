"""What an organiser may fill in about guests and their places."""

from typing import Any

from django import forms

from denkdiner.forms import SchoonForm
from denkdiner.samen import SamenModelForm
from sessions.models import Diner, Gast, Tafel
from sessions.tabellen import MAX_BYTES, TE_GROOT


class GastForm(SamenModelForm):
    class Meta:
        model = Gast
        fields = ("naam", "organisatie", "sector", "afgemeld")
        help_texts = {"afgemeld": "Komt toch niet: krijgt geen plaats, en blijft in de lijst staan."}


class LijstForm(SchoonForm):
    bestand = forms.FileField(
        label="Bestand",
        help_text="CSV of Excel (.xlsx), ten hoogste 2 MB en 5.000 gasten.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        error_messages={"required": "Kies eerst een bestand.", "empty": "Dit bestand is leeg."},
    )

    def clean_bestand(self) -> bytes:
        bestand = self.cleaned_data["bestand"]
        if bestand.size > MAX_BYTES:
            raise forms.ValidationError(TE_GROOT)
        return bytes(bestand.read())


class KolommenForm(SchoonForm):
    """Which column of a list says what. ``cleaned_data["kolommen"]`` is what ``sessions.gastenlijst`` wants."""

    naam = forms.ChoiceField(
        label="Naam", error_messages={"required": "Kies in welke kolom de naam van de gast staat."}
    )
    organisatie = forms.ChoiceField(label="Organisatie", required=False)
    sector = forms.ChoiceField(label="Sector", required=False)
    tabel = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, koppen: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kolommen = [(str(plek), kop or f"Kolom {plek + 1}") for plek, kop in enumerate(koppen)]
        for naam, leeg in (
            ("naam", "Kies een kolom"),
            ("organisatie", "Staat er niet in"),
            ("sector", "Staat er niet in"),
        ):
            self.fields[naam].choices = [("", leeg), *kolommen]  # type: ignore[attr-defined]

    @property
    def choice(self) -> str:
        """The columns as one word: to see whether they are still those of the preview."""
        return "-".join(self.data.get(naam, "") for naam in ("naam", "organisatie", "sector"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kolommen = {
            naam: int(data[naam]) if data.get(naam) else None for naam in ("naam", "organisatie", "sector")
        }
        gekozen = [plek for plek in kolommen.values() if plek is not None]
        if len(set(gekozen)) < len(gekozen):
            raise forms.ValidationError("Twee keer dezelfde kolom gekozen. Kies voor elk een andere.")
        return data | {"kolommen": kolommen}


class PlaatsForm(SchoonForm):
    gast = forms.ModelChoiceField(Gast.objects.none(), label="Gast", empty_label="Kies een gast")
    tafel = forms.ModelChoiceField(
        Tafel.objects.none(), label="Naar", required=False, empty_label="Geen tafel"
    )

    def __init__(self, *args: Any, diner: Diner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gast"].queryset = diner.gasten.filter(afgemeld=False).order_by("naam", "pk")  # type: ignore[attr-defined]
        self.fields["tafel"].queryset = diner.tafels.order_by("nummer", "pk")  # type: ignore[attr-defined]


class PinForm(SchoonForm):
    gast = forms.UUIDField()
    vast = forms.BooleanField(required=False)
