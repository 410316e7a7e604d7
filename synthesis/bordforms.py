"""What the werkbank posts: a step, and what the person was looking at."""

import uuid
from typing import Any, cast

from django import forms
from django.http import QueryDict

from denkdiner.forms import SchoonForm
from synthesis.models import MAX_REDEN
from synthesis.services import MAX_NOTITIES

ONVOLLEDIG = "Deze stap is onvolledig. Ververs de pagina en probeer het opnieuw."
MET_NOTITIES = ("plaats", "opzij", "los", "splits", "schuif")
MET_DRAAD = ("plaats", "hernoem", "samen", "splits", "orden", "verwijder")
MET_TITEL = ("nieuw", "hernoem", "splits")
DOE = ("plaats", "nieuw", "opzij", "los", "hernoem", "samen", "splits", "orden", "schuif", "verwijder")
MAX_PK = 2**63 - 1
MAX_GELIJK = 400
"""Notes of which the likeness is looked for: they stand in an address."""


class BordstapForm(SchoonForm):
    """A step on the werkbank. ``notities`` and ``gezien`` come out as lists that belong together."""

    doe = forms.ChoiceField(choices=[(doe, doe) for doe in DOE])
    draad = forms.IntegerField(min_value=1, max_value=MAX_PK, required=False)
    naar = forms.IntegerField(min_value=1, max_value=MAX_PK, required=False)
    version = forms.IntegerField(min_value=0, max_value=MAX_PK, required=False)
    titel = forms.CharField(max_length=200, required=False)
    reden = forms.CharField(max_length=MAX_REDEN, required=False)
    plek = forms.IntegerField(min_value=0, max_value=10_000, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["notities"], data["gezien"] = self._notities()
        doe = data.get("doe")
        if doe in MET_NOTITIES and not data["notities"]:
            raise forms.ValidationError("Kies ten minste één notitie.")
        if doe in MET_DRAAD and data.get("draad") is None:
            raise forms.ValidationError("Kies een rode draad.")
        if doe == "samen" and data.get("naar") is None:
            raise forms.ValidationError("Kies met welke rode draad.")
        if doe in MET_TITEL and not data.get("titel", "").strip():
            raise forms.ValidationError("Geef de rode draad een titel.")
        if doe in ("orden", "schuif") and data.get("plek") is None:
            raise forms.ValidationError("Kies een plaats.")
        if doe == "schuif" and len(data["notities"]) != 1:
            raise forms.ValidationError("Verschuif één notitie tegelijk.")
        return data

    def _notities(self) -> tuple[list[uuid.UUID], list[str]]:
        gezien = self._list("gezien")
        try:
            notities = [uuid.UUID(pk) for pk in self._list("bijdragen")]
        except ValueError:
            raise forms.ValidationError(ONVOLLEDIG) from None
        if len(notities) != len(gezien) or len(set(notities)) != len(notities):
            raise forms.ValidationError(ONVOLLEDIG)
        if len(notities) > MAX_NOTITIES:
            raise forms.ValidationError(f"Ten hoogste {MAX_NOTITIES} notities in één keer.")
        return notities, gezien

    def _list(self, naam: str) -> list[str]:
        """All in one field with commas, or a field for each."""
        velden = cast(QueryDict, self.data).getlist(naam)
        return [deel for veld in velden for deel in veld.split(",")]


class SelectieForm(SchoonForm):
    """A thread, or some notes: for "meer zoals deze"."""

    draad = forms.IntegerField(min_value=1, max_value=MAX_PK, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        notities = cast(QueryDict, self.data).getlist("bijdragen")[:MAX_GELIJK]
        try:
            data["notities"] = {uuid.UUID(pk) for pk in notities}
        except ValueError:
            raise forms.ValidationError("Kies notities uit de lijst.") from None
        if data.get("draad") is None and not data["notities"]:
            raise forms.ValidationError("Kies eerst een of meer notities.")
        return data


class AanwezigForm(SchoonForm):
    """Which thread is open in the editor; none on the werkbank itself."""

    draad = forms.IntegerField(min_value=1, max_value=MAX_PK, required=False)
