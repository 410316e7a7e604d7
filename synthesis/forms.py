"""What a reporter may fill in."""

from collections.abc import Sequence
from typing import Any

from django import forms

from capture.models import Bijdrage, Horizon, Soort
from denkdiner.forms import SchoonForm
from sessions.models import Stelling
from synthesis.exchange import MAX_BYTES
from synthesis.models import MAX_REDEN, Onderbouwingsrol, Pool, RodeDraad
from synthesis.queries import OPZIJ

MAX_VERSLAGDEEL = 40_000
NIEUW = "nieuw"


class ImportForm(SchoonForm):
    bestand = forms.FileField(
        label="Bestand",
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"required": "Kies eerst een bestand.", "empty": "Dit bestand is leeg."},
    )

    def clean_bestand(self) -> bytes:
        """The content, never more than the limit (one byte over it tells the import that it is too large)."""
        return bytes(self.cleaned_data["bestand"].read(MAX_BYTES + 1))


class BewaarForm(SchoonForm):
    bewaren_tot = forms.DateField(
        label="Bewaren tot", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class AanbodForm(SchoonForm):
    """What is offered for the scherm: one thread, or one note."""

    draad = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    bijdrage = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("draad") is None) == (data.get("bijdrage") is None):
            raise forms.ValidationError("Kies één rode draad of één notitie.")
        return data


