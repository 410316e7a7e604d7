"""What an organiser may fill in, and which values are accepted."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from denkdiner.colours import check_contrast
from denkdiner.errors import DenkdinerError
from denkdiner.forms import NaamBevestigingForm as NaamBevestigingForm
from denkdiner.forms import SchoonForm, SchoonModelForm
from denkdiner.pictures import MAX_BYTES
from denkdiner.samen import SamenForm, SamenModelForm
from sessions.models import (
    MAX_BERICHT,
    MAX_OPMERKING,
    MAX_REDEN,
    Beeld,
    Diner,
    Gebruiker,
    Reeks,
    Rol,
    Ronde,
    Spreker,
    Stelling,
    Tafel,
)
from sessions.models.programma import ALS_KLEUR
from sessions.pakket import Deel
from sessions.queries import free_sprekers_of
from sessions.services.programma import MAX_NUMMER, MAX_TAFELS

# The limits of docs/denkdiner-reeks-1.schema.json: what is typed here must survive an export and an import.
MAX_DOORVRAGEN = 20
MAX_TEKST = 20_000
MAX_GASTEN = 99
MAX_APPARATEN = 99
DATUM = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
KORT = forms.Textarea(attrs={"rows": 4})
TIJD = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _tekst(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=MAX_TEKST, widget=forms.Textarea)


class ReeksForm(SamenModelForm):
    inleiding = _tekst("Inleiding")
    max_apparaten = forms.IntegerField(
        label="Apparaten per tafel", min_value=1, max_value=MAX_APPARATEN, initial=3
    )

    class Meta:
        model = Reeks
        fields = ("titel", "organisatie", "inleiding", "horizonjaar", "max_apparaten")


def _kleur(label: str, hulp: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=7,
        help_text=hulp,
        validators=[ALS_KLEUR],
        widget=forms.TextInput(attrs={"data-kleur": "", "placeholder": "#1a4d5c", "spellcheck": "false"}),
    )


class HuisstijlForm(SchoonForm):
    """Two colours and a logo. The file is looked at by the service."""

    kleur = _kleur("Eerste kleur", "Voor koppen en vlakken, als #1a4d5c.")
    tweede_kleur = _kleur("Tweede kleur", "Voor lijnen en kleine accenten. Leeg: ook de eerste.")
    logo = forms.FileField(
        label="Logo",
        required=False,
        help_text="Een PNG, JPEG of WebP van ten hoogste 2 MB; we maken er een kleine kopie van.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"empty": "Dit bestand is leeg."},
    )
    logo_weg = forms.BooleanField(label="Het logo weghalen", required=False)

    def __init__(self, *args: Any, reeks: Reeks, met_logo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"kleur": reeks.kleur, "tweede_kleur": reeks.tweede_kleur}
        if not met_logo:
            del self.fields["logo_weg"]

    def _readable(self, naam: str) -> str:
        kleur = str(self.cleaned_data[naam]).lower()
        try:
            check_contrast(kleur)
        except DenkdinerError as error:
            raise forms.ValidationError(str(error)) from None
        return kleur

    def clean_kleur(self) -> str:
        return self._readable("kleur")

    def clean_tweede_kleur(self) -> str:
        return self._readable("tweede_kleur")

    def clean_logo(self) -> bytes | None:
        """The content, never more than the limit (one byte over it tells the service that it is too large)."""
        bestand = self.cleaned_data["logo"]
        return bytes(bestand.read(MAX_BYTES + 1)) if bestand else None


class DinerForm(SamenModelForm):
    herinner_dagen = forms.IntegerField(
        label="Herinner sprekers, dagen vooraf",
        required=False,
        min_value=1,
        max_value=60,
        help_text="Eén keer per spreker, per e-mail. Leeg: geen herinnering.",
    )

    class Meta:
        model = Diner
        fields = ("titel", "datum", "begintijd", "locatie", "herinner_dagen")
        widgets = {"datum": DATUM, "begintijd": TIJD}


class KopieForm(SchoonModelForm):
    """A new diner after an old one: what it is called, when it is, and what comes along."""

    stellingen = forms.BooleanField(label="De stellingen, als concept", required=False, initial=True)
    draaiboek = forms.BooleanField(label="Het draaiboek", required=False, initial=True)
    tafels = forms.BooleanField(label="De tafels, zonder hun links", required=False, initial=True)
    sprekers = forms.BooleanField(label="De sprekers", required=False)

    class Meta:
        model = Diner
        fields = ("titel", "datum", "begintijd")
        widgets = {"datum": DATUM, "begintijd": TIJD}

    def __init__(self, *args: Any, eigen_reeks: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not eigen_reeks:
            del self.fields["sprekers"]


class PakketForm(SchoonForm):
    """Which parts of the pack go on paper."""

    deel = forms.MultipleChoiceField(
        label="Wat wil je printen?",
        choices=Deel.choices,
        error_messages={
            "required": "Kies ten minste één onderdeel.",
            "invalid_choice": "Dit onderdeel kennen we niet. Kies uit de lijst.",
        },
    )


class SprekerForm(SamenModelForm):
    bio = _tekst("Bio")

    class Meta:
        model = Spreker
        fields = ("naam", "functie", "organisatie", "bio", "email", "telefoon")


class OptredenForm(SchoonForm):
    spreker = forms.ModelChoiceField(
        label="Spreker uit deze reeks", queryset=Spreker.objects.none(), empty_label="Kies een spreker"
    )

    def __init__(self, *args: Any, diner: Diner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spreker"].queryset = free_sprekers_of(diner)  # type: ignore[attr-defined]


def _eigen(label: str, max_length: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=max_length, **kwargs)


class AntwoordForm(SamenForm):
    """What a spreker says back; the organiser may change the same."""

    bevestigd = forms.BooleanField(label="Ik ben erbij", required=False)
    functie = _eigen("Je functie", 200)
    organisatie = _eigen("Je organisatie", 200)
    bio = _eigen("Over jou, in een paar zinnen", MAX_TEKST, widget=KORT)
    opmerking = _eigen("Wil je nog iets zeggen over de stellingen of de avond?", MAX_OPMERKING, widget=KORT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watch({naam: self.initial.get(naam) for naam in self.fields})


class StellingForm(SamenModelForm):
    toelichting = _tekst("Toelichting")
    doorvragen = forms.CharField(
        label="Doorvragen",
        required=False,
        widget=forms.Textarea,
        help_text="Eén vraag per regel, voor de facilitator.",
    )

    class Meta:
        model = Stelling
        fields = ("tekst", "toelichting", "doorvragen", "status")
        widgets = {"tekst": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, vast: bool = False, toch: bool = False, **kwargs: Any) -> None:
        """*vast*: the text was talked about. It is shown and sent along, so that a page of before still hears a "no".

        *toch*: it may be changed all the same, for a reason.
        """
        super().__init__(*args, **kwargs)
        if vast and toch:
            self.fields["reden"] = forms.CharField(
                label="Waarom moet de tekst toch anders?",
                max_length=MAX_REDEN,
                help_text="Komt in het logboek. De oude tekst, waar de tafels over spraken, blijft bewaard.",
            )
            self.order_fields(["tekst", "reden"])
        elif vast:
            self.fields["tekst"].widget.attrs["readonly"] = True
            self.fields["tekst"].help_text = "Deze stelling is besproken en staat vast."

    def values_of(self, thing: Any) -> dict[str, Any]:
        return super().values_of(thing) | {"doorvragen": "\n".join(thing.doorvragen)}

    def clean_doorvragen(self) -> list[str]:
        vragen = [regel.strip() for regel in self.cleaned_data["doorvragen"].splitlines() if regel.strip()]
        if len(vragen) > MAX_DOORVRAGEN or any(len(vraag) > 500 for vraag in vragen):
            raise forms.ValidationError(f"Ten hoogste {MAX_DOORVRAGEN} vragen van ten hoogste 500 tekens.")
        return vragen


class RondeForm(SamenModelForm):
    class Meta:
        model = Ronde
        fields = ("soort", "titel", "minuten", "stelling")

    def __init__(self, *args: Any, diner: Diner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stelling = self.fields["stelling"]
        stelling.queryset = diner.stellingen.order_by("nummer")  # type: ignore[attr-defined]
        stelling.empty_label = "Geen"  # type: ignore[attr-defined]
        stelling.help_text = "Bij een tafelgesprek: waar de tafels over praten."


class TafelForm(SamenModelForm):
    nummer = forms.IntegerField(label="Nummer", min_value=1, max_value=MAX_NUMMER)
    aantal_gasten = forms.IntegerField(label="Aantal gasten", min_value=0, max_value=MAX_GASTEN, initial=8)

    class Meta:
        model = Tafel
        fields = ("nummer", "naam", "aantal_gasten")


class TafelsForm(SchoonForm):
    aantal = forms.IntegerField(label="Aantal tafels", min_value=1, max_value=MAX_TAFELS, initial=8)
    aantal_gasten = forms.IntegerField(label="Gasten per tafel", min_value=0, max_value=MAX_GASTEN, initial=8)


WAT_EEN_ROL_MAG = [
    (Rol.ORGANISATOR, "Organisator: bereidt voor en leidt de avond"),
    (Rol.VERSLAGLEGGER, "Verslaglegger: ordent de notities en schrijft het verslag"),
    (Rol.KIJKER, "Kijker: ziet het programma"),
]


class UitnodigingForm(SchoonForm):
    email = forms.EmailField(
        label="E-mailadres", max_length=254, help_text="Er gaat een e-mail met een link heen."
    )
    rol = forms.ChoiceField(
        label="Wat doet die in deze reeks?", choices=WAT_EEN_ROL_MAG, widget=forms.RadioSelect
    )

    def clean_email(self) -> str:
        """In lower case; of plain letters, for not every mail server takes others, and lower case may be longer."""
        email = str(self.cleaned_data["email"]).lower()
        if not email.isascii():
            raise forms.ValidationError(
                "Gebruik een e-mailadres zonder accenten of andere bijzondere letters."
            )
        return email


class RollenForm(SchoonForm):
    rollen = forms.MultipleChoiceField(
        label="Rollen", choices=WAT_EEN_ROL_MAG, widget=forms.CheckboxSelectMultiple
    )


class NieuwAccountForm(SchoonForm):
    email = forms.EmailField(
        label="Je e-mailadres",
        required=False,
        disabled=True,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    """Shown only, so that a browser keeps it with the password."""
    naam = forms.CharField(
        label="Je naam", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    wachtwoord = forms.CharField(
        label="Kies een wachtwoord",
        max_length=200,
        strip=False,
        help_text="Ten minste 12 tekens. Een zin van een paar woorden is makkelijk te onthouden.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_wachtwoord(self) -> str:
        wachtwoord = str(self.cleaned_data["wachtwoord"])
        gebruiker = Gebruiker(email=self.initial.get("email", ""), naam=self.cleaned_data.get("naam", ""))
        validate_password(wachtwoord, gebruiker)
        return wachtwoord


class VerplaatsForm(SchoonForm):
    naar = forms.IntegerField(min_value=1, max_value=1000)


class VersieForm(SchoonForm):
    """A button of the regie: which version of the ronde was on the screen, and by how many minutes to change it."""

    version = forms.IntegerField(min_value=0)
    minuten = forms.IntegerField(required=False)


class BeeldForm(SchoonForm):
    """What the scherm has to show, and which version of it the regisseur was looking at."""

    beeld = forms.ChoiceField(choices=Beeld.choices)
    version = forms.IntegerField(min_value=0)


class LeegForm(SchoonForm):
    """The panic button: nothing on the scherm, or again what was there."""

    leeg = forms.BooleanField(required=False)


class BerichtForm(SchoonForm):
    """A message to the tables; no table chosen is all of them."""

    tekst = forms.CharField(
        label="Bericht",
        max_length=MAX_BERICHT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"Ten hoogste {MAX_BERICHT} tekens.",
        error_messages={
            "required": "Schrijf eerst wat je de tafels wilt zeggen.",
            "max_length": f"Dit bericht is te lang: ten hoogste {MAX_BERICHT} tekens.",
        },
    )
    tafel = forms.ModelChoiceField(
        Tafel.objects.none(),
        label="Aan",
        required=False,
        empty_label="Alle tafels",
        error_messages={"invalid_choice": "Kies een tafel uit de lijst."},
    )

    def __init__(self, *args: Any, diner: Diner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # a browser would cut a pasted text off in silence
        self.fields["tekst"].widget.attrs.pop("maxlength", None)
        self.fields["tafel"].queryset = diner.tafels.order_by("nummer")  # type: ignore[attr-defined]
