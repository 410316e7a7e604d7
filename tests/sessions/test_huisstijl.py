"""Two colours and a logo: the service, the page, and who may see the picture. Rights: test_access; pictures: house."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from PIL import Image

from denkdiner.errors import DenkdinerError
from denkdiner.pictures import GEEN_PLAATJE, MAX_BYTES, TE_GROOT, clean_picture
from sessions import services
from sessions.models import Logo, Logregel
from tests.factories import NOW, LogoFactory
from tests.house.test_pictures import noise, picture

pytestmark = pytest.mark.django_db
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def set_huisstijl(reeks, roos, **which):
    fields = {"kleur": "#17515f", "tweede_kleur": "#b4510f"} | which
    return services.set_huisstijl(reeks=reeks, gebruiker=roos, now=NOW, **fields)


def text(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


@pytest.fixture
def adres(reeks):
    return reverse("diners:huisstijl_edit", args=[reeks.slug])


def test_huisstijl_is_kept_and_logged(reeks, roos):
    set_huisstijl(reeks, roos, logo=picture("JPEG", (3000, 1500)))
    reeks.refresh_from_db()
    assert (reeks.kleur, reeks.tweede_kleur) == ("#17515f", "#b4510f")
    logo = Logo.objects.get(reeks=reeks)
    assert (logo.soort, logo.breed, logo.hoog) == ("image/jpeg", 600, 300)
    assert Image.open(io.BytesIO(bytes(logo.data))).size == (600, 300)
    regel = Logregel.objects.get()
    assert (regel.wat, regel.gebruiker, regel.at) == ("paste de huisstijl aan", roos, NOW)
    set_huisstijl(reeks, roos)  # the same again is no news, and the logo stays
    assert (Logregel.objects.count(), Logo.objects.count()) == (1, 1)
    set_huisstijl(reeks, roos, logo=picture(size=(20, 30)))
    assert (Logo.objects.get().hoog, Logregel.objects.count()) == (30, 2)
    set_huisstijl(reeks, roos, logo_weg=True)
    assert (Logo.objects.count(), Logregel.objects.count()) == (0, 3)


@pytest.mark.parametrize(
    "fout", [{"kleur": "#ffee00"}, {"tweede_kleur": "#fff"}, {"logo": SVG}, {"logo": b""}]
)
def test_huisstijl_that_is_refused_changes_nothing(reeks, roos, stored, fout):
    LogoFactory(reeks=reeks)
    before = stored()
    with pytest.raises(DenkdinerError):
        set_huisstijl(reeks, roos, **fout)
    assert stored() == before


def test_reeks_has_one_logo_of_a_known_kind(reeks):
    LogoFactory(reeks=reeks)
    with pytest.raises(IntegrityError), transaction.atomic():
        LogoFactory(reeks=reeks)
    with pytest.raises(IntegrityError), transaction.atomic():
        Logo.objects.update(soort="image/svg+xml")
    with pytest.raises(IntegrityError), transaction.atomic():
        Logo.objects.update(breed=0)


def test_page_of_the_reeks_has_the_form_and_saves_it(reeks, roos, sign_in, adres):
    client, edit = sign_in(roos), reverse("diners:reeks_edit", args=[reeks.slug])
    html = client.get(edit).content.decode()
    assert f'action="{adres}"' in html
    assert "logo_weg" not in html
    data = {"kleur": "#17515F", "tweede_kleur": "", "logo": SimpleUploadedFile("a.png", picture())}
    answer = client.post(adres, data)
    assert (answer.status_code, answer["Location"]) == (302, edit)
    reeks.refresh_from_db()
    assert (reeks.kleur, reeks.tweede_kleur, reeks.logo.breed) == ("#17515f", "", 80)
    html = client.get(edit).content.decode()
    assert html.count('fill="#17515f"') == 4  # an empty second colour is the first
    assert "contrast met wit 8,8" in html
    assert 'name="logo_weg"' in html
    client.post(adres, {"kleur": "", "tweede_kleur": "", "logo_weg": "on"})
    assert not Logo.objects.exists()


@pytest.mark.parametrize(
    ("data", "zin"),
    [
        ({"kleur": "#ffee00"}, "Witte letters zijn op #ffee00 niet goed te lezen: het contrast is 1,2"),
        ({"tweede_kleur": "geel"}, "Gebruik een kleur als #1a4d5c."),
        ({"logo": SimpleUploadedFile("a.svg", SVG, "image/png")}, GEEN_PLAATJE),
        ({"logo": SimpleUploadedFile("a.png", b"tekst", "image/png")}, GEEN_PLAATJE),
        ({"logo": SimpleUploadedFile("a.png", b"")}, "Dit bestand is leeg."),
        ({"logo": SimpleUploadedFile("a.png", b"x" * (MAX_BYTES + 1))}, TE_GROOT),
        ({"logo": SimpleUploadedFile("a.png", noise("JPEG")[:-20_000])}, "beschadigd"),
    ],
    ids=str,
)
def test_what_is_refused_comes_back_with_a_sentence(reeks, roos, sign_in, adres, stored, data, zin):
    for bestand in data.values():
        if hasattr(bestand, "seek"):
            bestand.seek(0)
    client = sign_in(roos)
    before = stored()
    answer = client.post(adres, data)
    assert answer.status_code == 422
    assert zin in text(answer)
    assert stored() == before


def test_page_says_what_is_made_in_which_colour(reeks, roos, sign_in, adres):
    assert "de handout alleen de eerste kleur" in text(sign_in(roos).get(adres))


def test_logo_is_shown_to_members_only(reeks, roos, kees, otto, sign_in):
    adres = reverse("diners:reeks_logo", args=[reeks.slug])
    assert sign_in(roos).get(adres).status_code == 404
    logo = LogoFactory(reeks=reeks)
    answer = sign_in(kees).get(adres)
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/png", logo.data)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-cache"} == set(answer["Cache-Control"].split(", "))
    assert sign_in(otto).get(adres).status_code == 404


def test_reeks_with_an_imported_colour_can_still_be_edited(reeks, roos, sign_in):
    """A file may bring a colour on which nothing can be read: paper uses another, and the reeks is not locked."""
    reeks.kleur = "#ffee00"
    reeks.save()
    client, edit = sign_in(roos), reverse("diners:reeks_edit", args=[reeks.slug])
    data = {"titel": "Nieuw", "horizonjaar": "2050", "max_apparaten": "3"}
    assert client.post(edit, data).status_code == 302
    assert 'fill="#0e3641"' in client.get(edit).content.decode()


def test_logo_is_looked_at_before_the_database_is_asked_to_wait(reeks, roos, monkeypatch):
    looked = []

    def look(data):
        looked.append(len(connection.savepoint_ids))
        return clean_picture(data)

    monkeypatch.setattr("sessions.services.huisstijl.clean_picture", look)
    services.set_huisstijl(
        reeks=reeks, kleur="", tweede_kleur="", gebruiker=roos, now=NOW, logo=picture("PNG")
    )
    assert looked == [0]
    assert Logo.objects.filter(reeks=reeks).exists()
