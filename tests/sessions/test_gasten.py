"""Guests: a list from a file that a stranger may have made, and what is done by hand."""

import io
import re
import subprocess
import sys
import zipfile
from functools import cache

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from denkdiner.errors import DenkdinerError
from sessions import services, tabellen
from sessions.gastenlijst import LENGTE, VELDEN, Stand, compare, guess_kolommen
from sessions.models import Gast, Logregel
from sessions.services import gasten as dienst
from sessions.tabellen import Tabel, TabelFout, read_tabel
from synthesis.services import erase_persons
from tests.factories import NOW, DinerFactory, GastFactory

KOP = ["Naam", "Organisatie", "Sector"]


def workbook(*rijen):
    boek = Workbook()
    for rij in rijen:
        boek.active.append(rij)
    out = io.BytesIO()
    boek.save(out)
    return out.getvalue()


def repacked(parts):
    """A workbook with other parts put in."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(KOP, ["Ada", "", ""]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


# --- files ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scheiding", [";", ",", "\t"])
@pytest.mark.parametrize("codering", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_read_tabel_reads_what_people_save(scheiding, codering):
    tekst = "\r\n".join(
        scheiding.join(rij) for rij in (KOP, ['"Zoë, de ; eerste"', "Café", ""], [], ["Ada", "", "zorg"])
    )
    tabel = read_tabel(tekst.encode(codering))
    assert tabel.koppen == tuple(KOP)
    assert tabel.rijen == ((2, ("Zoë, de ; eerste", "Café", "")), (4, ("Ada", "", "zorg")))


def test_read_tabel_reads_a_workbook_with_the_numbers_of_its_rows():
    tabel = read_tabel(workbook(KOP, ["Zoë", None, " zorg \n en  welzijn"], [], [None, None], ["Ada", 12]))
    assert tabel.koppen == tuple(KOP)
    assert tabel.rijen == ((2, ("Zoë", "", "zorg en welzijn")), (5, ("Ada", "12", "")))


def test_read_tabel_does_not_believe_the_size_that_a_sheet_gives():
    blad = zipfile.ZipFile(io.BytesIO(workbook(KOP, ["Ada", "", ""]))).read("xl/worksheets/sheet1.xml")
    big = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', blad)
    assert big != blad
    assert read_tabel(repacked({"xl/worksheets/sheet1.xml": big})).rijen == ((2, ("Ada", "", "")),)


def entity_bomb():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "lol">{levels}]><sst><si><t>&l9;</t></si></sst>'


@cache
def zip_bomb():
    return repacked({"xl/sharedStrings.xml": b"<sst>" + b" " * 100_000_000 + b"</sst>"})


@cache
def lying_zip():
    """Declares 100 bytes where 30 MB come out."""
    real = repacked({"xl/sharedStrings.xml": b" " * 30_000_000})
    return real.replace((30_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))


def packed_as_nobody_does():
    uit = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(KOP, ["Ada", "", ""]))) as old,
        zipfile.ZipFile(uit, "w", zipfile.ZIP_LZMA) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return uit.getvalue()


def elements_under_another_name():
    """The sheet that the workbook points to is called .bin."""
    with zipfile.ZipFile(io.BytesIO(workbook(KOP))) as file:
        naar = file.read("xl/_rels/workbook.xml.rels").replace(b"sheet1.xml", b"sheet1.bin")
    return repacked(
        {
            "xl/_rels/workbook.xml.rels": naar,
            "xl/worksheets/sheet1.bin": "\n<worksheet><sheetData>"
            + "<row/>" * 400_000
            + "</sheetData></worksheet>",
        }
    )


@cache
def many_elements():
    return repacked({"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + "<row/>" * 1_000_000})


def far_row():
    blad = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Ada</t></is></c></row>'
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return repacked(
        {"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{ns}"><sheetData>{blad}</sheetData></worksheet>'}
    )


WEIGERINGEN = {
    "te groot": (lambda: b"Naam\n" + b"Ada Lovelace\n" * 200_000, tabellen.TE_GROOT),
    "zipbom": (zip_bomb, tabellen.BOM),
    "liegende zip": (lying_zip, tabellen.KAPOT),
    "veel delen": (lambda: repacked({f"x{n}.xml": "<a/>" for n in range(300)}), tabellen.BOM),
    "veel elementen": (many_elements, tabellen.TE_VEEL_RIJEN),
    "veel elementen onder een andere naam": (elements_under_another_name, tabellen.TE_VEEL_RIJEN),
    "veel attributen": (
        lambda: repacked({"xl/workbook.xml": "<x " + " ".join(f'a{n}="1"' for n in range(300)) + "/>"}),
        tabellen.TE_VEEL_RIJEN,
    ),
    "een tag zonder eind": (lambda: repacked({"xl/workbook.xml": '<x a="' + "a" * 3_000_000}), tabellen.TE_VEEL_RIJEN),
    "lzma": (packed_as_nobody_does, tabellen.KAPOT),
    "verre rij": (far_row, tabellen.TE_VEEL_RIJEN),
    "xml-bom": (lambda: repacked({"xl/sharedStrings.xml": entity_bomb()}), tabellen.KAPOT),
    "xml-bom in utf-16": (
        lambda: repacked({"xl/sharedStrings.xml": entity_bomb().encode("utf-16")}),
        tabellen.KAPOT,
    ),
    "geen werkboek": (lambda: repacked({"xl/workbook.xml": "<x>"}), tabellen.KAPOT),
    "halve zip": (lambda: workbook(KOP, ["Ada"])[:900], tabellen.KAPOT),
    "formule": (lambda: workbook(KOP, ["Ada", "=1+1", ""]), "Rij 2: hier staat een formule"),
    "formule in csv": (lambda: b"Naam;Sector\nAda;=cmd|' /c calc'!A0\n", "Rij 2: hier staat een formule"),
    "oud excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, tabellen.OUD),
    "plaatje": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), tabellen.GEEN_TABEL),
    "nul": (lambda: b"Naam\nA\0da\n", tabellen.GEEN_TABEL),
    "utf-16 zonder merk": (lambda: "Naam\nZoë\n".encode("utf-16-le"), tabellen.GEEN_TABEL),
    "utf-32": (lambda: "Naam\nZoë\n".encode("utf-32"), tabellen.GEEN_TABEL),
    "gemengde codering": (lambda: "Naam\nZoë\n".encode() + "René\n".encode("cp1252"), tabellen.LETTERS),
    "onbekende letter": (lambda: b"Naam\nA\x81da\n", tabellen.LETTERS),
    "half utf-16": (lambda: b"\xff\xfeN\0a", tabellen.LETTERS),
    "te veel rijen": (lambda: b"Naam\n" + b"Ada\n" * 5_001, tabellen.TE_VEEL_RIJEN),
    "alleen lege rijen": (lambda: b"Naam\n" + b";\n" * 20_000, tabellen.TE_VEEL_RIJEN),
    "te veel kolommen": (lambda: ";".join("abcdefghijklmnopqrstu").encode() + b"\n1\n", tabellen.TE_VEEL_KOLOMMEN),
    "te veel kolommen in excel": (lambda: workbook(list(range(30)), [1]), tabellen.TE_VEEL_KOLOMMEN),
    "lange cel": (lambda: b"Naam\n" + b"a" * 501, "Rij 2: een cel is te lang"),
    "open aanhaling": (lambda: b'Naam\n"Ada\nBram\n', "aanhalingsteken"),
    "alleen koppen": (lambda: b"Naam;Sector\n", tabellen.LEEG),
    "niets": (lambda: b" \n", tabellen.LEEG),
}  # fmt: skip


@pytest.mark.parametrize("wat", WEIGERINGEN)
def test_read_tabel_refuses_in_dutch(wat):
    maak, zin = WEIGERINGEN[wat]
    inhoud = maak()
    with pytest.raises(TabelFout, match=re.escape(zin)):  # how fast: bench/guest_lists.py
        read_tabel(inhoud)


@pytest.mark.parametrize("wat", ["zipbom", "veel elementen", "xml-bom", "verre rij"])
def test_a_bomb_takes_no_memory(wat, tmp_path):
    path = tmp_path / "bom.xlsx"
    path.write_bytes(WEIGERINGEN[wat][0]())
    program = (
        "import re, resource, sys; from pathlib import Path; from sessions.tabellen import TabelFout, read_tabel\n"
        "try: read_tabel(Path(sys.argv[1]).read_bytes())\n"
        "except TabelFout:\n"
        "    status = Path('/proc/self/status')  # not on a Mac; on Linux getrusage counts what its parent held too\n"
        "    if status.exists(): print(re.search(r'VmHWM:\\s+(\\d+)', status.read_text())[1])\n"
        "    else: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 200_000  # kB


# --- what a list would do -------------------------------------------------------------------------------------------------
def tabel(*rijen, koppen=("Naam", "Organisatie", "Sector")):
    gevuld = ((n, tuple(rij) + ("",) * (len(koppen) - len(rij))) for n, rij in enumerate(rijen, start=2))
    return Tabel(tuple(koppen), tuple(gevuld))


ALLE = {"naam": 0, "organisatie": 1, "sector": 2}


def stands(rijen, *gasten, kolommen=ALLE):
    bekend = [GastFactory.build(naam=naam, organisatie=org, sector=sector) for naam, org, sector in gasten]
    return [(regel.stand, regel.fout or regel.anders) for regel in compare(tabel(*rijen), kolommen, bekend)]


def test_compare_says_new_changed_the_same_and_wrong():
    rijen = [["Ada", "De Hoeve", "zorg"], ["bram", "Elders", "zorg"], ["Cor", "", ""], ["", "Ergens", ""]]
    rijen += [["ada", "de hoeve", ""], ["x" * 121]]
    assert stands(rijen, ("Ada", "De Hoeve", "zorg"), ("Bram", "", "zorg")) == [
        (Stand.GELIJK, ()),
        (Stand.GEWIJZIGD, ("naam was Bram", "organisatie was leeg")),
        (Stand.NIEUW, ()),
        (Stand.FOUT, "de naam ontbreekt"),
        (Stand.FOUT, "deze gast staat ook op rij 2"),
        (Stand.FOUT, "naam is te lang: 121 tekens, ten hoogste 120"),
    ]


def test_compare_tells_namesakes_apart_by_their_organisation():
    rijen = [["Jan", "A", "zorg"], ["Jan", "B", "bouw"]]
    assert stands(rijen, ("Jan", "B", "zorg")) == [(Stand.NIEUW, ()), (Stand.GEWIJZIGD, ("sector was zorg",))]
    assert stands(rijen[:1], ("Jan", "B", ""), ("Jan", "A", "")) == [(Stand.GEWIJZIGD, ("sector was leeg",))]


def test_compare_asks_for_the_organisation_when_a_name_alone_says_too_little():
    namesakes = ("Jan Jansen", "A", ""), ("jan jansen", "B", "")
    zonder = {"naam": 0, "organisatie": None, "sector": 2}
    fout = (Stand.FOUT, "meer gasten heten zo; voeg de kolom organisatie toe")
    assert stands([["Jan Jansen"]], *namesakes, kolommen=zonder) == [fout]
    assert stands([["Jan Jansen"]], *namesakes[:1], kolommen=zonder) == [(Stand.GELIJK, ())]
    assert stands([["Ada"]], *namesakes, kolommen=zonder) == [(Stand.NIEUW, ())]
    assert stands([["Jan Jansen", "A"], ["Jan Jansen", "C"]], *namesakes) == [
        (Stand.GELIJK, ()),
        (Stand.NIEUW, ()),
    ]


def test_compare_leaves_alone_what_the_file_does_not_say():
    kolommen = {"naam": 0, "organisatie": None, "sector": None}
    assert stands([["Ada"]], ("Ada", "De Hoeve", "zorg"), kolommen=kolommen) == [(Stand.GELIJK, ())]


@pytest.mark.parametrize(
    ("koppen", "verwacht"),
    [
        (["Sector", "NAAM ", "Bedrijf"], {"naam": 1, "organisatie": 2, "sector": 0}),
        (["Name:", "x"], {"naam": 0, "organisatie": None, "sector": None}),
        (["1", "2"], {"naam": None, "organisatie": None, "sector": None}),
    ],
)
def test_guess_kolommen_goes_by_the_headings(koppen, verwacht):
    assert guess_kolommen(tabel(["a"], koppen=koppen)) == verwacht


def test_limits_are_those_of_the_model():
    assert {veld: Gast._meta.get_field(veld).max_length for veld in VELDEN} == LENGTE


# --- storing it -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def importeer(diner, roos):
    def _importeer(*rijen):
        return services.import_gasten(
            diner=diner, tabel=tabel(*rijen), kolommen=ALLE, gebruiker=roos, now=NOW
        )

    return _importeer


def namen(diner):
    return [(gast.naam, gast.organisatie, gast.sector) for gast in diner.gasten.order_by("naam")]


def test_import_gasten_adds_and_changes_and_removes_nobody(diner, importeer):
    GastFactory(diner=diner, naam="Ada", sector="zorg")
    GastFactory(diner=diner, naam="Cor")
    aantal = importeer(["Ada", "De Hoeve", "zorg"], ["Bram"])
    assert (aantal[Stand.NIEUW], aantal[Stand.GEWIJZIGD]) == (1, 1)
    assert namen(diner) == [("Ada", "De Hoeve", "zorg"), ("Bram", "", ""), ("Cor", "", "")]
    assert importeer(["Ada", "De Hoeve", "zorg"], ["Bram"])[Stand.GELIJK] == 2
    assert [regel.wat for regel in Logregel.objects.order_by("pk")] == [
        "importeerde een gastenlijst: 1 nieuw, 1 gewijzigd",
        "importeerde een gastenlijst: 0 nieuw, 0 gewijzigd",
    ]


def test_import_gasten_is_all_or_nothing(diner, importeer, stored, monkeypatch):
    before = stored()
    with pytest.raises(DenkdinerError, match="niets opgeslagen"):
        importeer(["Ada"], ["", "Ergens"])
    monkeypatch.setattr(dienst, "MAX_GASTEN", 2)
    with pytest.raises(DenkdinerError, match="ten hoogste 2 gasten"):
        importeer(["Ada"], ["Bram"], ["Cor"])
    assert stored() == before
    importeer(["Ada"], ["Bram"])
    with pytest.raises(DenkdinerError, match="ten hoogste 2 gasten"):
        services.add_gast(diner=diner, naam="Cor")


# --- the pages ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def upload(diner, roos, sign_in):
    client = sign_in(roos)
    url = reverse("diners:gast_import", args=[diner.reeks.slug, 1])

    def _upload(inhoud=None, **data):
        if inhoud is not None:
            data["bestand"] = SimpleUploadedFile("gasten.csv", inhoud)
        return client.post(url, data)

    return _upload


def hidden(answer):
    return re.search(r'name="tabel" value="([^"]+)"', answer.content.decode())[1]


def test_gasten_are_stored_after_they_were_seen(diner, upload, stored):
    before = stored()
    answer = upload("Naam;Bedrijf\nZoë;De Hoeve\nBram;\n".encode())
    assert answer.status_code == 200
    assert "2 nieuw" in answer.content.decode()
    assert stored() == before
    columns = {"naam": "0", "organisatie": "1", "sector": ""}
    assert upload(tabel=hidden(answer), opslaan="0-1-", **columns)["Location"].endswith("/gasten/")
    assert namen(diner) == [("Bram", "", ""), ("Zoë", "De Hoeve", "")]


def test_other_columns_are_looked_at_first(diner, upload):
    answer = upload(b"Naam;Bedrijf\nZus;Ada\n")
    columns = {"naam": "1", "organisatie": "0", "sector": ""}
    again = upload(tabel=hidden(answer), opslaan="0-1-", **columns)
    assert again.status_code == 422
    assert "andere kolommen" in again.content.decode()
    assert not diner.gasten.exists()
    assert upload(tabel=hidden(answer), bekijk="1", **columns).status_code == 200
    assert upload(tabel=hidden(answer), opslaan="1-0-", **columns).status_code == 302
    assert namen(diner) == [("Ada", "Zus", "")]


@pytest.mark.parametrize(
    "columns",
    [{"naam": ""}, {"naam": "9"}, {"naam": "-1"}, {"naam": "0", "sector": "0"}, {"naam": "x\0"}, {}],
)
def test_columns_that_do_not_fit_are_refused(diner, upload, columns):
    brief = hidden(upload(b"Naam;Bedrijf\nZus;Ada\n"))
    assert upload(tabel=brief, opslaan="0--", **columns).status_code == 422
    assert not diner.gasten.exists()


def test_a_list_belongs_to_its_diner_its_maker_and_its_hour(diner, upload, roos, sign_in, monkeypatch):
    brief, columns = hidden(upload(b"Naam\nAda\n")), {"naam": "0", "opslaan": "0--"}
    DinerFactory(reeks=diner.reeks, nummer=2)
    elders = reverse("diners:gast_import", args=[diner.reeks.slug, 2])
    for answer in (
        sign_in(roos).post(elders, {"tabel": brief, **columns}),
        upload(tabel=brief[:-1] + "x", **columns),
        upload(tabel="", **columns),
        upload(tabel="a\0é", **columns),
    ):
        assert answer.status_code == 422
        assert "verlopen" in answer.content.decode()
    monkeypatch.setattr("sessions.views.gasten.GELDIG", -1)
    assert upload(tabel=brief, **columns).status_code == 422
    assert not Gast.objects.exists()


def test_a_list_that_was_open_brings_nobody_back_after_erasing(diner, upload, roos):
    columns = {"naam": "0", "opslaan": "0--"}
    services.close_diner(diner=diner, gebruiker=roos, now=NOW)
    for _ in range(2):  # erasing again closes what was opened since
        brief = hidden(upload(b"Naam\nAda\n"))
        erase_persons(reeks=diner.reeks, gebruiker=roos, now=NOW)
        answer = upload(tabel=brief, **columns)
        assert answer.status_code == 422
        assert "verlopen" in answer.content.decode()
        assert not Gast.objects.exists()
    assert upload(tabel=hidden(upload(b"Naam\nAda\n")), **columns).status_code == 302


@pytest.mark.parametrize("wat", WEIGERINGEN)
def test_a_refused_file_is_answered_with_a_sentence(wat, upload, stored):
    maak, zin = WEIGERINGEN[wat]
    before = stored()
    answer = upload(maak())
    assert answer.status_code == 422
    assert zin in answer.content.decode()
    assert stored() == before


@pytest.mark.parametrize("data", [{}, {"bestand": ""}, {"inhoud": b""}])
def test_no_file_is_asked_for(upload, data):
    assert upload(**data).status_code == 422


def test_a_long_list_names_its_bad_rows_at_once(upload):
    rijen = [f"Gast {n};Organisatie {n % 300};Sector {n % 12}" for n in range(5_000)]
    rijen[10] = ";Alleen een organisatie;"
    rijen[2500] = rijen[7]
    rijen[4999] = "y" * 130
    inhoud = ("Naam;Organisatie;Sector\n" + "\n".join(rijen)).encode()
    html = upload(inhoud).content.decode()
    assert "4997 nieuw" in html
    for zin in (
        "Rij 12: de naam ontbreekt",
        "Rij 2502: deze gast staat ook op rij 9",
        "Rij 5001: naam is te lang",
    ):
        assert zin in html
    assert 'name="opslaan"' not in html


def test_no_name_stands_in_a_log(upload, caplog, diner):
    columns = {"naam": "0", "opslaan": "0--"}
    upload(tabel=hidden(upload(b"Naam\nAdamarije\n")), **columns)
    assert diner.gasten.get().naam == "Adamarije"
    assert "Adamarije" not in caplog.text + "".join(Logregel.objects.values_list("wat", flat=True))


@pytest.mark.parametrize("aantal", [1, 3])
def test_gast_list_costs_the_same_for_many(diner, roos, sign_in, aantal, django_assert_num_queries):
    GastFactory.create_batch(aantal, diner=diner, afgemeld=True)
    client = sign_in(roos)
    with django_assert_num_queries(7):
        html = client.get(reverse("diners:gast_list", args=[diner.reeks.slug, 1])).content.decode()
    assert html.count("Komt toch") == aantal


def test_gast_by_hand(diner, roos, sign_in):
    client, slug = sign_in(roos), diner.reeks.slug
    nieuw = reverse("diners:gast_create", args=[slug, 1])
    assert client.post(nieuw, {"naam": ""}).status_code == 422
    assert client.post(nieuw, {"naam": "Ada", "sector": "zorg"}).status_code == 302
    gast = diner.gasten.get()
    assert (
        client.post(reverse("diners:gast_edit", args=[slug, 1, gast.pk]), {"naam": "Ada L."}).status_code
        == 302
    )
    for knop, afgemeld in (("afmelden", True), ("terug", False)):
        client.post(reverse("diners:gast_sign_off", args=[slug, 1, gast.pk]), {knop: "1", "pagina": "1"})
        gast.refresh_from_db()
        assert (gast.naam, gast.sector, gast.afgemeld) == ("Ada L.", "", afgemeld)
    assert client.post(reverse("diners:gast_delete", args=[slug, 1, gast.pk])).status_code == 302
    assert not diner.gasten.exists()


def test_a_kijker_reads_the_list_and_changes_nothing(diner, kees, sign_in):
    GastFactory(diner=diner, naam="Ada")
    html = sign_in(kees).get(reverse("diners:gast_list", args=[diner.reeks.slug, 1])).content.decode()
    assert "Ada" in html
    assert "Afmelden" not in html
    assert "importeren" not in html


def test_diner_page_leads_to_the_guests(diner, roos, sign_in):
    html = sign_in(roos).get(reverse("diners:diner_detail", args=[diner.reeks.slug, 1])).content.decode()
    assert reverse("diners:gast_list", args=[diner.reeks.slug, 1]) in html
