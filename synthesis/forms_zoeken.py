"""What somebody may fill in to search."""

import re
from typing import Any

from django import forms
from django.utils.text import Truncator

from capture.models import Horizon, Soort
from denkdiner.forms import SchoonForm
from sessions.models import Reeks, Tafel
from synthesis.queries import LOS, OPZIJ
from synthesis.queries.zoeken import GEPLAATST, Filters

MAX_VRAAG = 200
GEEN_STELLING = 0


class DraadzoekForm(SchoonForm):
    """A question, and where to look. Everything is in the address, so that it can be shared."""

    q = forms.CharField(
        label="Zoek naar",
        max_length=MAX_VRAAG,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search", "spellcheck": "false"}
        ),
        error_messages={"max_length": f"Zoek met hooguit {MAX_VRAAG} tekens."},
    )
    waar = forms.ChoiceField(label="Waar", required=False)

    def __init__(self, *args: Any, reeks: Reeks, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keuzes: list[Any] = [("", "Alle diners")]
        for diner in reeks.diners.prefetch_related("stellingen").order_by("nummer"):
            delen = [(f"{diner.nummer}", f"Heel diner {diner.nummer}")]
            delen += [
                (f"{diner.nummer}.{s.nummer}", f"{diner.nummer}.{s.nummer} {Truncator(s.tekst).chars(60)}")
                for s in sorted(diner.stellingen.all(), key=lambda stelling: stelling.nummer)
            ]
            delen.append((f"{diner.nummer}.{GEEN_STELLING}", "Over geen stelling"))
            keuzes.append((Truncator(f"Diner {diner.nummer}: {diner.titel}").chars(60), delen))
        self.fields["waar"].choices = keuzes  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Only what is valid narrows."""
        self.is_valid()
        data = dict(self.cleaned_data)
        data.pop("q", None)
        diner, _, stelling = data.pop("waar", "").partition(".")
        gekozen = {naam: waarde for naam, waarde in data.items() if waarde not in ("", None)}
        return Filters(
            diner=int(diner) if diner else None, stelling=int(stelling) if stelling else None, **gekozen
        )

    @property
    def vraag(self) -> str:
        """What was asked; empty when it cannot be."""
        self.is_valid()
        return re.sub(r"\s+", " ", self.cleaned_data.get("q") or "")


class ZoekForm(DraadzoekForm):
    """With what only a note has: for who may read them."""

    wat = forms.ChoiceField(
        label="Wat",
        choices=[("", "Alles"), ("notities", "Alleen notities"), ("draden", "Alleen rode draden")],
        required=False,
    )
    soort = forms.ChoiceField(label="Soort", choices=[("", "Alle soorten"), *Soort.choices], required=False)
    tafel = forms.TypedChoiceField(label="Tafel", coerce=int, empty_value=None, required=False)
    horizon = forms.ChoiceField(label="Gaat over", required=False)
    plek = forms.ChoiceField(
        label="Plek",
        choices=[
            ("", "Overal"),
            (GEPLAATST, "In een rode draad"),
            (LOS, "Nog los"),
            (OPZIJ, "Opzijgelegd"),
        ],
        required=False,
    )
    letterlijk = forms.BooleanField(label="Alleen letterlijk", required=False)

    def __init__(self, *args: Any, reeks: Reeks, **kwargs: Any) -> None:
        super().__init__(*args, reeks=reeks, **kwargs)
        nummers = Tafel.objects.filter(diner__reeks=reeks).order_by("nummer").values_list("nummer", flat=True)
        tafels = [("", "Alle tafels"), *((nummer, f"Tafel {nummer}") for nummer in nummers.distinct())]
        self.fields["tafel"].choices = tafels  # type: ignore[attr-defined]
        self.fields["horizon"].choices = [  # type: ignore[attr-defined]
            ("", "Alles"),
            (Horizon.NU, "Nu"),
            (Horizon.MIDDELLANG, "Middellang"),
            (Horizon.HORIZONJAAR, str(reeks.horizonjaar)),
        ]
