"""What a tablet may send."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.models import ModelChoiceIterator

from capture.models import (
    MAX_TEKST,
    MAX_TREFWOORD,
    MAX_TREFWOORDEN,
    Bijdrage,
    Horizon,
    Keuze,
    Soort,
    Standpunt,
)
from capture.queries import Plek
from capture.services import Inhoud
from denkdiner.forms import SchoonForm
from sessions.models import Ronde, Stelling, Tafel
from sessions.tokens import as_code


class EerdereNotities(ModelChoiceIterator):
    """What is offered: the notes that are present, and the one that was chosen before."""

    def __init__(self, field: "EerdereNotitieField") -> None:
        super().__init__(field)
        self.queryset = self.queryset.filter(Q(deleted_at=None) | Q(pk=field.gekozen))


class EerdereNotitieField(forms.ModelChoiceField):
    """Takes any note of its queryset, also from the bin: a retry may come after somebody put it there."""

    iterator = EerdereNotities
    gekozen: uuid.UUID | None = None

    def to_python(self, value: Any) -> Bijdrage | None:
        try:
            return super().to_python(value)
        except ValidationError:  # Django's own sentence about a malformed UUID repeats what was sent
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class BijdrageForm(SchoonForm):
    """One thought. Everything but the text has a default; the ids come from the tablet, so that a retry is harmless."""

    bijdrage_id = forms.UUIDField(widget=forms.HiddenInput)
    op_id = forms.UUIDField(widget=forms.HiddenInput)
    ronde = forms.ModelChoiceField(Ronde.objects.none(), required=False, widget=forms.HiddenInput)
    tekst = forms.CharField(
        label="Wat wordt er gezegd?",
        max_length=MAX_TEKST,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "enterkeyhint": "send", "autocomplete": "off"}),
        error_messages={
            "required": "Schrijf eerst op wat er gezegd is.",
            "max_length": f"Deze notitie is te lang: ten hoogste {MAX_TEKST} tekens.",
        },
    )
    soort = forms.ChoiceField(label="Soort", choices=Soort.choices, required=False, initial=Soort.INZICHT)
    letterlijk = forms.BooleanField(label="Letterlijk gehoord", required=False)
    standpunt = forms.ChoiceField(
        label="Standpunt", choices=[("", "Geen"), *Standpunt.choices], required=False
    )
    horizon = forms.ChoiceField(label="Gaat over", required=False)
    stelling = forms.ModelChoiceField(
        Stelling.objects.none(), label="Hoort bij", required=False, empty_label="Algemeen (geen stelling)"
    )
    trefwoorden = forms.CharField(
        label="Trefwoorden", required=False, max_length=400, help_text="Met komma's ertussen."
    )
    bijgesteld = EerdereNotitieField(
        Bijdrage.objects.none(), label="Stelt een eerdere notitie bij", required=False, empty_label="Nee"
    )

    def __init__(
        self, *args: Any, tafel: Tafel | None, bijdrage: Bijdrage | None = None, **kwargs: Any
    ) -> None:
        """*tafel* None: the form of the shell, which is shown and copied but never posted."""
        super().__init__(*args, **kwargs)
        # a browser would cut a pasted text off in silence; the server refuses it in words, and nothing is lost
        self.fields["tekst"].widget.attrs.pop("maxlength", None)
        horizonjaar = str(tafel.diner.reeks.horizonjaar) if tafel else Horizon.HORIZONJAAR.label
        self.fields["horizon"].choices = [  # type: ignore[attr-defined]
            ("", "Niet gezegd"),
            (Horizon.NU, "Nu"),
            (Horizon.MIDDELLANG, "Middellang"),
            (Horizon.HORIZONJAAR, horizonjaar),
        ]
        for naam in ("stelling", "ronde", "soort", "standpunt", "horizon", "bijgesteld"):
            self.fields[naam].error_messages["invalid_choice"] = "Kies iets uit de lijst."
        if tafel is not None:
            self._offer(tafel, bijdrage)

    def _offer(self, tafel: Tafel, bijdrage: Bijdrage | None) -> None:
        """What can be chosen at *tafel*."""
        diner = tafel.diner
        self.fields["stelling"].queryset = diner.stellingen.order_by("nummer")  # type: ignore[attr-defined]
        self.fields["ronde"].queryset = diner.rondes.all()  # type: ignore[attr-defined]
        eigen = Bijdrage.objects.filter(tafel=tafel).order_by("-created_at", "-pk")
        if bijdrage is not None:
            eigen = eigen.exclude(pk=bijdrage.pk)
            self.fields["bijgesteld"].gekozen = bijdrage.bijgesteld_id  # type: ignore[attr-defined]
        self.fields["bijgesteld"].queryset = eigen  # type: ignore[attr-defined]

    def clean_trefwoorden(self) -> tuple[str, ...]:
        woorden = [woord.strip() for woord in self.cleaned_data["trefwoorden"].split(",") if woord.strip()]
        if len(woorden) > MAX_TREFWOORDEN or any(len(woord) > MAX_TREFWOORD for woord in woorden):
            raise forms.ValidationError(
                f"Ten hoogste {MAX_TREFWOORDEN} trefwoorden van ten hoogste {MAX_TREFWOORD} tekens."
            )
        return tuple(dict.fromkeys(woorden))

    def stelling_choices(self) -> list[tuple[str, str]]:
        """(value, words) of the chips under "Komt bij". One query."""
        stellingen = self.fields["stelling"].queryset  # type: ignore[attr-defined]
        return [
            *((str(stelling.pk), f"Stelling {stelling.nummer}") for stelling in stellingen),
            ("", "Algemeen"),
        ]

    def gekozen_stelling(self) -> str:
        """The chip that is on, as the form stands."""
        value = self["stelling"].value()
        return str(getattr(value, "pk", value) or "")

    def renew(self, **hidden: object) -> None:
        """Make a refused form ready to be shown and sent again: with a fresh ``op_id`` and other *hidden* values."""
        self.data = self.data.dict() | {"op_id": uuid.uuid4()} | hidden  # type: ignore[attr-defined]

    def inhoud(self) -> Inhoud:
        """The content of a valid form."""
        data = self.cleaned_data
        return Inhoud(
            tekst=data["tekst"],
            stelling=data["stelling"],
            ronde=data["ronde"],
            soort=data["soort"] or Soort.INZICHT,
            letterlijk=data["letterlijk"],
            standpunt=data["standpunt"],
            horizon=data["horizon"],
            trefwoorden=data["trefwoorden"],
            bijgesteld=data["bijgesteld"],
        )


class WijzigForm(BijdrageForm):
    """Edit a note: ``base_rev`` is the version that was on the screen."""

    base_rev = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def new_form(tafel: Tafel, plek: Plek) -> BijdrageForm:
    """An empty editor for the stelling at hand, with fresh ids."""
    return BijdrageForm(
        tafel=tafel,
        initial={
            "bijdrage_id": uuid.uuid4(),
            "op_id": uuid.uuid4(),
            "stelling": plek.stelling,
            "ronde": plek.ronde and plek.ronde.pk,
        },
    )


def edit_form(bijdrage: Bijdrage, tafel: Tafel) -> WijzigForm:
    """The editor of an existing note."""
    return WijzigForm(
        tafel=tafel,
        bijdrage=bijdrage,
        initial={
            "bijdrage_id": bijdrage.pk,
            "op_id": uuid.uuid4(),
            "base_rev": bijdrage.rev,
            "ronde": bijdrage.ronde_id,
            "tekst": bijdrage.tekst,
            "soort": bijdrage.soort,
            "letterlijk": bijdrage.letterlijk,
            "standpunt": bijdrage.standpunt,
            "horizon": bijdrage.horizon,
            "stelling": bijdrage.stelling,
            "trefwoorden": ", ".join(bijdrage.trefwoorden),
            "bijgesteld": bijdrage.bijgesteld_id,
        },
    )


class TokenForm(SchoonForm):
    """Joining: the token of a table, the whole link with the token behind "#", or a code that the organiser reads aloud."""

    token = forms.CharField(label="Link van je tafel, of de code", max_length=500)

    def clean_token(self) -> str:
        token = str(self.cleaned_data["token"]).rsplit("#", 1)[-1].strip()
        return as_code(token) or token


class OpForm(SchoonForm):
    """A button on a note: only the id that makes a retry harmless."""

    op_id = forms.UUIDField()


class StemForm(SchoonForm):
    """What a guest may send: a choice, and the stemming that was on the screen."""

    KEUZES = tuple(Keuze.choices)
    keuze = forms.ChoiceField(choices=Keuze.choices)
    stemming = forms.IntegerField(min_value=1)
