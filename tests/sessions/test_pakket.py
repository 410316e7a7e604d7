"""The pack: what pypdf and a reader of QR codes find on the printed pages. Rights: test_access, house/test_routes."""

import base64
import io
import shutil
import subprocess
import sys
from datetime import time, timedelta

import pytest
import zxingcpp
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from denkdiner.errors import DenkdinerError
from sessions import pakket as pakket_module
from sessions import services
from sessions.models import Plaats, Rondesoort, Taak, Taakbestand, Toegang
from sessions.pakket import NAAMLETTERS, STELLINGLETTERS, Deel, letter, pakketbron
from sessions.services.taken import open_bestand
from tests.factories import (
    NOW,
    DinerFactory,
    GastFactory,
    LogoFactory,
    RondeFactory,
    StellingFactory,
    TafelFactory,
)
from tests.house.test_pictures import picture

pytestmark = pytest.mark.django_db
LANG = "Meerjarenonderhoudsplanningscommissie van het Waterschap Voorbeeld en Omstreken "
A4 = (595, 842)


def adres(diner):
    return reverse("diners:pakket_pdf", args=[diner.reeks.slug, diner.nummer])


def button(name, diner):
    return reverse(f"diners:pakket_{name}", args=[diner.reeks.slug, diner.nummer])


def pagina(diner):
    return reverse("diners:pakket", args=[diner.reeks.slug, diner.nummer])


def read(pdf):
    return PdfReader(io.BytesIO(pdf))


def words(thing):
    """The text of a page, or of a whole file."""
    pages = thing.pages if isinstance(thing, PdfReader) else [thing]
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def headings(outline, depth=0):
    """Every bookmark with its depth."""
    for een in outline:
        if isinstance(een, list):
            yield from headings(een, depth + 1)
        else:
            yield depth, een.title


def as_pictures(pdf, tmp_path, dpi=80):
    """The pages as a printer would put them on paper."""
    if shutil.which("pdftoppm") is None:
        pytest.fail("install poppler-utils")
    bestand = tmp_path / "pakket.pdf"
    bestand.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", bestand, tmp_path / "blad"], check=True)
    return [Image.open(een) for een in sorted(tmp_path.glob("blad-*.png"))]


@pytest.fixture
def client(roos, sign_in):
    return sign_in(roos)


@pytest.fixture
def maak(client, taken_direct):
    """``maak(diner, *delen)``: the answer that holds the pack of these parts (all without any), or why it was refused."""

    def maak(diner, *delen):
        with taken_direct():
            answer = client.post(button("make", diner), {"deel": delen or Deel.values})
        return client.get(adres(diner)) if answer.status_code == 302 else answer

    return maak


@pytest.fixture
def avond(diner, stellingen, tafels):
    """Two tables, three stellingen, a draaiboek on the clock, and four guests of whom one changes tables."""
    diner.begintijd, diner.locatie = time(18, 0), "De Hoeve"
    diner.save()
    stellingen[0].doorvragen, stellingen[0].toelichting = ["Wie merkt dat?"], "Denk aan nu."
    stellingen[0].save()
    RondeFactory(diner=diner, nummer=1, soort=Rondesoort.ONTVANGST, minuten=20)
    rondes = [
        RondeFactory(diner=diner, nummer=n, stelling=stelling, minuten=25)
        for n, stelling in enumerate(stellingen[:2], start=2)
    ]
    gasten = [
        GastFactory(diner=diner, naam=naam, organisatie=huis)
        for naam, huis in (
            ("Ada Vos", "Bakkerij Zon"),
            ("Bo Kat", ""),
            ("Cas Lam", "Waterschap"),
            ("Dee Ree", ""),
        )
    ]
    for gast, eerst, dan in ((0, 0, 0), (1, 1, 0), (2, 1, 1)):
        for ronde, tafel in zip(rondes, (eerst, dan), strict=True):
            Plaats.objects.create(gast=gasten[gast], ronde=ronde, tafel=tafels[tafel])
    return diner


