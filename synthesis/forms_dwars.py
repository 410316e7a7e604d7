"""What a reporter may fill in across the diners."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from denkdiner.forms import SchoonForm
from sessions.models import Reeks
from synthesis.models import RodeDraad
from synthesis.services.dwars import Plaats

NIEUW = "nieuw"
MAX_KEUZES = 2_000
"""Threads that one step may place: more than any reeks has."""
MAX_PK = 2**63 - 1


def _number(tekst: str) -> int:
    """A pk as an address or a form brings it; ``ValidationError`` for anything else."""
    if not (tekst.isascii() and tekst.isdigit() and 0 < int(tekst[:20]) <= MAX_PK):
        raise ValidationError("Deze keuze bestaat niet.")
    return int(tekst)


class DradenVeld(forms.MultipleChoiceField):
    """Pks of threads; that they are of this reeks is for the service to say."""

    def validate(self, value: Sequence[str]) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(value) > MAX_KEUZES:
            raise ValidationError("Dit zijn er te veel in één keer.")


class PlaatsForm(SchoonForm):
    """Which threads of stellingen ("<draad>:<thread of the reeks it is seen under, or 0>") go where."""

    plaats = DradenVeld(error_messages={"required": "Kies eerst een of meer rode draden."})
    doe = forms.ChoiceField(
        choices=[("zet", "Zet hierbij"), ("ook", "Zet er ook bij"), ("los", "Haal eraf")],
        error_messages={"required": "Kies wat er moet gebeuren.", "invalid_choice": "Dat kan hier niet."},
    )
    naar = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": "Die rode draad bestaat niet meer. Kies een andere."},
    )
    titel = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, reeks: Reeks, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boven = RodeDraad.objects.filter(reeks=reeks, diner=None).values_list("pk", flat=True)
        self.fields["naar"].choices = [(NIEUW, NIEUW), *((str(pk), pk) for pk in boven)]  # type: ignore[attr-defined]

    def clean_plaats(self) -> list[Plaats]:
        gevonden: list[Plaats] = []
        for waarde in self.cleaned_data["plaats"]:
            draad, _, van = waarde.partition(":")
            gevonden.append((_number(draad), _number(van) if van not in ("", "0") else None))
        return gevonden

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("doe") in {"zet", "ook"} and "naar" in data:
            if not data["naar"]:
                self.add_error("naar", "Kies bij welke rode draad.")
            elif data["naar"] == NIEUW and not data.get("titel"):
                self.add_error("titel", "Geef de nieuwe rode draad een titel.")
        return data

    def step(self) -> dict[str, Any]:
        """What the service is asked."""
        data = self.cleaned_data
        los, nieuw = data["doe"] == "los", data["naar"] == NIEUW
        return {
            "plaatsen": data["plaats"],
            "naar": None if los or nieuw else int(data["naar"]),
            "titel": data["titel"] if nieuw and not los else "",
            "ook": data["doe"] == "ook",
        }


class ReeksvoorstelForm(SchoonForm):
    """A proposal as it was looked at: its threads, and the title of a new thread or the thread that they go to."""

    draad = DradenVeld(error_messages={"required": "Kies ten minste één rode draad."})
    naar = forms.IntegerField(min_value=1, max_value=MAX_PK, required=False)
    titel = forms.CharField(label="Titel", max_length=200, required=False)

    def clean_draad(self) -> list[int]:
        return [_number(waarde) for waarde in self.cleaned_data["draad"]]
