"""The handout: what pypdf reads back from it, and what must never be in it."""

import io
import sys
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from pypdf import PdfReader

from capture.models import Soort
from denkdiner.colours import KLEUR, readable
from denkdiner.errors import DenkdinerError
from denkdiner.paper import fetcher
from sessions.models import Dinerstatus
from synthesis.exports.bron import Dinerbron, Draadbron, Handoutbron, Quotebron, Stellingbron, Trefwoordbron
from synthesis.exports.handout import GeenPdf, write_handout
from synthesis.queries import handoutbron
from synthesis.views.handout import handout_html
from tests.factories import (
    ApparaatFactory,
    BijdrageFactory,
    GastFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    StellingFactory,
    TafelFactory,
    ToegangFactory,
)

MOMENT = datetime(2026, 11, 24, 21, 40, tzinfo=UTC)
QUOTES = ("Goedkoop is duurkoop.", "1 < 2 & 3 > 2, <b>toch?</b> &amp; ]]>", "=HYPERLINK(1)")


def draad(nummer, steun=4, **kwargs):
    return Draadbron(
        f"Draad {nummer}", tafels=tuple(range(steun)), besproken=8, breedte="meerdere tafels", **kwargs
    )


def bron(draden=3, quotes=QUOTES, stellingen=3, tekst="Werk past zich aan", titel="De werkplaats", **kwargs):
    blokken = tuple(
        Stellingbron(
            nummer,
            f"{tekst} {nummer}.",
            20,
            (1, 2),
            (),
            tuple(draad(f"{nummer}.{n}") for n in range(draden)),
        )
        for nummer in range(1, stellingen + 1)
    )
    gezegd = tuple(Quotebron(tekst, nummer) for nummer, tekst in enumerate(quotes, start=1))
    diner = Dinerbron(
        1, titel, date(2026, 11, 24), aantal_tafels=8, aantal_bijdragen=60, stellingen=blokken, quotes=gezegd
    )
    return Handoutbron(diner, "Verkenning", "Netwerk", tafels=tuple(range(8)), **kwargs)


def pdf_of(gegevens):
    return write_handout(gegevens, gemaakt_at=MOMENT, html=handout_html)


def read(pdf):
    return PdfReader(io.BytesIO(pdf))


def words(pdf):
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def tags(element):
    """The kinds of all elements of the structure tree under *element*."""
    element = element.get_object()
    if isinstance(element, int):
        return
    if isinstance(element, list):
        for kind in element:
            yield from tags(kind)
        return
    if "/S" in element:
        yield element["/S"]
    if "/K" in element and not isinstance(element["/K"], int):
        yield from tags(element["/K"])


def test_handout_is_a_tagged_pdf_of_two_pages():
    reader = read(pdf_of(bron(draden=5)))
    root = reader.trailer["/Root"]
    assert len(reader.pages) == 2
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"] in (True, "true")
    soorten = set(tags(root["/StructTreeRoot"]["/K"]))
    assert {"/H1", "/H2", "/L", "/LI", "/BlockQuote"} <= soorten
    assert (
        b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
        or b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    )
    assert reader.metadata.title == "Handout: De werkplaats (concept, zoals opgetekend)"
    assert "Stelling 1: Werk past zich aan 1." in [een.title for een in reader.outline[1]]


def test_handout_says_what_stands_there_and_what_is_left_out():
    gegevens = bron(draden=9, quotes=[f"Quote nummer {n} van deze avond" for n in range(30)])
    tekst = words(pdf_of(gegevens))
    getoond = tekst.count("Draad 1.")
    assert 0 < getoond < 9
    assert f"En nog {9 - getoond} rode draden in het verslag." in tekst
    quotes = tekst.count("“Quote nummer")
    assert 0 < quotes < 30
    assert f"En nog {30 - quotes} quotes in het verslag." in tekst
    assert "Meerdere tafels 4 van 8" in tekst


