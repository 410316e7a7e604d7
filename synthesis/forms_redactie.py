"""What a reporter may fill in about the text of one thread."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator

from denkdiner.forms import SchoonForm, SchoonModelForm
from sessions.models import Reeks
from synthesis.models import MAX_OPMERKING, MAX_REDEN_AANVAARDING, Draadstatus, RodeDraad
from synthesis.services import MAX_TEKST_DRAAD


class DraadForm(SchoonModelForm):
    """Everything a person writes about a thread; ``version`` is what was on the screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    bronnen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    """What lay under the thread when the page was made."""

    class Meta:
        model = RodeDraad
        fields = ("titel", "tekst", "pool_a", "pool_b", "kernvraag", "status")
        widgets = {"tekst": forms.Textarea(attrs={"rows": 14}), "status": forms.RadioSelect}
        help_texts = {
            "tekst": "Een lege regel maakt een nieuwe alinea. Leeg laten mag: dan telt het verslag zelf. "
            "Een verwijzing als [n:1f3a09bc] wijst een notitie aan; lezers zien die niet.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tekst"].validators.append(MaxLengthValidator(MAX_TEKST_DRAAD))
        self.initial["version"] = self.instance.version
        for veld in self.fields.values():
            veld.widget.attrs["form"] = (
                "draad-form"  # what is shown beside a field may hold a form of its own
            )
        self.fields["status"].choices = Draadstatus.choices  # type: ignore[attr-defined]
        self.fields["titel"].error_messages["required"] = "Geef de rode draad een titel."


class ReeksdraadForm(DraadForm):
    """A thread across diners, and which threads of stellingen carry it."""

    door = forms.ModelMultipleChoiceField(
        label="Gedragen door deze rode draden van stellingen",
        queryset=RodeDraad.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, reeks: Reeks, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        veld = self.fields["door"]
        veld.queryset = (  # type: ignore[attr-defined]
            RodeDraad.objects.filter(reeks=reeks, stelling__isnull=False)
            .select_related("diner", "stelling")
            .order_by("diner__nummer", "stelling__nummer", "volgorde", "pk")
        )
        veld.label_from_instance = lambda d: f"{d.diner.nummer}.{d.stelling.nummer} {d.titel}"  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["door"] = list(
                self.instance.onderbouwingen.filter(draad__verwijderd_at=None).values_list(
                    "draad_id", flat=True
                )
            )


class RestoreForm(SchoonForm):
    """Which version of the thread the person was looking at."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class OpmerkingForm(SchoonForm):
    tekst = forms.CharField(
        label="Nieuwe opmerking",
        max_length=MAX_OPMERKING,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Schrijf eerst een opmerking."},
    )


class AanvaardForm(SchoonForm):
    reden = forms.CharField(
        label="Waarom mag dit blijven staan?",
        max_length=MAX_REDEN_AANVAARDING,
        help_text="De reden blijft bij de rode draad staan. Verandert de zin of de telling, dan geldt hij niet meer.",
        error_messages={"required": "Zeg waarom deze waarschuwing mag blijven staan."},
    )
