"""What every form refuses: characters that no database and no document can hold. A leaf: imports no app."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.html import escape

from denkdiner.text import ONBEWAARBAAR, is_storable, one_newline, showable


class SchoonMixin(forms.BaseForm):
    """Refuse unstorable text in any field, with one Dutch sentence at that field."""

    def full_clean(self) -> None:
        super().full_clean()
        if isinstance(self.data, QueryDict):  # a refused form is shown again: with what a page can hold
            shown = self.data.copy()
            for naam, waarden in self.data.lists():
                shown.setlist(naam, [showable(waarde) for waarde in waarden])
            self.data = shown

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for naam, waarde in list(self.cleaned_data.items()):
            if isinstance(waarde, str):
                self.cleaned_data[naam] = one_newline(waarde)
            delen = waarde if isinstance(waarde, list | tuple) else [waarde]
            if any(isinstance(deel, str) and not is_storable(deel) for deel in delen):
                self.add_error(naam, ValidationError(ONBEWAARBAAR, code="onbewaarbaar"))


class SchoonForm(SchoonMixin, forms.Form):
    """A plain form."""


class SchoonModelForm(SchoonMixin, forms.ModelForm):
    """A form of a model; database constraints speak through ``violation_error_message``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 4)


class NaamBevestigingForm(SchoonForm):
    """Type the title: for what takes much along and cannot be undone."""

    titel = forms.CharField(label="Typ de titel over om te bevestigen", max_length=200)

    def __init__(self, *args: Any, verwacht: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verwacht = verwacht
        self.fields["titel"].help_text = escape(verwacht)  # help texts may hold HTML, a title may not

    def clean_titel(self) -> str:
        titel = str(self.cleaned_data["titel"])
        if titel.strip() != self.verwacht.strip():
            raise forms.ValidationError("Dit is niet dezelfde titel.")
        return titel
