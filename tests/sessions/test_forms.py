"""What an organiser may fill in."""

import pytest

from denkdiner.text import ONBEWAARBAAR
from sessions import forms, forms_gasten
from sessions.models import Ronde
from tests.factories import SprekerFactory, StellingFactory

pytestmark = pytest.mark.django_db  # model forms ask the constraints
GOED = {
    forms.ReeksForm: {"titel": "Blik", "horizonjaar": "2050", "max_apparaten": "3"},
    forms.DinerForm: {"titel": "Zorg", "datum": "2026-11-24", "begintijd": "18:30"},
    forms.KopieForm: {"titel": "Zorg", "datum": "2026-12-24", "begintijd": "18:30", "draaiboek": "on"},
    forms.PakketForm: {"deel": ["qr", "naamkaartjes"]},
    forms.SprekerForm: {"naam": "Ada", "email": "ada@voorbeeld.test"},
    forms.StellingForm: {"tekst": "Kan het?", "status": "concept", "doorvragen": "Hoe?\r\n\r\n Wie? \n"},
    forms.TafelForm: {"nummer": "1", "aantal_gasten": "8"},
    forms.TafelsForm: {"aantal": "8", "aantal_gasten": "8"},
    forms.VerplaatsForm: {"naar": "2"},
    forms.UitnodigingForm: {"email": "ada@voorbeeld.test", "rol": "kijker"},
    forms.RollenForm: {"rollen": ["kijker", "verslaglegger"]},
    forms.NieuwAccountForm: {"naam": "Ada", "wachtwoord": " vijf losse woorden "},
    forms.VersieForm: {"version": "0"},
    forms_gasten.PinForm: {"gast": "8c5ba36e-2a7c-4d8a-9d2f-7e0d3a3f6b11", "vast": "on"},
    forms_gasten.GastForm: {"naam": "Ada", "organisatie": "De Hoeve", "sector": "zorg", "afgemeld": "on"},
    forms.AntwoordForm: {"bevestigd": "on", "functie": "Denker", "bio": "Denkt na."},
}
LANG = "x" * 25_000
GETAL = ["x", "1.5", "-1", "0\0", "9" * 30, "9" * 5000, "NaN"]
FOUT = {
    forms.ReeksForm: {
        "titel": ["", " \n ", LANG, "a\0b", "a\ud800"],
        "organisatie": [LANG, "\udfff"],
        "inleiding": [LANG, "a\0b", "a\ud800"],
        "horizonjaar": ["", "1999", "2201", *GETAL],
        "max_apparaten": ["", "0", "100", *GETAL],
    },
    forms.DinerForm: {
        "titel": ["", LANG, "a\0b", "a\ud800"],
        "datum": ["morgen", "2026-13-01", "9999-12-31", "0001-01-01", LANG, "\0"],
        "begintijd": ["25:00", "half zes", "\0"],
        "locatie": [LANG, "\ud800"],
        "herinner_dagen": ["0", "61", *GETAL],
    },
    forms.KopieForm: {
        "titel": ["", LANG, "a\0b", "a\ud800"],
        "datum": ["morgen", "2026-13-01", "9999-12-31", "0001-01-01", LANG, "\0"],
        "begintijd": ["25:00", "half zes", "\0"],
    },
    forms.PakketForm: {"deel": ["", "alles", "\0"]},
    forms.SprekerForm: {
        "naam": ["", "x" * 121, "a\0b", "a\ud800"],
        "bio": [LANG, "a\0b", "a\ud800"],
        "email": ["ada", "a@b", "a@b.test\0"],
        "telefoon": ["0" * 31],
    },
    forms.UitnodigingForm: {
        "email": [
            "",
            "ada",
            "a@b",
            "a@b.test\0",
            "a@b.test\nBcc: c@d.test",
            f"{LANG}@b.test",
            "a@" + "ü" * 62 + ".nl",
            "İ" * 60 + "@x.nl",
        ],
        "rol": ["", "beheerder", "\0"],
    },
    forms.RollenForm: {"rollen": ["", "beheerder", "\0"]},
    forms.NieuwAccountForm: {
        "naam": ["", "x" * 121, "a\0b", "a\ud800"],
        "wachtwoord": ["", "x" * 201, "a\0b"],
    },
    forms.AntwoordForm: {
        "functie": ["x" * 201, "a\0b"],
        "organisatie": ["x" * 201, "\udfff"],
        "bio": [LANG, "a\0b", "a\ud800"],
        "opmerking": ["x" * 2001, "a\0b", "a\ud800"],
    },
    forms.StellingForm: {
        "tekst": ["", "x" * 501, LANG, "a\0b", "a\ud800"],
        "toelichting": [LANG, "a\0b", "a\ud800"],
        "doorvragen": ["x" * 501, LANG, "\n".join("x" * 21), "a\0b", "a\ud800"],
        "status": ["", "af", "\0"],
    },
    forms.RondeForm: {
        "minuten": ["", "0", "601", *GETAL],
        "stelling": ["999999999", "x", "\0", "9" * 30],
        "soort": ["", "borrel"],
        "titel": [LANG, "a\0b", "a\ud800"],
    },
    forms.TafelForm: {
        "nummer": ["", "0", "1000", *GETAL],
        "naam": ["x" * 81, "\ud800"],
        "aantal_gasten": GETAL,
    },
    forms.TafelsForm: {"aantal": ["", "0", "201", *GETAL], "aantal_gasten": ["100", *GETAL]},
    forms.VerplaatsForm: {"naar": ["", "0", "1001", *GETAL]},
    forms_gasten.PinForm: {"gast": ["", "1", "x" * 36, "a\0b", LANG]},
    forms_gasten.GastForm: {
        "naam": ["", " ", "x" * 121, "a\0b", "a\ud800"],
        "organisatie": ["x" * 201, "\ud800"],
        "sector": ["x" * 81, "a\0b"],
    },
    forms.VersieForm: {"version": ["", "x", "-1", "1.5", "0\0"], "minuten": ["x", "1.5"]},
}
CASES = [
    (form, veld, fout)
    for form, velden in FOUT.items()
    if form in GOED
    for veld, fouten in velden.items()
    for fout in fouten
]