def test_every_page_is_marked_as_concept():
    reader = read(pdf_of(bron(draden=9)))
    assert len(reader.pages) == 2
    for page in reader.pages:
        tekst = " ".join(page.extract_text().split())
        assert (
            "CONCEPT, zoals opgetekend · Gemaakt op 24 november 2026 om 21.40 uur · 60 notities van 8 tafels"
            in tekst
        )


def test_quotes_stand_there_word_for_word():
    tekst = words(pdf_of(bron(draden=1)))
    for quote in QUOTES:
        assert f"“{quote}”" in tekst


def test_quote_that_is_too_long_is_left_out_and_never_cut():
    tekst = words(pdf_of(bron(draden=1, quotes=["woord " * 3000])))
    assert "woord" not in tekst
    assert "1 quote staat in het verslag." in tekst


@pytest.mark.parametrize(
    "gegevens",
    [
        Handoutbron(Dinerbron(1, "T"), "R"),
        bron(draden=0, quotes=()),
        bron(draden=40, stellingen=1, tekst="lang " * 99),
        bron(stellingen=12, tekst="lang " * 99, titel="Titel " * 33),
        bron(stellingen=120, tekst="lang " * 99),
        bron(
            titel="\x00\x01<&\ufffe\u202e‮" + "x" * 190,
            quotes=["\u05e9\u05dc\u05d5\u05dd 😀👩‍👩‍👧", "\x00\x02 \ufffe", "x" * 280],
        ),
        bron(tekst="y" * 490, quotes=["z" * 280] * 3, kleur="#fff; } body { display: none"),
    ],
)
def test_handout_is_never_more_than_two_pages(gegevens):
    pdf = pdf_of(gegevens)
    assert 1 <= len(read(pdf).pages) <= 2
    assert "CONCEPT" in words(pdf)


def test_evening_without_threads_says_so_and_counts_trefwoorden():
    woorden = {1: (Trefwoordbron("vakmanschap", (1, 2, 3)),)}
    tekst = words(pdf_of(bron(draden=0, trefwoorden=woorden)))
    assert "waren er nog geen rode draden geplaatst. Bij elke stelling staat welke trefwoorden" in tekst
    assert "vakmanschap 3 tafels" in tekst
    assert "trefwoorden" not in words(pdf_of(bron(draden=0)))
    assert "er nog niets opgetekend" in words(pdf_of(Handoutbron(Dinerbron(1, "T"), "R")))


def test_same_evening_is_the_same_bytes():
    assert pdf_of(bron()) == pdf_of(bron())


@pytest.mark.parametrize(
    ("kleur", "wordt"),
    [
        ("#1F5B4C", "#1f5b4c"),
        ("#ffee00", KLEUR),
        ("", KLEUR),
        ("#767676", "#767676"),
        ("#777777", KLEUR),
        ("red", KLEUR),
    ],
)
def test_colour_on_which_white_cannot_be_read_is_not_used(kleur, wordt):
    assert readable(kleur) == wordt


def test_nothing_is_opened_but_our_own_letters():
    ours = fetcher({"file:///letters.ttf"})
    for adres in ("file:///etc/passwd", "http://localhost/", "data:text/html,x"):
        with pytest.raises(ValueError, match="not ours"):
            ours.fetch(adres)


def test_without_pango_the_handout_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(GeenPdf, match="Pango") as fout:
        pdf_of(bron())
    assert isinstance(fout.value, DenkdinerError)


# --- from the database ----------------------------------------------------------------------------------


def url(diner):
    return reverse("synthesis:handout", args=[diner.reeks.slug, diner.nummer])


