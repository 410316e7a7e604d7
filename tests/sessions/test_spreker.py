"""What a spreker brings: a portrait that only the right people see, and ideas that become a stelling."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from denkdiner.errors import DenkdinerError
from sessions import queries, services
from sessions.forms_spreker import IdeeForm, PortretForm
from sessions.models import MAX_IDEE, Logregel, Portret, Stellingidee
from sessions.services.spreker import MAX_IDEEEN
from tests.factories import NOW, OptredenFactory, PortretFactory, SprekerFactory, StellingideeFactory

pytestmark = pytest.mark.django_db

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def photo(name="ada.png", colour="red", soort="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, soort)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def text(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


@pytest.fixture
def optreden(diner):
    return OptredenFactory(diner=diner, spreker=SprekerFactory(reeks=diner.reeks, naam="Ada <Vos>"))


@pytest.fixture
def briefing(optreden):
    return services.open_briefing(optreden=optreden)


@pytest.fixture
def own(briefing):
    token = services.briefing_token_of(briefing)
    return lambda name: reverse(f"diners:{name}", args=[token])


def of_member(name, spreker):
    return reverse(f"diners:{name}", args=[spreker.reeks.slug, spreker.pk])


# --- portrait --------------------------------------------------------------------------------------------------------


def test_spreker_adds_sees_and_removes_a_portrait(own, optreden):
    client = Client()
    assert client.get(own("briefing_portret")).status_code == 404
    assert "Portret toevoegen" in text(client.get(own("briefing")))
    saved = client.post(own("briefing_portret_edit"), {"bestand": photo()})
    assert saved["Location"] == own("briefing")
    page = client.get(own("briefing")).content.decode()
    assert f'src="{own("briefing_portret")}" alt="Ada &lt;Vos&gt;"' in page
    shown = client.get(own("briefing_portret"))
    assert Image.open(io.BytesIO(shown.content)).size == (800, 533)
    assert client.post(own("briefing_portret_edit"), {"weg": "1"}).status_code == 302
    assert not Portret.objects.exists()


def test_portrait_is_kept_by_the_browser_and_asked_about_each_time(own, optreden, roos, sign_in):
    services.keep_portret(spreker=optreden.spreker, data=photo().read(), now=NOW)
    for client, url in (
        (Client(), own("briefing_portret")),
        (sign_in(roos), of_member("portret", optreden.spreker)),
    ):
        shown = client.get(url)
        headers = {name: shown[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")}
        assert headers == {
            "Content-Type": "image/jpeg",
            "Cache-Control": "private, no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        again = client.get(url, headers={"if-none-match": shown["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Cache-Control"]) == (shown["ETag"], "private, no-cache")
    services.keep_portret(spreker=optreden.spreker, data=photo(colour="blue").read(), now=NOW)
    assert Client().get(own("briefing_portret"), headers={"if-none-match": shown["ETag"]}).status_code == 200
    assert Portret.objects.count() == 1


def test_link_of_one_spreker_shows_no_other(own, diner):
    ander = OptredenFactory(diner=diner)
    services.keep_portret(spreker=ander.spreker, data=photo().read(), now=NOW)
    assert Client().get(own("briefing_portret")).status_code == 404


@pytest.mark.parametrize(
    ("wie", "status"), [("roos", 200), ("vera", 200), ("kees", 200), ("otto", 404), (None, 302)]
)
def test_portrait_is_for_members(wie, status, optreden, request, sign_in):
    PortretFactory(spreker=optreden.spreker)
    client = sign_in(request.getfixturevalue(wie)) if wie else Client()
    assert client.get(of_member("portret", optreden.spreker)).status_code == status


def test_organiser_adds_and_removes_a_portrait(optreden, roos, sign_in):
    client, spreker = sign_in(roos), optreden.spreker
    form = of_member("spreker_edit", spreker)
    assert "Nog geen portret" in text(client.get(form))
    assert (
        client.post(of_member("portret_edit", spreker), {"bestand": photo(soort="WEBP")})["Location"] == form
    )
    assert of_member("portret", spreker) in client.get(form).content.decode()
    assert client.post(of_member("portret_edit", spreker), {"weg": "1"}).status_code == 302
    assert not Portret.objects.exists()


@pytest.mark.parametrize(
    ("bestand", "zin"),
    [
        (None, "Kies eerst een foto."),
        (SimpleUploadedFile("a.png", b""), "Dit bestand is leeg."),
        (SimpleUploadedFile("a.png", b"geen plaatje"), "geen plaatje"),
        (SimpleUploadedFile("a.svg", SVG, "image/svg+xml"), "geen plaatje"),
        (SimpleUploadedFile("a.png", b"\0" * (5 * 1024 * 1024 + 1)), "ten hoogste 5 MB"),
    ],
    ids=["none", "empty", "words", "svg", "large"],
)  # fmt: skip
def test_what_is_no_photo_is_refused_and_the_old_one_stays(
    bestand, zin, own, optreden, roos, sign_in, stored
):
    PortretFactory(spreker=optreden.spreker)
    before = stored()[Portret._meta.db_table]
    data = {} if bestand is None else {"bestand": bestand}
    for client, url in (
        (Client(), own("briefing_portret_edit")),
        (sign_in(roos), of_member("portret_edit", optreden.spreker)),
    ):
        if bestand is not None:
            bestand.seek(0)
        refused = client.post(url, data)
        assert refused.status_code == 422
        assert zin in text(refused)
    assert stored()[Portret._meta.db_table] == before


def test_portret_form_takes_a_file_or_the_wish_to_have_none():
    assert PortretForm({}, {"bestand": photo()}).is_valid()
    assert PortretForm({"weg": "1"}, {}).is_valid()
    assert list(PortretForm({}, {}).errors) == ["bestand"]


def test_after_the_evening_the_spreker_changes_nothing(own, briefing, optreden, stored):
    services.close_diner(diner=optreden.diner, now=NOW)
    before = stored()
    assert Client().post(own("briefing_portret_edit"), {"bestand": photo()}).status_code == 422
    assert Client().post(own("briefing_idee"), {"tekst": "Te laat."}).status_code == 422
    assert stored() == before


def test_no_list_loads_a_portrait(diner, roos, sign_in, django_assert_num_queries):
    for _ in range(3):
        PortretFactory(spreker=OptredenFactory(diner=diner).spreker)
    with django_assert_num_queries(1) as asked:
        assert [optreden.heeft_portret for optreden in queries.optredens_of(diner)] == [True] * 3
    assert '"data"' not in asked[0]["sql"]
    page = sign_in(roos).get(reverse("diners:diner_detail", args=[diner.reeks.slug, 1])).content.decode()
    assert page.count("portret.jpg") == 3


def test_portrait_goes_with_its_spreker(optreden):
    PortretFactory(spreker=optreden.spreker)
    assert (1, "portret") in queries.what_goes_along(optreden.spreker)
    services.delete_object(optreden.spreker)
    assert not Portret.objects.exists()


# --- ideas -----------------------------------------------------------------------------------------------------------


def test_spreker_suggests_and_the_organiser_takes_it_over(own, optreden, roos, sign_in, stelling):
    client, diner = sign_in(roos), optreden.diner
    assert (
        Client().post(own("briefing_idee"), {"tekst": "Iedereen\r\nwerkt <drie> dagen."}).status_code == 302
    )
    assert "Iedereen werkt &lt;drie&gt; dagen." in Client().get(own("briefing")).content.decode()
    detail = reverse("diners:diner_detail", args=[diner.reeks.slug, 1])
    assert "Neem over als concept-stelling" in text(client.get(detail))
    idee = Stellingidee.objects.get()
    adopt = reverse("diners:idee_adopt", args=[diner.reeks.slug, 1, idee.pk])
    assert client.post(adopt)["Location"] == f"{detail}#stellingen"
    idee.refresh_from_db()
    assert (idee.stelling.tekst, idee.stelling.status, idee.stelling.nummer) == (
        "Iedereen werkt <drie> dagen.",
        "concept",
        4,
    )
    assert "Neem over" not in text(client.get(detail))
    assert "Overgenomen" in text(Client().get(own("briefing")))
    twice = client.post(adopt)
    assert (twice.status_code, "al afgehandeld" in text(twice)) == (422, True)
    assert diner.stellingen.count() == 4
    assert [regel.wat for regel in Logregel.objects.order_by("pk")] == [
        "Ada <Vos> stelde een stelling voor",
        "nam een stelling over van Ada <Vos>",
    ]


def test_idea_that_is_laid_aside_is_kept_and_asked_about_no_more(own, optreden, roos, sign_in):
    idee = StellingideeFactory(optreden=optreden)
    aside = reverse("diners:idee_dismiss", args=[optreden.diner.reeks.slug, 1, idee.pk])
    assert sign_in(roos).post(aside).status_code == 302
    assert not queries.open_ideeen_of(optreden.diner).exists()
    assert "Bekeken" in text(Client().get(own("briefing")))
    with pytest.raises(DenkdinerError, match="al afgehandeld"):
        services.adopt_idee(idee=idee, gebruiker=roos, now=NOW)


def test_same_words_twice_are_one_idea_and_there_is_an_end_to_it(briefing, stored):
    for nummer in range(MAX_IDEEEN):
        services.add_idee(briefing=briefing, tekst=f"Idee {nummer}", now=NOW)
    services.add_idee(briefing=briefing, tekst="Idee  0 ", now=NOW)
    assert Stellingidee.objects.count() == MAX_IDEEEN
    before = stored()
    with pytest.raises(DenkdinerError, match="dat is genoeg"):
        services.add_idee(briefing=briefing, tekst="Nog een", now=NOW)
    assert stored() == before


@pytest.mark.parametrize("tekst", ["", " \n ", "x" * (MAX_IDEE + 1), "a\0b", "a\ud800"])
def test_idee_form_refuses(tekst):
    assert list(IdeeForm({"tekst": tekst}).errors) == ["tekst"]
    assert IdeeForm({"tekst": "Werk is spel."}).is_valid()


def test_stelling_that_is_deleted_leaves_the_idea(optreden, roos):
    idee = StellingideeFactory(optreden=optreden)
    services.delete_object(services.adopt_idee(idee=idee, gebruiker=roos, now=NOW))
    idee.refresh_from_db()
    assert (idee.stelling, idee.settled_at) == (None, NOW)


@pytest.mark.parametrize("aantal", [1, 3])
def test_ideas_cost_one_query(diner, aantal, django_assert_num_queries):
    for _ in range(aantal):
        StellingideeFactory(optreden=OptredenFactory(diner=diner))
    with django_assert_num_queries(1):
        assert len([idee.optreden.spreker.naam for idee in queries.open_ideeen_of(diner)]) == aantal


def test_photo_is_looked_at_before_the_database_is_asked_to_wait(reeks, monkeypatch):
    """SQLite lets one write at a time: two seconds for a photo are two seconds without notes."""
    looked = []

    def look(data, *, max_side):
        looked.append(len(connection.savepoint_ids))
        return data

    monkeypatch.setattr("sessions.services.spreker.clean_photo", look)
    services.keep_portret(spreker=SprekerFactory(reeks=reeks), data=b"foto", now=NOW)
    assert looked == [0]
    assert bytes(Portret.objects.get().data) == b"foto"
