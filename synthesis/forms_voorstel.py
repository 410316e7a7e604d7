"""How a proposal is asked for."""

from typing import Any

from django import forms

from denkdiner.forms import SchoonForm
from synthesis.services import MAX_AANTAL, MIN_AANTAL, Wijze, wijzen


class VoorstelForm(SchoonForm):
    """How many draden, and in which way when there is a choice."""

    aantal = forms.TypedChoiceField(
        label="Hoeveel rode draden?",
        choices=[("", "De app kiest"), *((n, str(n)) for n in range(MIN_AANTAL, MAX_AANTAL + 1))],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Kies een aantal uit de lijst."},
    )
    wijze = forms.ChoiceField(
        label="Hoe?", required=False, error_messages={"invalid_choice": "Kies een manier uit de lijst."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keuzes = wijzen()
        self.fields["wijze"].choices = keuzes  # type: ignore[attr-defined]
        if len(keuzes) == 1:
            del self.fields["wijze"]

    def clean_wijze(self) -> str:
        return str(self.cleaned_data["wijze"] or Wijze.WOORDEN)


class VraagForm(SchoonForm):
    """Yes, send this: which question it was that the person saw."""

    gezien = forms.CharField(max_length=40, widget=forms.HiddenInput)
    aantal = forms.IntegerField(
        min_value=MIN_AANTAL, max_value=MAX_AANTAL, required=False, widget=forms.HiddenInput
    )