@pytest.fixture
def avond(diner, stelling, tafels):
    apparaat = ApparaatFactory(toegang=ToegangFactory(tafel=tafels[0]), sleutel="geheime-sleutel")
    GastFactory(diner=diner, naam="Anneke van Dam", organisatie="Bakkerij Zon")
    eerste = RodeDraadFactory(stelling=stelling, titel="Werk is van iedereen", door_mens=True)
    noemend = RodeDraadFactory(stelling=stelling, titel="Wat anneke van dam wil")
    for tafel in tafels:
        OnderbouwingFactory(
            rode_draad=eerste, bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling, apparaat=apparaat)
        )
    OnderbouwingFactory(rode_draad=noemend, bijdrage=BijdrageFactory(tafel=tafels[0], stelling=stelling))
    for tekst in ("Doen is het nieuwe denken.", "Anneke van Dam zei nee.", "Mail mij: a.dam@zon.example"):
        BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=tekst, soort=Soort.QUOTE, letterlijk=True)
    return diner


@pytest.mark.django_db
def test_handout_names_no_guest_device_token_or_address(avond, roos, sign_in, tafels):
    response = sign_in(roos).get(url(avond))
    reader = read(response.content)
    objecten = [reader.get_object(nummer) for nummer in range(1, len(reader.xref[0]) + 1)]
    stromen = b"".join(een.get_data() for een in objecten if hasattr(een, "get_data"))
    alles = words(response.content) + str(reader.metadata) + (stromen + response.content).decode("latin-1")
    toegang = tafels[0].toegangen.first()
    geheim = [
        "Anneke",
        "anneke",
        "Bakkerij Zon",
        "geheime-sleutel",
        "zon.example",
        roos.email,
        toegang.token_hash,
    ]
    assert [een for een in geheim if een in alles] == []
    tekst = words(response.content)
    assert "Werk is van iedereen" in tekst
    assert "“Doen is het nieuwe denken.”" in tekst
    assert "En nog 1 rode draad in het verslag." in tekst
    assert "En nog 2 quotes in het verslag." in tekst
    assert "Enkele tafels 2 van 2" in tekst


@pytest.mark.django_db
@pytest.mark.parametrize("aantal", [1, 3])
def test_handout_costs_the_same_however_much_was_said(diner, aantal, django_assert_num_queries):
    for nummer in range(1, aantal + 1):
        stelling = StellingFactory(diner=diner, nummer=nummer)
        tafel = TafelFactory(diner=diner, nummer=nummer)
        GastFactory(diner=diner)
        for _ in range(aantal):
            draad = RodeDraadFactory(stelling=stelling)
            OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling))
    with django_assert_num_queries(10):
        gegevens = handoutbron(diner)
    assert len(gegevens.diner.stellingen) == aantal
    assert gegevens.geplaatst == aantal**2


@pytest.mark.django_db
@pytest.mark.parametrize("status", Dinerstatus.values)
def test_team_gets_the_handout_at_any_time(diner, stelling, roos, vera, sign_in, status):
    diner.status = status
    diner.save()
    for lid in (roos, vera):
        response = sign_in(lid).get(url(diner))
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == 'inline; filename="handout-diner-1.pdf"'
        assert "no-store" in response["Cache-Control"]
        assert ("nog liep" in words(response.content)) == (status == Dinerstatus.LIVE)


@pytest.mark.django_db
def test_kijker_and_outsider_get_no_handout(diner, kees, otto, sign_in):
    assert sign_in(kees).get(url(diner)).status_code == 403
    assert sign_in(otto).get(url(diner)).status_code == 404


@pytest.mark.django_db
def test_view_without_pango_is_a_page_that_says_so(diner, roos, sign_in, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    response = sign_in(roos).get(url(diner))
    assert response.status_code == 503
    assert "Pango" in response.content.decode()


@pytest.mark.django_db
def test_regie_and_inbox_have_the_button(diner, roos, sign_in):
    client = sign_in(roos)
    for naam in ("diners:regie", "synthesis:inbox"):
        assert url(diner) in client.get(reverse(naam, args=[diner.reeks.slug, diner.nummer])).content.decode()
