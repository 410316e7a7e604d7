"""The report as a file: chosen on a page or on the command line, made in the background, and on the organisation's paper."""

import io
import json
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document

from capture.models import Bijdrage
from denkdiner.errors import DenkdinerError
from sessions.models import Apparaat, Gebruiker, Taak, Taakstatus, Toegang
from sessions.models.taken import Taakbestand
from sessions.services import start_taak, stop_taak, taken
from synthesis import verslagbestand
from synthesis.exports import FORMATEN
from synthesis.models import Onderbouwing, Sjabloon, Verslag, Verslagversie
from synthesis.queries import verslagbron
from synthesis.redactie import code_of
from synthesis.verslagbestand import VERSLAGBESTAND, Keuzes, make_bestand
from tests.factories import (
    NOW,
    BijdrageFactory,
    DinerFactory,
    GastFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    SprekerFactory,
    StellingFactory,
    TafelFactory,
)
from tests.synthesis.exports.lezers import cells, everything_in, html_of

pytestmark = pytest.mark.django_db


def url(name, *more):
    return reverse(f"synthesis:{name}", args=["verkenning-2050", *more])


@pytest.fixture
def direct(monkeypatch, django_capture_on_commit_callbacks):
    """``with direct(): …``: what was asked for inside is made when it ends, in this very thread."""
    monkeypatch.setattr(taken, "_submit", taken.run_taak)
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def make(vera, sign_in, direct):
    """``make(formaat="md", …)``: the answer that holds the file, or why it was refused."""
    client = sign_in(vera)

    def _make(**keuzes):
        with direct():
            answer = client.post(url("verslag_bestand_make"), keuzes)
        return client.get(url("verslag_bestand_download")) if answer.status_code == 302 else answer

    return _make


@pytest.fixture
def verslag(reeks, diner, stelling, tafels, ronde):
    """A thread with two notes, one laid aside, one loose; a second diner with a note of its own."""
    draad = RodeDraadFactory(stelling=stelling, titel="Ruimte gaat voor")
    notes = [
        BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=tekst, ronde=ronde)
        for tekst in ("Ruimte voor wie begint", "Regels zijn nodig", "Dubbel", "Los zand")
    ]
    for note in notes[:2]:
        OnderbouwingFactory(rode_draad=draad, bijdrage=note)
    Onderbouwing.objects.create(bijdrage=notes[2], reden="staat er al", door_mens=True)
    draad.tekst = f"Wie begint, wil ruimte [n:{code_of(str(notes[0].pk))}]."
    draad.save()
    ander = DinerFactory(reeks=reeks, nummer=2, titel="De tweede avond")
    tafel = TafelFactory(diner=ander, nummer=1)
    BijdrageFactory(tafel=tafel, stelling=StellingFactory(diner=ander, nummer=1), tekst="Van de tweede avond")
    return notes


# --- what it rests on -----------------------------------------------------------------------------------------------------


def test_notes_have_the_code_by_which_texts_refer_to_them(reeks, verslag):
    bron = verslagbron(reeks, noten=True)
    per_tekst = {noot.tekst: noot for noot in bron.gegevens.noten}
    assert per_tekst["Ruimte voor wie begint"].code == code_of(str(verslag[0].pk))
    assert [per_tekst[note.tekst].plek for note in verslag] == [
        *["in een rode draad"] * 2,
        "opzij gelegd",
        "nog los",
    ]
    telling = bron.telling
    assert (telling.van_tafels, telling.geplaatst, telling.redenen(), telling.los) == (
        5,
        2,
        (("staat er al", 1),),
        2,
    )
    html = html_of(make_bestand(reeks, Keuzes("html"), now=NOW).inhoud.decode())[0]
    opened = html.split("[1] Rust op 1 notitie van 1 tafel")[1][:120]
    assert "Ruimte voor wie begint" in opened
    assert "n:" not in html.split("Wie begint, wil ruimte")[1][:20]


def test_a_code_never_changes_when_others_note_or_remove(reeks, verslag, tafels, stelling):
    before = {noot.tekst: noot.code for noot in verslagbron(reeks, noten=True).gegevens.noten}
    BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst="Nieuw", created_at=verslag[0].created_at)
    verslag[3].deleted_at = NOW
    verslag[3].save()
    after = {noot.tekst: noot.code for noot in verslagbron(reeks, noten=True).gegevens.noten}
    assert {tekst: code for tekst, code in before.items() if tekst != "Los zand"} == {
        tekst: code for tekst, code in after.items() if tekst != "Nieuw"
    }