@pytest.mark.parametrize("form", GOED, ids=lambda form: form.__name__)
def test_form_accepts_what_is_good(form):
    assert form(GOED[form]).errors == {}


@pytest.mark.parametrize(
    ("form", "veld", "fout"), CASES, ids=[f"{f.__name__}-{v}-{w[:12]!a}" for f, v, w in CASES]
)
def test_form_refuses_at_the_field_itself(form, veld, fout):
    errors = form(GOED[form] | {veld: fout}).errors
    assert list(errors) == [veld]
    assert all("is violated" not in error and error[0].isupper() for error in errors[veld])


@pytest.mark.parametrize("veld", ["kleur", "tweede_kleur"])
def test_huisstijl_form_takes_a_colour_that_can_be_read(reeks, veld):
    def errors(waarde):
        return forms.HuisstijlForm({veld: waarde}, reeks=reeks, met_logo=False).errors

    for goed in ("", "#17515f", " #17515F "):
        assert errors(goed) == {}
    for fout in ("rood", "17515f", "#17515", "#17515g", "#17515f0", "#ffee00", "#777777", "a\0b", "a\ud800"):
        assert list(errors(fout)) == [veld]
    assert "contrast is 1,2 en moet ten minste 4,5" in errors("#ffee00")[veld][0]


def test_form_says_in_dutch_what_is_wrong():
    errors = forms.DinerForm({"titel": "", "locatie": "a\ud800", "datum": "morgen"}).errors
    assert errors == {
        "titel": ["Dit veld is verplicht."],
        "locatie": [ONBEWAARBAAR],
        "datum": ["Voer een geldige datum in."],
    }
    assert "Null-tekens" in forms.DinerForm({"titel": "a\0"}).errors["titel"][0]
    assert "200 tekens" in forms.DinerForm({"titel": LANG}).errors["titel"][0]


def test_stelling_form_makes_a_list_of_lines_and_shows_it_again():
    form = forms.StellingForm(GOED[forms.StellingForm])
    assert form.is_valid()
    assert form.cleaned_data["doorvragen"] == ["Hoe?", "Wie?"]
    instance = StellingFactory.build(doorvragen=["Hoe?", "Wie?"])
    assert forms.StellingForm(instance=instance)["doorvragen"].value() == "Hoe?\nWie?"


def test_ronde_form_offers_only_stellingen_of_its_diner(diner, stellingen):
    def errors(**fields):
        data = {"soort": "tafelgesprek", "minuten": "20"} | {
            name: str(value) for name, value in fields.items()
        }
        return forms.RondeForm(data, diner=diner).errors

    assert errors(stelling=stellingen[0].pk) == errors(stelling="") == {}
    for wrong in (StellingFactory().pk, 10**30, "x", "\0", "-1"):
        assert list(errors(stelling=wrong)) == ["stelling"]
    for wrong in ("0", "601", "", *GETAL):
        assert list(errors(minuten=wrong)) == ["minuten"]
    assert list(errors(soort="borrel")) == ["soort"]


def test_ronde_form_never_touches_the_clock(ronde):
    data = {"soort": "pauze", "minuten": "5", "started_at": "", "version": "99", "nummer": "7"}
    form = forms.RondeForm(data, instance=Ronde.objects.get(), diner=ronde.diner)
    assert form.is_valid()
    assert form.cleaned_data.keys() == {"soort", "titel", "minuten", "stelling"}


def test_optreden_form_offers_sprekers_of_the_reeks_who_are_not_there_yet(diner):
    vrij, bezet, vreemd = (
        SprekerFactory(reeks=diner.reeks),
        SprekerFactory(reeks=diner.reeks),
        SprekerFactory(),
    )
    diner.optredens.create(spreker=bezet)
    assert list(forms.OptredenForm(diner=diner).fields["spreker"].queryset) == [vrij]
    for wrong in (bezet.pk, vreemd.pk, 10**30, "x", "\0", ""):
        assert list(forms.OptredenForm({"spreker": wrong}, diner=diner).errors) == ["spreker"]


@pytest.mark.parametrize(("getypt", "goed"), [("Blik", True), (" Blik ", True), ("blik", False), ("", False)])
def test_confirmation_needs_the_very_title(getypt, goed):
    form = forms.NaamBevestigingForm({"titel": getypt}, verwacht="Blik")
    assert form.is_valid() is goed


def test_confirmation_shows_the_title_as_text():
    html = forms.NaamBevestigingForm(verwacht="<img src=x onerror=alert(1)>").as_p()
    assert "&lt;img" in html
    assert "<img" not in html