class StapForm(SchoonForm):
    """A step of the inbox: what to do with a note, and where it stood when the person looked."""

    bijdrage = forms.UUIDField()
    doe = forms.ChoiceField(choices=[(doe, doe) for doe in ("plaats", "nieuw", "opzij", "quote", "a", "b")])
    gezien = forms.CharField(max_length=20)
    draad = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    titel = forms.CharField(max_length=200, required=False)
    reden = forms.CharField(max_length=MAX_REDEN, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("doe") == "plaats" and data.get("draad") is None:
            raise forms.ValidationError("Kies een rode draad.")
        if data.get("doe") == "nieuw" and not data.get("titel", "").strip():
            raise forms.ValidationError("Geef de nieuwe rode draad een titel.")
        return data


class SpanningForm(SchoonForm):
    """The two sides of a thread, and which version of it the person was looking at."""

    draad = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    version = forms.IntegerField(min_value=0)
    pool_a = forms.CharField(label="De ene kant", max_length=200)
    pool_b = forms.CharField(label="De andere kant", max_length=200)


class FilterForm(SchoonForm):
    """Narrow the notes of a stelling; what is not in the list is simply not chosen."""

    soort = forms.ChoiceField(label="Soort", choices=[("", "Alle soorten"), *Soort.choices], required=False)
    tafel = forms.TypedChoiceField(label="Tafel", coerce=int, empty_value=None, required=False)
    horizon = forms.ChoiceField(label="Gaat over", required=False)
    woord = forms.CharField(label="Woord", max_length=60, required=False)

    def __init__(self, *args: Any, stelling: Stelling, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tafels = stelling.diner.tafels.order_by("nummer")
        self.fields["tafel"].choices = [("", "Alle tafels"), *((t.nummer, str(t)) for t in tafels)]  # type: ignore[attr-defined]
        jaar = str(stelling.diner.reeks.horizonjaar)
        self.fields["horizon"].choices = [  # type: ignore[attr-defined]
            ("", "Alles"),
            (Horizon.NU, "Nu"),
            (Horizon.MIDDELLANG, "Middellang"),
            (Horizon.HORIZONJAAR, jaar),
        ]

    def filters(self) -> dict[str, Any]:
        """Only what is valid narrows."""
        self.is_valid()
        return {naam: waarde for naam, waarde in self.cleaned_data.items() if waarde not in ("", None)}


class TitelForm(SchoonForm):
    titel = forms.CharField(
        label="Titel", max_length=200, error_messages={"required": "Geef de rode draad een titel."}
    )


class BijdragenForm(SchoonForm):
    """Tick notes out of a given list; what is not in that list is refused."""

    bijdragen = forms.TypedMultipleChoiceField(
        label="Notities",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Kies ten minste één notitie.",
            "invalid_choice": "Kies notities uit de lijst.",
        },
    )

    def __init__(self, *args: Any, uit: Sequence[Bijdrage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.per_pk = {str(bijdrage.pk): bijdrage for bijdrage in uit}
        veld = self.fields["bijdragen"]
        veld.choices = [(pk, bijdrage.tekst) for pk, bijdrage in self.per_pk.items()]  # type: ignore[attr-defined]

    def clean_bijdragen(self) -> list[Bijdrage]:
        return [self.per_pk[pk] for pk in self.cleaned_data["bijdragen"]]


class MeerForm(BijdragenForm):
    """Notes into a thread, also out of others."""

    reden = forms.CharField(
        label="Waarom?",
        max_length=MAX_REDEN,
        required=False,
        help_text="Nodig als je de laatste notitie weghaalt van wat één tafel zei.",
    )


class SplitsForm(BijdragenForm, TitelForm):
    """Some notes out of a thread, into a new one."""


class NieuweDraadForm(BijdragenForm, TitelForm):
    """A new thread, with or without loose notes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bijdragen"].required = False


class VoegSamenForm(SchoonForm):
    naar = forms.ModelChoiceField(
        label="Samenvoegen met",
        queryset=RodeDraad.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Kies met welke rode draad.",
            "invalid_choice": "Kies er een uit de lijst.",
        },
    )

    reden = forms.CharField(
        label="Waarom? Alleen nodig als een van beide van één tafel is",
        max_length=MAX_REDEN,
        required=False,
    )
    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    """Which version of the thread the person was looking at."""

    def __init__(self, *args: Any, draad: RodeDraad, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = draad.version
        broers = RodeDraad.objects.filter(stelling=draad.stelling_id).exclude(pk=draad.pk)
        self.fields["naar"].queryset = broers.order_by("volgorde", "pk")  # type: ignore[attr-defined]


class VerplaatsForm(SchoonForm):
    """Where one note goes: a thread of its stelling, a new one (with a title), or aside."""

    naar = forms.ChoiceField(label="Waarheen?", widget=forms.RadioSelect)
    titel = forms.CharField(label="Titel van de nieuwe rode draad", max_length=200, required=False)
    reden = forms.CharField(
        label="Waarom?",
        max_length=MAX_REDEN,
        required=False,
        help_text="Nodig als je opzijlegt (gasten van deze tafel kunnen het later lezen), en als dit de laatste notitie is"
        " van wat één tafel zei.",
    )
    gezien = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    """Where it stood when the page was made."""

    def __init__(self, *args: Any, stelling: Stelling, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draden = {str(draad.pk): draad for draad in stelling.rode_draden.order_by("volgorde", "pk")}
        self.fields["naar"].choices = [  # type: ignore[attr-defined]
            *((pk, draad.titel) for pk, draad in self.draden.items()),
            (NIEUW, "Een nieuwe rode draad"),
            (OPZIJ, "Opzijleggen: hoort nergens bij"),
        ]
        for code in ("required", "invalid_choice"):
            self.fields["naar"].error_messages[code] = "Kies waar de notitie naartoe gaat."

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("naar") == NIEUW and not data.get("titel"):
            self.add_error("titel", "Geef de nieuwe rode draad een titel.")
        if data.get("naar") == OPZIJ and not data.get("reden"):
            self.add_error("reden", "Zeg waarom je deze notitie opzijlegt.")
        return data


class RolForm(SchoonForm):
    rol = forms.ChoiceField(
        label="Wat doet deze notitie?", choices=Onderbouwingsrol.choices, widget=forms.RadioSelect
    )
    pool = forms.ChoiceField(
        label="Bij welke kant van de spanning?", choices=[("", "Geen"), *Pool.choices], required=False
    )
    gezien = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    """Where the note stood when the page was made."""


class WegForm(SchoonForm):
    """Yes, this thread may go, as the person saw it."""

    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)


class RedenForm(WegForm):
    """Why a view of one table does not stay apart."""

    reden = forms.CharField(
        label="Waarom blijft dit geluid van één tafel niet apart staan?",
        max_length=MAX_REDEN,
        error_messages={"required": "Zeg waarom: de reden blijft op de werkbank staan."},
    )


class PlekForm(SchoonForm):
    naar = forms.IntegerField(min_value=0, max_value=1000)


class VerslagdeelForm(SchoonForm):
    """One section of the report; empty gives it back to what the app makes."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    gezien = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    """The stamp of what the app made of it when the page was made."""
    tekst = forms.CharField(
        label="Tekst",
        required=False,
        max_length=MAX_VERSLAGDEEL,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Een lege regel maakt een nieuwe alinea. Leeg: dan maakt de app dit deel.",
    )