def test_report_says_from_which_version_it_is_made(reeks, verslag):
    def over():
        return html_of(make_bestand(reeks, Keuzes("html"), now=NOW).inhoud.decode())[0]

    assert "er is nog geen versie van het verslag bewaard" in over()
    heel = Verslag.objects.create(reeks=reeks, updated_at=NOW)
    for nummer in (1, 2):
        Verslagversie.objects.create(verslag=heel, nummer=nummer, inhoud={}, created_at=NOW)
    assert "na versie 2 van het verslag (24 november 2026 om" in over()
    assert "Het rust op 2 van de 5 notities van tafels" in over()
    assert "3 notities tellen niet mee: 1 opzij gelegd (1 keer “staat er al”) en 2 nog los." in over()


def test_report_of_some_diners_holds_nothing_of_the_others(reeks, verslag):
    for formaat in FORMATEN:
        data = make_bestand(reeks, Keuzes(formaat, (2,), bijlage=True, spoor=True), now=NOW)
        assert data.naam == f"verslag-verkenning-2050-diner-2-concept.{FORMATEN[formaat].extensie}"
        assert "Ruimte voor wie begint" not in everything_in(data.inhoud), formaat
        if formaat not in {"qdc"}:
            assert "Van de tweede avond" in " ".join(everything_in(data.inhoud).split()), formaat


def test_report_of_some_diners_says_so_and_leaves_out_what_others_carry(reeks, verslag):
    een, ander = (
        RodeDraadFactory(reeks=reeks, stelling=None, diner=None, titel=titel)
        for titel in ("Van een", "Van twee")
    )
    OnderbouwingFactory(rode_draad=een, draad=verslag[0].onderbouwing.rode_draad, bijdrage=None)
    onder = RodeDraadFactory(stelling=Bijdrage.objects.get(tekst="Van de tweede avond").stelling)
    OnderbouwingFactory(rode_draad=ander, draad=onder, bijdrage=None)

    def text(*diners):
        data = make_bestand(reeks, Keuzes("md", diners), now=NOW).inhoud
        return " ".join(data.decode().split())

    assert "Dit verslag gaat over 1 van de 2 diners in de reeks, met samen" in text(1)
    assert "Bij dit diner zijn 4 notities van tafels opgetekend" in text(1)
    assert "Van een" in text(1)
    assert "Van twee" not in text(1)
    assert "De reeks bestaat uit 2 diners, met samen" in text()
    assert "In deze reeks zijn 5 notities van tafels opgetekend" in text()
    assert "Van twee" in text()


def test_only_tables_that_said_something_are_counted(reeks, verslag, tafels, stelling):
    TafelFactory(diner=stelling.diner, nummer=99)
    spraken = Bijdrage.objects.filter(diner=stelling.diner).values("tafel").distinct().count()
    assert verslagbron(reeks).diners[0].sprekende_tafels == spraken < len(stelling.diner.tafels.all())


def test_what_a_spreker_said_does_not_carry_a_sentence(reeks, verslag, stelling):
    draad = RodeDraadFactory(stelling=stelling, titel="Zonder woorden")
    van_spreker = BijdrageFactory(
        tafel=None, diner=stelling.diner, stelling=stelling, bron="spreker", tekst="Van de spreker"
    )
    for bijdrage in (van_spreker, verslag[3]):
        OnderbouwingFactory(rode_draad=draad, bijdrage=bijdrage)
    bron = verslagbron(reeks, noten=True)
    tweede = bron.diners[0].stellingen[0].draden[1]
    assert tweede.noten == (code_of(str(verslag[3].pk)),)
    draad.tekst = f"Zo is het [n:{code_of(str(van_spreker.pk))}][n:{code_of(str(verslag[3].pk))}]."
    draad.save()
    html = html_of(make_bestand(reeks, Keuzes("html"), now=NOW).inhoud.decode())[0]
    assert "Rust op 1 notitie van 1 tafel en 1 notitie van een spreker of de zaal" in html


def test_quote_that_was_laid_aside_is_not_quoted(reeks, verslag):
    Bijdrage.objects.filter(pk__in=[verslag[0].pk, verslag[2].pk]).update(soort="quote", letterlijk=True)
    assert [quote.tekst for quote in verslagbron(reeks).diners[0].quotes] == ["Ruimte voor wie begint"]


