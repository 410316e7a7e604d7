"""A file with what was said, from import to a report that is vastgesteld, in every format; all of it in a browser.

``REEKS_BESTAND=…`` takes a file of your own; its length is that of the test.
"""

import json
import os
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from sessions.models import Reeks
from synthesis.exports import FORMATEN
from synthesis.models import RodeDraad

SLOW = 60_000


@pytest.fixture
def bestand(tmp_path) -> Path:
    """The first evening of the demo, as notes that nobody did anything with yet."""
    if eigen := os.environ.get("REEKS_BESTAND"):
        return Path(eigen)
    data = json.loads((Path(settings.BASE_DIR) / "synthesis/demo/reeks.json").read_text(encoding="utf-8"))
    diner = data["diners"][0]
    data |= {"reeks": data["reeks"] | {"slug": "uit-een-bestand"}, "diners": [diner], "rode_draden": []}
    for stelling in diner["stellingen"]:
        stelling.pop("rode_draden", None)
    path = tmp_path / "reeks.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def saved(page: Page, melding: str) -> None:
    page.get_by_role("button", name="Opslaan", exact=True).click()
    expect(page.get_by_text(melding)).to_be_visible()


def propose(page: Page, reeks: Reeks) -> None:
    for diner in reeks.diners.order_by("nummer"):
        for stelling in diner.stellingen.order_by("nummer"):
            page.goto(f"/reeksen/{reeks.slug}/diners/{diner.nummer}/stellingen/{stelling.nummer}/werkbank/")
            page.get_by_role("button", name="Maak voorstel").click()
            expect(page.locator("[data-draad]").first).to_be_visible(timeout=SLOW)


def settle_threads(page: Page, reeks: Reeks) -> None:
    """Each thread gets words of a person, and goes through review."""
    for draad in RodeDraad.objects.filter(reeks=reeks).order_by("pk"):
        for status in ("In review", "Vastgesteld"):
            page.goto(f"/reeksen/{reeks.slug}/draden/{draad.pk}/")
            page.get_by_label("Titel").fill(f"Over {draad.titel.lower()}")
            page.get_by_label("Tekst").fill("Hierover is aan tafel gesproken, met voor en tegen.")
            page.get_by_label(status).check()
            saved(page, "De rode draad is opgeslagen.")


def write_what_is_missing(page: Page, reeks: Reeks) -> None:
    page.goto(f"/reeksen/{reeks.slug}/verslag/")
    gaten = page.locator("details", has_text="Nog te schrijven").locator("li a[href*='/verslag/']:not(.knop)")
    for path in sorted({een.get_attribute("href") for een in gaten.all()}):
        page.goto(path)
        page.get_by_label("Tekst").fill("Dit schreef een mens, na lezing van wat eronder ligt.")
        saved(page, "Het deel is opgeslagen.")


def test_file_becomes_a_report_that_is_vastgesteld(enter, live, avond, bestand):
    vera = enter.member("vera")
    vera.set_default_timeout(SLOW)
    vera.goto("/reeksen/importeren/")
    vera.get_by_label("Bestand").set_input_files(bestand)
    vera.get_by_role("button", name="Importeren").click()
    expect(vera.get_by_text("Geïmporteerd:")).to_be_visible(timeout=SLOW)
    reeks = Reeks.objects.exclude(pk=avond.reeks.pk).get()
    propose(vera, reeks)
    settle_threads(vera, reeks)
    write_what_is_missing(vera, reeks)

    verslag = f"/reeksen/{reeks.slug}/verslag/"
    vera.goto(verslag)
    vera.get_by_role("button", name="Zet in review").click()
    expect(vera.get_by_role("heading", name="Klaar om vast te stellen")).to_be_visible()
    vera.get_by_role("button", name="Stel vast").click()
    expect(vera.get_by_role("heading", name="Vastgesteld als versie 2")).to_be_visible()

    for formaat in FORMATEN.values():
        vera.goto(f"{verslag}bestand/")
        vera.get_by_role("radio", name=formaat.naam).check()
        vera.get_by_role("button", name="Maak het bestand").click()
        klaar = vera.get_by_text(f"is klaar: {formaat.naam}")
        expect(klaar).to_be_visible(timeout=SLOW)
        with vera.expect_download() as download:
            vera.get_by_role("link", name="Download het bestand").click()
        assert download.value.suggested_filename == f"verslag-{reeks.slug}.{formaat.extensie}"
        assert download.value.path().stat().st_size > 500
