"""Forms of what several people may change at once. A leaf: imports no app.

What stood on the page is sent along (``initial-…``). A save writes what was changed on the page and nothing else, and says
so when somebody else changed just that: a page of an hour ago takes nothing back.
"""

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.forms.models import model_to_dict
from django.utils.formats import localize

from denkdiner.forms import SchoonForm, SchoonMixin, SchoonModelForm
from denkdiner.text import one_newline

OOK_GEWIJZIGD = "Iemand anders heeft dit ook gewijzigd."


class SamenMixin(SchoonMixin):
    """``wijziging`` is for the service: the changed fields, and ``gezien``, what stood there.

    It raises ``Conflict`` when something else stands there by now (``sessions.services.programma.check_gezien``); then
    ``clash_with`` shows both texts, and the next save is on top of what it showed.
    """

    stored: Mapping[str, Any] | None = None
    """By field of which that is watched: its value when the form was made. None: of a new thing, and nothing is watched."""
    botsingen: list[tuple[str, str]]
    """Label and stored text of each field that somebody else changed too."""

    def watch(self, stored: Mapping[str, Any]) -> None:
        """Send along what stands in the fields of *stored*. To call when ``initial`` is complete."""
        self.stored, self.botsingen = stored, []
        data: Any = copy(self.data)
        for naam in stored:
            self.fields[naam].show_hidden_initial = True
            if self.is_bound:
                if isinstance(data.get(naam), str):
                    data[naam] = one_newline(data[naam])
                # a request that does not say what it saw (no page of ours) saw what stands there
                eerst = self.add_initial_prefix(naam)
                data[eerst] = one_newline(data.get(eerst, self._raw(naam, self.initial)))
        self.data = data

    def _raw(self, naam: str, values: Mapping[str, Any]) -> str:
        """As a hidden field says it."""
        waarde = forms.HiddenInput().format_value(self.fields[naam].prepare_value(values.get(naam)))
        return one_newline(waarde or "")

    def _saw(self, naam: str) -> str:
        return str(self.data[self.add_initial_prefix(naam)])

    @property
    def wijziging(self) -> dict[str, Any]:
        """What the service should do, when the form is valid; fields that are not watched always come along."""
        stored, gewijzigd = self.stored or {}, set(self.changed_data)
        gezien = {
            naam: stored[naam]
            if self._saw(naam) == self._raw(naam, self.initial)
            else self._saw(naam)  # of before: equal to nothing that is stored now
            for naam in stored
            if naam in gewijzigd
        }
        fields = {
            naam: waarde
            for naam, waarde in self.cleaned_data.items()
            if naam not in stored or naam in gewijzigd
        }
        return {"gezien": gezien, **fields}

    def clash_with(self, nu: Mapping[str, Any]) -> dict[str, str]:
        """Say at each field what stands there *nu*; and the data to go on with: that, typed text excepted."""
        fresh = {}
        for naam in self.stored or ():
            field, staat = self.fields[naam], self._raw(naam, nu)
            fresh[self.add_initial_prefix(naam)] = staat
            if naam not in self.changed_data:
                fresh[naam] = staat
            elif staat != self._saw(naam) and field.has_changed(field.to_python(staat), self[naam].data):
                self.botsingen.append((str(field.label), self._in_words(field, nu.get(naam))))
                self.add_error(naam, OOK_GEWIJZIGD)
        return fresh

    @staticmethod
    def _in_words(field: forms.Field, waarde: Any) -> str:
        if isinstance(field, forms.ChoiceField):  # also what is chosen from a table
            gekozen, keuzes = str(field.prepare_value(waarde) or ""), list(field.widget.choices)
            return next((str(label) for key, label in keuzes if str(key) == gekozen), "")
        if isinstance(waarde, bool):
            return "ja" if waarde else "nee"
        return str(localize(waarde) if isinstance(waarde, date) else field.widget.format_value(waarde) or "")


class SamenForm(SamenMixin, SchoonForm):
    """A plain form; whoever makes it calls ``watch``."""


class SamenModelForm(SamenMixin, SchoonModelForm):
    """A form of a model: watched when it is of a stored thing."""

    def __init__(self, *args: Any, instance: models.Model | None = None, **kwargs: Any) -> None:
        super().__init__(
            *args, instance=copy(instance), **kwargs
        )  # a form writes into its instance when it is checked
        if instance is not None:
            self.initial = {**self.initial, **self.values_of(instance)}
            eigen = [naam for naam in self._meta.fields or () if naam in self.fields]
            self.watch({naam: getattr(instance, naam) for naam in eigen})

    def values_of(self, thing: models.Model) -> dict[str, Any]:
        """What *thing* puts in the fields."""
        return model_to_dict(thing, self._meta.fields)

    def botsing(self) -> tuple[dict[str, Any], dict[str, str]]:
        """For ``form_page``: nothing beside the form, which has it all."""
        thing = self._meta.model._base_manager.get(pk=self.instance.pk)
        return {}, self.clash_with(self.values_of(thing))