def test_report_takes_the_same_number_of_queries_for_one_note_and_many(
    reeks, stelling, tafels, django_assert_num_queries
):
    draad = RodeDraadFactory(stelling=stelling)
    for aantal in (1, 3):
        for tafel in tafels[:1] * aantal:
            OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling))
            GastFactory(diner=stelling.diner)
        with django_assert_num_queries(18):
            verslagbron(reeks)
        with django_assert_num_queries(22):
            verslagbron(reeks, diners=[1], noten=True, gasten=True)


# --- nobody is named ------------------------------------------------------------------------------------------------------


@pytest.fixture
def secrets(reeks, diner, verslag, femke, bram, roos, vera, tafels, ronde):
    """Everything that no file of the report may hold."""
    gast = GastFactory(diner=diner, naam="Adelheid Vossenkamp", organisatie="Bakkerij Zonnestraal")
    gast.plaatsen.create(ronde=ronde, tafel=tafels[0])
    spreker = SprekerFactory(
        reeks=reeks, naam="Ruben Ooststelling", email="ruben@voorbeeld.test", telefoon="0612345678"
    )
    diner.optredens.create(spreker=spreker)
    geheim = ["Adelheid", "Vossenkamp", "Zonnestraal", "voorbeeld.test", "0612345678", "sleutel-van-femke"]
    geheim += Apparaat.objects.values_list("sleutel_hash", flat=True)
    geheim += [str(waarde) for rij in Toegang.objects.values_list("nonce", "token_hash") for waarde in rij]
    assert len(geheim) >= 12
    return [*geheim, *Gebruiker.objects.exclude(naam="").values_list("email", flat=True)]


@pytest.mark.parametrize("formaat", FORMATEN)
def test_no_export_names_a_guest_a_device_a_token_or_an_address(formaat, reeks, secrets, tmp_path):
    path = tmp_path / "uit"
    call_command("export_verslag", reeks.slug, format=formaat, output=path, bijlage=True, spoor=True)
    alles = everything_in(path.read_bytes())
    assert "Ruimte" in alles
    assert [geheim for geheim in secrets if geheim in alles] == []
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", alles)


@pytest.mark.parametrize("formaat", ["docx", "odt", "md", "xlsx", "csv", "json"])
def test_guests_are_in_it_when_somebody_ticked_that(formaat, reeks, secrets, make):
    assert "Vossenkamp" not in everything_in(make(formaat=formaat).content)
    assert "Vossenkamp" in everything_in(make(formaat=formaat, gasten="on").content)


def test_guests_can_only_be_asked_for_when_there_are_any(reeks, verslag, vera, sign_in, diner):
    page = sign_in(vera).get(url("verslag_bestand")).content.decode()
    assert 'name="gasten"' not in page
    GastFactory(diner=diner)
    assert 'name="gasten"' in sign_in(vera).get(url("verslag_bestand")).content.decode()


# --- the page -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("formaat", FORMATEN)
def test_page_makes_every_format_and_keeps_it_sealed(formaat, verslag, make):
    answer = make(formaat=formaat, bijlage="on", spoor="on")
    assert answer.status_code == 200
    assert answer["Content-Type"] == FORMATEN[formaat].mime
    naam = f"verslag-verkenning-2050-concept.{FORMATEN[formaat].extensie}"
    assert answer["Content-Disposition"] == f'attachment; filename="{naam}"'
    assert "no-store" in answer["Cache-Control"]
    verzegeld = bytes(Taakbestand.objects.get().verzegeld)
    assert b"Ruimte voor wie begint" not in verzegeld
    assert answer.content not in verzegeld
    assert Taak.objects.get().status == Taakstatus.KLAAR


def test_page_says_what_it_made_and_an_organiser_may_ask_too(verslag, roos, sign_in, direct):
    client = sign_in(roos)
    with direct():
        assert client.post(url("verslag_bestand_make"), {"formaat": "xlsx"}).status_code == 302
    page = client.get(url("verslag_bestand")).content.decode()
    assert "is klaar: Excel" in page
    assert url("verslag_bestand_download") in page
    assert "sjabloon/weg" not in page
    assert "Gebruik deze sjabloon" not in page  # only who writes the report chooses its paper


