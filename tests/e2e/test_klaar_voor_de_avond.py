"""From an empty database to a room that is ready: what an organiser does in the weeks before, in one sitting."""

import csv
import io

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from sessions.models import Diner, Gast, Plaats
from tests.conftest import LiveServer
from tests.e2e.conftest import WACHTWOORD
from tests.factories import GebruikerFactory

STELLINGEN = ("Elk dorp houdt zijn school.", "De auto is te gast.", "Iedereen leert een leven lang.")
SPREKERS = ("Ada Vos", "Piet Zand")
TAFELS, GASTEN = 8, 64


@pytest.fixture
def roos(live: LiveServer):
    """Somebody with an account, and nothing else in the database."""
    return GebruikerFactory(email="roos@voorbeeld.test", naam="Roos", password=WACHTWOORD)


def guest_list() -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";")
    rows.writerow(["Naam", "Organisatie", "Sector"])
    for n in range(GASTEN):
        rows.writerow([f"Gast {n:02}", f"Organisatie {n % 16}", ("zorg", "onderwijs", "bouw")[n % 3]])
    return out.getvalue().encode("utf-8-sig")


def fill(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label).first.fill(value)
    page.locator("form .knop--hoofd").first.click()


def test_empty_database_becomes_a_room_that_is_ready(enter, roos):
    page = enter.member("roos", viewport={"width": 1280, "height": 1000})
    page.get_by_role("link", name="Nieuwe reeks").click()
    fill(page, Titel="Streek 2050", Organisatie="Netwerk Voorbeeld")
    page.get_by_role("link", name="Nieuw diner").click()
    page.get_by_role("link", name="Leeg").click()
    fill(page, Titel="Wonen en leren", Datum="2031-03-14", Begintijd="18:00", Locatie="De Hoeve")
    page.get_by_role("button", name="Maak dit diner").click()
    expect(page.get_by_role("heading", name="Diner 1: Wonen en leren")).to_be_visible()
    for naam in SPREKERS:
        page.get_by_role("link", name="Nieuwe spreker").click()
        fill(page, Naam=naam, Functie="Denker")
    for tekst in STELLINGEN:
        page.get_by_role("link", name="Nieuwe stelling").click()
        page.get_by_label("Status").select_option("definitief")
        fill(page, Stelling=tekst)
    page.get_by_role("button", name="Begin met een draaiboek dat werkt: 3 gesprekken").click()
    page.get_by_role("link", name="Tafels toevoegen").click()
    fill(page, **{"Aantal tafels": str(TAFELS), "Gasten per tafel": "8"})

    page.locator("#gasten").get_by_role("link", name="Gasten").click()
    page.get_by_role("link", name="Lijst importeren").click()
    lijst = {"name": "gasten.csv", "mimeType": "text/csv", "buffer": guest_list()}
    page.get_by_label("Bestand").set_input_files(lijst)
    page.get_by_role("button", name="Laat zien wat er komt").click()
    expect(page.get_by_text("64 nieuw", exact=True)).to_be_visible()
    assert not Gast.objects.exists()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("64 gasten")).to_be_visible()

    diner = Diner.objects.get()
    page.goto(f"/reeksen/{diner.reeks.slug}/diners/1/")
    page.get_by_role("link", name="Tafelschikking").click()
    page.get_by_role("button", name="Maak een schikking").click()
    expect(page.get_by_text("De schikking is klaar.")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Bekijk de schikking").click()
    expect(page.get_by_text("niemand iemand twee keer")).to_be_visible()
    assert Plaats.objects.count() == 3 * GASTEN

    page.goto(f"/reeksen/{diner.reeks.slug}/diners/1/")
    page.get_by_role("link", name="Pakket").click()
    page.get_by_role("button", name="Maak het pakket").click()
    expect(page.get_by_role("link", name="Download het pakket")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download het pakket").click()
    pakket = PdfReader(download.value.path())
    words = "\n".join(blad.extract_text() for blad in pakket.pages)
    for said in (*STELLINGEN, *SPREKERS, "Gast 00", "Gast 63", f"Tafel {TAFELS}"):
        assert said in words

    diner_page = f"/reeksen/{diner.reeks.slug}/diners/1/"
    page.goto(diner_page)
    expect(page.locator(".gereed--nee")).to_have_text(
        [f"Nog te doen: {naam} heeft nog niet bevestigd" for naam in SPREKERS]
    )
    page.get_by_role("link", name="Ada Vos heeft nog niet bevestigd").click()
    page.get_by_role("button", name="Noteer als bevestigd").click()
    expect(page.get_by_role("button", name="Toch niet bevestigd")).to_be_visible()
    page.goto(diner_page)
    page.get_by_role("link", name="Briefing van Piet Zand").click()
    page.get_by_role("button", name="Maak de pagina").click()
    piet = enter(viewport={"width": 390, "height": 844})
    piet.goto(page.get_by_label("Om zelf door te geven").input_value())
    piet.get_by_label("Ik ben erbij").check()
    piet.get_by_role("button", name="Bewaren").click()
    expect(piet.get_by_text("Dank je wel, het is bewaard.")).to_be_visible()
    page.goto(diner_page)
    expect(page.get_by_text("Alles staat klaar.")).to_be_visible()
    expect(page.locator(".gereed--ja")).to_have_count(7)
    expect(page.locator(".gereed--nee")).to_have_count(0)
