"""The house style and the pack, as an organiser makes them in a browser."""

import io

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.house.test_pictures import picture


def test_colours_are_seen_before_they_are_saved_and_stand_on_paper(enter, avond, tmp_path, axe):
    roos = enter.member("roos")
    roos.goto(f"{avond.path}/")
    roos.get_by_role("link", name="Pakket").click()
    expect(roos.get_by_label("Naamkaartjes")).to_be_disabled()
    assert axe(roos) == []
    roos.get_by_role("link", name="huisstijl van de reeks").click()
    vlak = roos.locator("rect[data-vul=kleur]")
    tekst = roos.locator("[data-huisstijl] figcaption")
    roos.get_by_label("Eerste kleur", exact=False).first.fill("#ffee00")
    expect(vlak).to_have_attribute("fill", "#ffee00")
    expect(tekst).to_contain_text("Eerste kleur: contrast met wit 1,2, te weinig.")
    roos.get_by_label("Eerste kleur kiezen").fill("#7a1f5c")
    expect(roos.locator("#id_kleur")).to_have_value("#7a1f5c")
    expect(roos.locator("rect[data-vul=tweede_kleur]")).to_have_attribute(
        "fill", "#7a1f5c"
    )  # empty: the first
    expect(tekst).to_contain_text("Eerste kleur: contrast met wit 9,6.")
    roos.locator("#id_logo").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    roos.get_by_role("button", name="Huisstijl opslaan").click()
    expect(roos.get_by_text("De huisstijl is bijgewerkt.")).to_be_visible()
    expect(roos.get_by_role("img", name="Het logo van")).to_be_visible()
    assert axe(roos) == []
    roos.goto(f"{avond.path}/pakket/")
    roos.get_by_label("QR-bladen").uncheck()
    roos.get_by_role("button", name="Maak het pakket").click()
    expect(roos.get_by_role("link", name="Download het pakket")).to_be_visible(timeout=60_000)
    with roos.expect_download() as download:
        roos.get_by_role("link", name="Download het pakket").click()
    pdf = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    assert len(pdf.pages[0].images) == 1
    assert not any("Noteren aan deze tafel" in page.extract_text() for page in pdf.pages)