@pytest.mark.parametrize(
    ("keuzes", "reden"),
    [
        ({}, "Kies een formaat."),
        ({"formaat": "exe"}, "Dit formaat kennen we niet."),
        ({"formaat": "md", "diner": "99"}, "Dit diner hoort niet bij deze reeks."),
        ({"formaat": "md", "diner": "\0"}, "Dit diner hoort niet bij deze reeks."),
        ({"formaat": "x" * 9000}, "Dit formaat kennen we niet."),
    ],
)
def test_wrong_choice_is_said_and_starts_nothing(keuzes, reden, verslag, make):
    answer = make(**keuzes)
    assert answer.status_code == 422
    assert reden in answer.content.decode()
    assert not Taak.objects.exists()


def test_all_diners_ticked_is_the_whole_report(verslag, make):
    assert "-diner-" not in make(formaat="md", diner=["1", "2"])["Content-Disposition"]
    een = make(formaat="md", diner=["2"])
    assert "diner-2" in een["Content-Disposition"]
    assert "De werkplaats van morgen" not in een.content.decode()


def test_second_one_waits_until_the_first_is_done(reeks, verslag, vera, sign_in):
    start_taak(soort=VERSLAGBESTAND, reeks=reeks, now=NOW, opdracht=Keuzes("md").as_json())
    Taak.objects.update(heartbeat_at="2999-01-01T00:00Z")
    answer = sign_in(vera).post(url("verslag_bestand_make"), {"formaat": "md"})
    assert answer.status_code == 422
    assert "al bezig" in answer.content.decode()


def test_progress_moves_and_stopping_keeps_nothing(reeks, verslag, vera, sign_in, direct, monkeypatch):
    standen, werk_report = [], taken.Werk.report

    def report(werk, voortgang, melding=""):
        werk_report(werk, voortgang, melding)
        standen.append((voortgang, melding))
        if voortgang >= 20:
            stop_taak(taak=werk.taak, now=NOW)

    monkeypatch.setattr(taken.Werk, "report", report)
    client = sign_in(vera)
    with direct():
        client.post(url("verslag_bestand_make"), {"formaat": "docx", "bijlage": "on"})
    assert [stand for stand, _ in standen] == [2, 20]
    assert all(melding for _, melding in standen)
    assert not Taakbestand.objects.exists()
    assert client.get(url("verslag_bestand_download")).status_code == 404
    assert "afgebroken" in client.get(url("verslag_bestand")).content.decode()


def test_pdf_of_more_notes_than_it_can_hold_is_refused_with_another_way(verslag, make, monkeypatch, reeks):
    monkeypatch.setattr(verslagbestand, "MAX_NOTEN", 3)
    assert make(formaat="pdf", bijlage="on").status_code == 404
    assert "Kies Word" in Taak.objects.get().melding
    with pytest.raises(DenkdinerError, match="Kies Word"):
        make_bestand(reeks, Keuzes("pdf", bijlage=True), now=NOW)


def test_stop_button_stops_what_runs(reeks, verslag, vera, sign_in):
    start_taak(soort=VERSLAGBESTAND, reeks=reeks, now=NOW, opdracht=Keuzes("md").as_json())
    assert sign_in(vera).post(url("verslag_bestand_stop")).status_code == 302
    assert Taak.objects.get().status == Taakstatus.AFGEBROKEN


def test_preview_is_the_page_itself_and_may_load_nothing(verslag, vera, sign_in):
    client = sign_in(vera)
    answer = client.get(url("verslag_voorbeeld"), {"spoor": "on", "diner": ["1", "x", "99"]})
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert re.search(r"style-src 'sha256-[\w+/=]+'", policy)
    assert "unsafe" not in policy
    tekst, tags = html_of(answer.content.decode())
    assert "Van de tweede avond" not in tekst
    assert ("script", {}) not in tags
    assert client.post(url("verslag_voorbeeld"), {"formaat": "md"}).status_code == 200


def test_word_at_once_of_one_diner(verslag, vera, sign_in):
    client = sign_in(vera)
    answer = client.get(url("verslag_docx"), {"diner": "2"})
    assert 'filename="verslag-verkenning-2050-diner-2-concept.docx"' in answer["Content-Disposition"]
    koppen = [p.text for p in Document(io.BytesIO(answer.content)).paragraphs if p.style.name == "Heading 2"]
    assert [kop for kop in koppen if kop.startswith("Diner")] == ["Diner 2: De tweede avond"]
    for onbekend in ("9", "x", "²"):
        assert client.get(url("verslag_docx"), {"diner": onbekend}).status_code == 404