def test_pack_is_a_tagged_a4_with_bookmarks(avond, client, maak):
    answer = maak(avond)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="pakket-diner-1.pdf"'
    assert "no-store" in answer["Cache-Control"]
    reader = read(answer.content)
    root = reader.trailer["/Root"]
    assert {tuple(round(float(x)) for x in page.mediabox[2:]) for page in reader.pages} == {A4}
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"] in (True, "true")
    assert root["/StructTreeRoot"]["/K"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert reader.metadata.title == "Pakket: De werkplaats van morgen"
    assert list(headings(reader.outline)) == [
        (0, "De werkplaats van morgen"),
        (1, "QR-bladen"),
        (2, "Tafel 1"),
        (2, "Tafel 2"),
        (1, "Draaiboek"),
        (1, "Zo werkt het aan tafel"),
        (1, "Stellingen voor op tafel"),
        (2, "Stelling 1: Werk past zich aan mensen aan."),
        (2, "Stelling 2: Wie leert, verdient."),
        (2, "Stelling 3: Het dorp is de beste werkgever."),
        (1, "Doorvragen"),
        (2, "1 Werk past zich aan mensen aan."),
        (1, "Wie zit waar"),
        (2, "Tafel 1"),
        (2, "Tafel 2"),
        (1, "Naamkaartjes"),
    ]


def test_every_part_says_what_it_has_to(avond, client, maak):
    bladen = [words(page) for page in read(maak(avond).content).pages]
    voor, qr1, qr2, draaiboek, uitleg, s1, _, s3, door, lijst1, lijst2, kaartjes = bladen
    for zin in (
        "De werkplaats van morgen",
        "dinsdag 24 november 2026 · 18.00 uur",
        "De Hoeve",
        "2 bladen, één per tafel",
    ):
        assert zin in voor
    assert "QR-bladen 2 " in voor  # the number of its page
    assert "4 kaartjes op 1 blad, om te knippen en te vouwen" in voor
    assert "Tafel 1" in qr1
    assert "Tafel 2" in qr2
    for zin in ("18.00 Ontvangst 20 min", "18.20 Tafelgesprek", "18.45 Tafelgesprek", "om 19.10 uur voorbij"):
        assert zin in draaiboek
    assert "Stelling 2: Wie leert, verdient." in draaiboek
    for zin in ("Letterlijk", "Hulp nodig", "Geen verbinding?", "in 2050?"):
        assert zin in uitleg
    assert "Werk past zich aan mensen aan." in s1
    assert "Het dorp is de beste werkgever." in s3
    assert "Wie merkt dat?" not in s1 + s3
    for zin in ("niet voor op tafel", "Denk aan nu.", "Wie merkt dat?"):
        assert zin in door
    assert (
        "18.20 uur: Tafelgesprek, stelling 1 Ada Vos Bakkerij Zon 18.45 uur: Tafelgesprek, stelling 2 Ada"
        in lijst1
    )
    assert "stelling 1 Bo Kat Cas Lam Waterschap 18.45 uur" in lijst2
    assert kaartjes.count("Ada Vos") == 2  # at both sides of the fold
    assert "tafel 2 → 1" in kaartjes
    assert kaartjes.index("Ada Vos") < kaartjes.index("Bo Kat") < kaartjes.index("Dee Ree")


def test_rondes_with_the_same_company_are_told_once(avond):
    Plaats.objects.filter(gast__naam="Bo Kat").delete()
    een, twee = pakketbron(avond).lijsten
    assert [(lijst.kop, [gast.naam for gast in lijst.gasten]) for lijst in een.rondes] == [
        ("De hele avond", ["Ada Vos"])
    ]
    assert [gast.naam for gast in twee.rondes[0].gasten] == ["Cas Lam"]


def test_who_signed_off_has_no_card_and_no_place(avond):
    avond.gasten.filter(naam="Bo Kat").update(afgemeld=True)
    bron = pakketbron(avond)
    assert [kaartje.naam for kaartje in bron.kaartjes] == ["Ada Vos", "Cas Lam", "Dee Ree"]
    aan_tafel = {gast.naam for tafel in bron.lijsten for lijst in tafel.rondes for gast in lijst.gasten}
    assert aan_tafel == {"Ada Vos", "Cas Lam"}


def test_codes_on_paper_open_their_own_table(diner, client, tmp_path, maak):
    tafels = [
        TafelFactory(diner=diner, nummer=nummer, naam="Eik" if nummer == 7 else "") for nummer in range(1, 31)
    ]
    pdf = maak(diner, "qr").content
    beelden = as_pictures(pdf, tmp_path)
    assert len(beelden) == 31
    gelezen = [[code.text for code in zxingcpp.read_barcodes(beeld)] for beeld in beelden]
    toegangen = services.open_toegangen(diner=diner, now=NOW)
    links = [
        f"http://testserver{reverse('capture:aanmelden')}#{services.token_of(toegangen[tafel.pk])}"
        for tafel in tafels
    ]
    assert gelezen == [[], *([link] for link in links)]
    assert len(set(links)) == 30
    assert "Tafel 7" in words(read(pdf).pages[7])
    assert "Eik" in words(read(pdf).pages[7])
    assert services.join_tafel(token=gelezen[30][0].split("#")[1], now=NOW)[0].toegang.tafel == tafels[29]


def test_pack_leaves_links_as_they_are(avond, client, tafels, maak):
    links = client.get(reverse("diners:tafel_links", args=[avond.reeks.slug, 1]))
    before = list(Toegang.objects.values())
    assert len(before) == 2
    for _ in range(2):
        client.get(pagina(avond))
        maak(avond)
    assert list(Toegang.objects.values()) == before
    assert services.token_of(Toegang.objects.first()) in links.content.decode()


def test_page_and_parts_without_qr_make_no_link(avond, client, maak):
    client.get(pagina(avond))
    maak(avond, "draaiboek", "naamkaartjes")
    assert not Toegang.objects.exists()


def test_table_with_a_new_link_says_so(avond, client, tafels, maak):
    oud = services.open_toegang(tafel=tafels[0], now=NOW)
    assert "werken niet meer" not in words(read(maak(avond, "qr").content))
    services.revoke_toegang(tafel=tafels[0], now=NOW)
    services.rotate_toegang(tafel=tafels[1], now=NOW + timedelta(minutes=5))
    reader = read(maak(avond, "qr").content)
    assert "Deze tafel kreeg een nieuwe link op 24 november, 19.30 uur. Bladen die eerder" in words(
        reader.pages[1]
    )
    assert "nieuwe link op 24 november, 19.35 uur" in words(reader.pages[2])
    html = client.get(pagina(avond)).content.decode()
    assert "Tafel 1 kreeg een nieuwe link op 24 november, 19.30 uur." in html
    assert "Tafel 2 kreeg een nieuwe link op 24 november, 19.35 uur." in html
    assert services.token_of(oud) not in html


def test_link_of_another_key_is_not_made_anew_behind_your_back(
    avond, client, tafels, settings, tmp_path, maak
):
    services.open_toegangen(diner=avond, now=NOW)
    before = list(Toegang.objects.values())
    Toegang.objects.filter(tafel=tafels[0]).update(nonce="van-een-andere-sleutel")
    reader = read(maak(avond, "qr").content)
    assert "Hier staat nog geen QR-code. Deze link is met een andere sleutel gemaakt." in words(
        reader.pages[1]
    )
    assert "Hier staat nog geen" not in words(reader.pages[2])
    assert [een["token_hash"] for een in before] == list(Toegang.objects.values_list("token_hash", flat=True))
    assert "Tafel 1 krijgt geen QR-code" in client.get(pagina(avond)).content.decode()


def test_diner_with_only_a_title(reeks, client, maak):
    diner = DinerFactory(reeks=reeks, titel="Leeg", datum=None)
    html = client.get(pagina(diner)).content.decode()
    for zin in pakket_module.ONTBREEKT.values():
        assert zin in html
    assert html.count(" disabled") == len(pakket_module.ONTBREEKT)
    reader = read(maak(diner).content)
    assert [titel for _, titel in headings(reader.outline)] == ["Leeg", "Zo werkt het aan tafel"]
    assert len(reader.pages) == 2
    answer = maak(diner, "qr")
    assert answer.status_code == 422
    assert "Van wat je koos is nog niets om te printen." in answer.content.decode()


def test_chosen_parts_and_no_others(avond, client, maak):
    assert list(headings(read(maak(avond, "naamkaartjes", "draaiboek").content).outline)) == [
        (0, "De werkplaats van morgen"),
        (1, "Draaiboek"),
        (1, "Naamkaartjes"),
    ]
    for delen, zin in (
        ([], "Kies ten minste één onderdeel."),
        (["x"], "Dit onderdeel kennen we niet."),
    ):
        answer = client.post(button("make", avond), {"deel": delen})
        assert answer.status_code == 422
        assert zin in answer.content.decode()


def test_same_evening_is_the_same_bytes(avond, client, maak):
    LogoFactory(reeks=avond.reeks)
    assert maak(avond).content == maak(avond).content


def test_house_style_stands_on_paper(avond, client, roos, maak):
    def has_colour(reader, hexa):
        rgb = [int(hexa[plek : plek + 2], 16) / 255 for plek in (1, 3, 5)]
        stroom = reader.pages[0].get_contents().get_data().split(b"\n")
        gezocht = [f"{waarde:.4f}".rstrip("0")[:5] for waarde in rgb]
        return any(
            all(deel.encode() in regel for deel in gezocht) and regel.endswith(b"rg") for regel in stroom
        )

    kaal = read(maak(avond, "uitleg").content)
    assert not kaal.pages[0].images
    services.set_huisstijl(
        reeks=avond.reeks,
        kleur="#7a1f5c",
        tweede_kleur="#1c6638",
        gebruiker=roos,
        now=NOW,
        logo=picture(size=(200, 100), mode="RGBA", colour=(200, 10, 10, 255)),
    )
    in_stijl = read(maak(avond, "uitleg", "qr").content)
    assert [beeld.image.size for beeld in in_stijl.pages[0].images] == [(200, 100)]
    assert len(in_stijl.pages[1].images) == 1  # the QR itself is drawn
    for hexa in ("#7a1f5c", "#1c6638"):
        assert has_colour(in_stijl, hexa)
        assert not has_colour(kaal, hexa)


def test_hostile_and_long_words_stay_on_their_page(diner, client, tmp_path, maak):
    diner.reeks.titel, diner.titel, diner.locatie = LANG * 2, "x" * 200, "</style><script>" + LANG
    diner.reeks.kleur = "red} a{"  # as much as the column holds
    diner.reeks.save()
    diner.save()
    namen = [
        "W" * 120,
        "שלום עולם",
        "مرحبا بالعالم",
        "👩‍👩‍👧 Zoë Ŵójcik‮ omgekeerd",
        "a\x01\ufffeb <b>&amp;",
        LANG[:119],
    ]
    ronde = RondeFactory(diner=diner, nummer=1, titel=LANG)
    tafel = TafelFactory(diner=diner, nummer=999, naam=LANG[:80])
    for naam in namen:
        gast = GastFactory(diner=diner, naam=naam, organisatie=(naam * 20)[:200])
        Plaats.objects.create(gast=gast, ronde=ronde, tafel=tafel)
    for nummer, tekst in enumerate(["W" * 500, "woord " * 83, "ה" * 400], start=1):
        StellingFactory(diner=diner, nummer=nummer, tekst=tekst, doorvragen=["x" * 500] * 2)
    pdf = maak(diner).content
    titels = [titel for _, titel in headings(read(pdf).outline)]
    assert titels.count("Tafel 999") == 1
    assert len([titel for titel in titels if titel.startswith("Stelling ")]) == 3
    bestand = tmp_path / "pakket.pdf"
    bestand.write_bytes(pdf)
    tekst = subprocess.run(["pdftotext", bestand, "-"], check=True, capture_output=True, text=True).stdout
    for naam in ("ab <b>&amp;", "שלום", "مرحبا", "Zoë Ŵójcik", "</style><script>"):
        assert naam in tekst
    reader = read(pdf)
    delen = [een for een in reader.outline[1] if not isinstance(een, list)]
    begin = [reader.get_destination_page_number(een) for een in delen] + [len(reader.pages)]
    bladen = {een.title: tot - van for een, van, tot in zip(delen, begin, begin[1:], strict=False)}
    assert begin[0] == 1
    een_elk = ("QR-bladen", "Zo werkt het aan tafel", "Stellingen voor op tafel", "Naamkaartjes")
    assert [bladen[titel] for titel in een_elk] == [1, 1, 3, 1]


def test_cards_fill_the_sheet_and_go_on(diner, client, maak):
    for nummer in range(17):
        GastFactory(diner=diner, naam=f"Gast {nummer:02}")
    reader = read(maak(diner, "naamkaartjes").content)
    assert len(reader.pages) == 1 + 3
    assert [words(page).count("Gast ") for page in reader.pages[1:]] == [16, 16, 2]


def test_letter_is_the_largest_that_holds_it():
    assert [letter(tekst, NAAMLETTERS) for tekst in ("Ada", "x" * 17, "ab " * 15, "x" * 30, "")] == list(
        "abbda"
    )
    assert [letter("ab " * n, STELLINGLETTERS) for n in (20, 40, 60, 100, 160)] == list("abcde")


@pytest.mark.parametrize("aantal", [1, 3])
def test_pack_costs_the_same_however_large_the_room(diner, client, aantal, django_assert_num_queries):
    for nummer in range(1, aantal + 1):
        tafel, stelling = (
            TafelFactory(diner=diner, nummer=nummer),
            StellingFactory(diner=diner, nummer=nummer),
        )
        ronde = RondeFactory(diner=diner, nummer=nummer, stelling=stelling)
        for _ in range(aantal):
            Plaats.objects.create(gast=GastFactory(diner=diner), ronde=ronde, tafel=tafel)
    with django_assert_num_queries(5):
        bron = pakketbron(diner)
    assert (len(bron.tafels), len(bron.lijsten), len(bron.kaartjes)) == (aantal, aantal, aantal**2)
    services.open_toegangen(diner=diner, now=timezone.now())
    with django_assert_num_queries(11):
        client.get(pagina(diner))


def test_machine_without_pango_says_so_and_makes_no_link(avond, client, maak, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert maak(avond).status_code == 404
    assert "Pango" in client.get(pagina(avond)).content.decode()
    assert not Toegang.objects.exists()


def test_one_pack_at_a_time_and_it_can_be_stopped(avond, client, monkeypatch):
    monkeypatch.setattr("sessions.services.taken._submit", lambda pk: None)
    assert client.post(button("make", avond), {"deel": ["uitleg"]}).status_code == 302
    assert client.post(button("make", avond), {"deel": ["uitleg"]}).status_code == 409
    assert "Het pakket wacht op een andere taak." in client.get(button("taak", avond)).content.decode()
    client.post(button("stop", avond))
    assert "afgebroken" in client.get(pagina(avond)).content.decode()
    assert client.post(button("make", avond), {"deel": ["uitleg"]}).status_code == 302


def test_pack_is_there_for_a_day_and_only_the_last(avond, client, maak):
    maak(avond, "uitleg")
    maak(avond, "draaiboek")
    assert Taakbestand.objects.count() == 1
    html = client.get(pagina(avond)).content.decode()
    assert "is klaar: Draaiboek." in html
    assert adres(avond) in html
    Taak.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    assert client.get(adres(avond)).status_code == 404
    assert adres(avond) not in client.get(pagina(avond)).content.decode()
    call_command("remind")
    assert not Taakbestand.objects.exists()


def test_copy_of_the_database_holds_no_link_of_a_pack(avond, client, maak, settings):
    pdf = maak(avond, "qr").content
    bewaard = bytes(Taakbestand.objects.get().verzegeld)
    assert bewaard != pdf
    assert b"%PDF" not in base64.urlsafe_b64decode(bewaard)
    settings.SECRET_KEY = "een-andere-sleutel" * 3
    with pytest.raises(DenkdinerError, match="andere sleutel"):
        open_bestand(Taakbestand.objects.get())


def test_preparation_leads_to_the_pack_for_the_organiser_only(avond, client, vera, otto, sign_in):
    detail = reverse("diners:diner_detail", args=[avond.reeks.slug, 1])
    assert pagina(avond) in client.get(detail).content.decode()
    assert pagina(avond) not in sign_in(vera).get(detail).content.decode()
    for url in (pagina(avond), adres(avond)):
        assert sign_in(vera).get(url).status_code == 403
        assert sign_in(otto).get(url).status_code == 404
