"""What guests send back, and how the organiser sets their pages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from denkdiner.forms import SchoonForm
from denkdiner.text import one_newline, showable
from synthesis.models import MAX_ANTWOORD, MAX_VERVOLG, Herkend, RodeDraad
from synthesis.services import Antwoord


class HerkenForm(SchoonForm):
    """Of each thread that a guest reads: recognised or not, and in their own words.

    A thread that is not among them is not a field: nothing can be said of it. Whoever did (it was there when they began to
    write) hears that, nothing is kept, and their words stand in the field about the evening: ``is_ingehaald``.
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
        self.is_ingehaald = False
        """Something was said of a thread that is not on the page (any more)."""

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_ingehaald and isinstance(self.data, QueryDict):
            shown = self.data.copy()
            shown["algemeen"] = "\n\n".join(
                filter(None, [shown.get("algemeen", "").strip(), *self._elders()])
            )
            self.data = shown

    def clean(self) -> None:
        over = [
            naam for naam in self.data if naam.startswith(("herkend-", "tekst-")) and naam not in self.fields
        ]
        if not any(self.data[naam].strip() for naam in over):
            return
        self.is_ingehaald = True
        rest = (
            "Wat je erover schreef, staat nu onderaan, bij “Wat misten we?”. Lees het na en verstuur het nog eens."
            if self._elders()
            else "De rest staat er nog zoals je het invulde. Kijk het na en verstuur het nog eens."
        )
        self.add_error(
            None,
            f"Je zei iets over een rode draad die niet meer op deze pagina staat. Er is nog niets verstuurd. {rest}",
        )

    def _elders(self) -> list[str]:
        """What was typed about threads that are not here, each with the title that the guest read."""
        getypt = []
        for naam in self.data:
            pk, tekst = naam.removeprefix("tekst-"), one_newline(showable(self.data[naam])).strip()
            if naam.startswith("tekst-") and naam not in self.fields and tekst:
                titel = " ".join(showable(self.data.get(f"over-{pk}", "")).split())
                getypt.append(f"Over “{titel}”: {tekst}" if titel else tekst)
        return getypt

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