# --- the command line -----------------------------------------------------------------------------------------------------


def test_command_takes_the_same_choices(reeks, verslag, tmp_path, capsys):
    path = tmp_path / "uit.xlsx"
    call_command(
        "export_verslag", reeks.slug, "--format", "xlsx", "--output", str(path), "--diner", "1", "--spoor"
    )
    assert str(path) in capsys.readouterr().out
    bladen = {blad for blad, _, _ in cells(path.read_bytes())}
    assert "Spoor" in bladen
    assert "Van de tweede avond" not in {waarde for _, waarde, _ in cells(path.read_bytes())}


def test_command_refuses_a_diner_that_is_not_there(reeks, verslag, tmp_path):
    with pytest.raises(CommandError, match="Deze reeks heeft geen diner 7"):
        call_command("export_verslag", reeks.slug, output=tmp_path / "uit", diner=[1, 7])
    assert not (tmp_path / "uit").exists()


def test_json_of_a_report_imports_like_the_export_of_the_reeks(reeks, verslag):
    data = json.loads(make_bestand(reeks, Keuzes("json"), now=NOW).inhoud)
    assert data["formaat"] == "denkdiner-reeks/1"
    assert [diner["nummer"] for diner in data["diners"]] == [1, 2]
    een = json.loads(make_bestand(reeks, Keuzes("json", (2,)), now=NOW).inhoud)
    assert [diner["nummer"] for diner in een["diners"]] == [2]
    assert "rode_draden" not in een


# --- the paper of the organisation ----------------------------------------------------------------------------------------


def word(kop="Gemeente Vennemark"):
    document = Document()
    document.sections[0].header.paragraphs[0].text = kop
    uit = io.BytesIO()
    document.save(uit)
    return uit.getvalue()


def upload(client, data, naam="huisstijl.docx"):
    return client.post(url("sjabloon_upload"), {"bestand": SimpleUploadedFile(naam, data)})


def test_report_is_made_on_the_template_until_it_is_taken_away(reeks, verslag, vera, sign_in, make):
    client = sign_in(vera)
    for naam, kop in (("oud.docx", "Oud"), ("huisstijl.docx", "Gemeente Vennemark")):
        assert upload(client, word(kop), naam).status_code == 302
    assert (Sjabloon.objects.get().naam, Sjabloon.objects.get().uploaded_by) == ("huisstijl.docx", vera)
    assert "huisstijl.docx" in client.get(url("verslag_bestand")).content.decode()
    section = Document(io.BytesIO(make(formaat="docx").content)).sections[0]
    assert section.header.paragraphs[0].text == "Gemeente Vennemark"
    assert client.post(url("sjabloon_remove")).status_code == 302
    assert not Sjabloon.objects.exists()
    section = Document(io.BytesIO(make(formaat="docx").content)).sections[0]
    assert section.header.paragraphs[0].text == "Verkenning 2050\tCONCEPT"


@pytest.mark.parametrize(
    ("data", "reden"),
    [
        (b"geen word", "Dit bestand is geen Word-document."),
        (b"", "Dit bestand is leeg."),
        (b"PK" + b"\0" * (5 * 1024 * 1024), "ten hoogste 5 MB"),
    ],
)
def test_a_file_that_cannot_be_a_template_is_said_and_changes_nothing(data, reden, reeks, vera, sign_in):
    client = sign_in(vera)
    upload(client, word())
    answer = upload(client, data)
    assert answer.status_code == 422
    assert reden in answer.content.decode()
    assert "Gemeente Vennemark" in everything_in(bytes(Sjabloon.objects.get().data))
    assert client.post(url("sjabloon_upload")).status_code == 422


def test_macros_are_refused_on_the_page(reeks, vera, sign_in):
    uit = io.BytesIO(word())
    with zipfile.ZipFile(uit, "a") as zip_:
        zip_.writestr("word/vbaProject.bin", b"macro")
    answer = upload(sign_in(vera), uit.getvalue())
    assert answer.status_code == 422
    assert "bevat macro’s" in answer.content.decode()
    assert not Sjabloon.objects.exists()
