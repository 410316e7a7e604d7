"""The command line of the main job: a file in, proposals and a report out."""

import copy
import json
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from capture.models import Bijdrage, Bron
from sessions.models import Diner, Lidmaatschap, Reeks, Rol
from synthesis.exchange import MAX_BYTES
from synthesis.models import Onderbouwing, RodeDraad
from tests.factories import BijdrageFactory, OnderbouwingFactory, RodeDraadFactory, StellingFactory

pytestmark = pytest.mark.django_db
WOORDEN = [
    "regels en vergunningen duren lang",
    "vakmensen opleiden op school",
    "betaalbare woningen voor starters",
]
PROEF = {
    "formaat": "denkdiner-reeks/1",
    "reeks": {"slug": "proef", "titel": "Proef in de polder"},
    "diners": [
        {
            "nummer": 1,
            "titel": "Wie doet het werk?",
            "tafels": [{"nummer": 1}, {"nummer": 2}],
            "stellingen": [{"nummer": 1, "tekst": "Alles kan."}, {"nummer": 2, "tekst": "Niets moet."}],
            "bijdragen": [
                {
                    "id": f"{n:08}-0000-4000-8000-000000000000",
                    "stelling": 1,
                    "tafel": n % 2 + 1,
                    "tekst": tekst,
                }
                for n, tekst in enumerate(f"{tekst} {n}" for n in range(4) for tekst in WOORDEN)
            ],
        }
    ],
}


@pytest.fixture
def file(tmp_path):
    """``file(data)`` → the path of a file with that data (bytes as they are)."""

    def _file(data=PROEF, name="reeks.json"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return path

    return _file


def draft(slug, capsys):
    call_command("draft_rode_draden", slug, "--json")
    return json.loads(capsys.readouterr().out)


def test_import_says_what_it_added_and_the_second_time_nothing(file, capsys):
    call_command("import_reeks", file())
    line = (
        "Proef in de polder: 1 diner ({0} nieuw), 2 stellingen ({1} nieuw), "
        "2 tafels ({1} nieuw), 12 bijdragen ({2} nieuw)\n"
    )
    assert capsys.readouterr().out == line.format(1, 2, 12)
    call_command("import_reeks", file())
    assert capsys.readouterr().out == line.format(0, 0, 0)
    assert Bijdrage.objects.count() == 12


def spoiled(change):
    data = copy.deepcopy(PROEF)
    change(data["diners"][0])
    return data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (spoiled(lambda d: d["stellingen"][1].pop("tekst")), "diners[0].stellingen[1].tekst: ontbreekt"),
        (
            spoiled(lambda d: d["bijdragen"][11].update(tafel=7)),
            "diners[0].bijdragen[11].tafel: tafel 7 bestaat niet",
        ),
        (
            spoiled(lambda d: d["bijdragen"][0].update(gemaakt="0001-01-01T00:00:00+14:00")),
            "gemaakt: is geen tijdstip",
        ),
        (b'{"formaat": ', "bestand: is geen geldige JSON (regel 1, teken 13)"),
        (b"PK\x03\x04\xff", "bestand: is geen UTF-8"),
        (b" " * (MAX_BYTES + 1), "bestand: is groter dan 5 MB"),
    ],
    ids=["missing", "reference", "year 1", "not json", "not text", "too large"],
)
def test_import_of_a_broken_file_names_the_place_and_stores_nothing(file, data, message):
    with pytest.raises(CommandError) as caught:
        call_command("import_reeks", file(data))
    assert message in str(caught.value)
    assert caught.value.returncode == 1
    assert not Reeks.objects.exists()


def test_import_that_breaks_halfway_stores_nothing(file):
    call_command("import_reeks", file())
    other = copy.deepcopy(
        PROEF
    )  # the same notes under another reeks: found out only when the diner exists already
    other["reeks"]["slug"] = "anders"
    with pytest.raises(CommandError):
        call_command("import_reeks", file(other))
    assert list(Reeks.objects.values_list("slug", flat=True)) == ["proef"]
    assert Diner.objects.count() == 1


def test_broken_file_ends_the_process_with_1_and_no_traceback(file, tmp_path):
    environment = {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    result = subprocess.run(
        [sys.executable, "manage.py", "import_reeks", file(spoiled(lambda d: d.pop("titel")))],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "CommandError: diners[0].titel: ontbreekt" in result.stderr
    assert "Traceback" not in result.stderr


def test_import_names_the_organiser_of_a_new_reeks(tmp_path, otto):
    path = tmp_path / "reeks.json"
    reeks = {"slug": "van-de-lijn", "titel": "Lijn"}
    path.write_text(json.dumps({"formaat": "denkdiner-reeks/1", "reeks": reeks, "diners": []}))
    call_command("import_reeks", str(path), organisator=otto.email.upper())
    rollen = Lidmaatschap.objects.filter(reeks__slug="van-de-lijn", gebruiker=otto)
    assert Rol.ORGANISATOR in rollen.values_list("rol", flat=True)
    with pytest.raises(CommandError, match="geen account"):
        call_command("import_reeks", str(path), organisator="niemand@voorbeeld.test")


def test_export_imports_again_to_the_same_data(file, capsys, tmp_path):
    call_command("import_reeks", file())
    call_command("export_reeks", "proef", output=tmp_path / "uit.json")
    first = (tmp_path / "uit.json").read_bytes()
    Reeks.objects.all().delete()
    call_command("import_reeks", tmp_path / "uit.json")
    capsys.readouterr()
    call_command("export_reeks", "proef")
    assert capsys.readouterr().out.encode() == first
    assert Bijdrage.objects.count() == 12


def test_draft_places_every_note_of_a_table_in_exactly_one_group(file, capsys):
    call_command("import_reeks", file())
    diner = Diner.objects.get()
    BijdrageFactory(tafel=diner.tafels.all()[0], stelling=None, tekst="Algemeen, hoort bij geen stelling")
    BijdrageFactory(tafel=None, diner=diner, stelling=diner.stellingen.all()[0], bron=Bron.SPREKER)
    capsys.readouterr()
    groups = draft("proef", capsys)
    assert list(groups) == ["1.1", "1.2"]
    assert groups["1.2"] == []
    assert sorted(note for group in groups["1.1"] for note in group["bijdragen"]) == sorted(
        note["id"] for note in PROEF["diners"][0]["bijdragen"]
    )
    for group in groups["1.1"]:
        assert set(group) == {"label", "bijdragen", "breedte"}
        tables = Bijdrage.objects.filter(pk__in=group["bijdragen"]).values("tafel").distinct().count()
        assert group["breedte"] == tables


def test_draft_is_the_same_twice_and_stores_nothing(file, capsys):
    call_command("import_reeks", file())
    RodeDraadFactory(stelling=StellingFactory(diner=Diner.objects.get(), nummer=3))
    capsys.readouterr()
    assert draft("proef", capsys) == draft("proef", capsys)
    assert (RodeDraad.objects.count(), Onderbouwing.objects.count()) == (1, 0)


def test_draft_ignores_what_people_placed(file, capsys):
    call_command("import_reeks", file())
    capsys.readouterr()
    before = draft("proef", capsys)
    draad = RodeDraadFactory(stelling=Diner.objects.get().stellingen.all()[0], door_mens=True)
    for bijdrage in Bijdrage.objects.all():
        OnderbouwingFactory(rode_draad=draad, bijdrage=bijdrage, door_mens=True)
    assert draft("proef", capsys) == before


def test_draft_puts_loose_notes_last(file, capsys):
    data = copy.deepcopy(PROEF)
    loose = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"]
    for note, tekst in zip(loose, ("ja, dat dus", "👍"), strict=True):
        data["diners"][0]["bijdragen"].append({"id": note, "stelling": 1, "tafel": 1, "tekst": tekst})
    call_command("import_reeks", file(data))
    capsys.readouterr()
    last = draft("proef", capsys)["1.1"][-1]
    assert (last["label"], sorted(last["bijdragen"]), last["breedte"]) == ("losse notities", loose, 1)


def test_draft_for_people_names_each_stelling(file, capsys):
    call_command("import_reeks", file())
    capsys.readouterr()
    call_command("draft_rode_draden", "proef")
    out = capsys.readouterr().out
    assert "1.1" in out
    assert "2 tafels, 4 notities" in out


def test_verslag_is_written_to_the_file_that_was_named(file, tmp_path, capsys):
    call_command("import_reeks", file())
    call_command("export_verslag", "proef", format="docx", output=tmp_path / "verslag.docx")
    assert str(tmp_path / "verslag.docx") in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "verslag.docx") as docx:
        assert "Diner 1: Wie doet het werk?" in docx.read("word/document.xml").decode()


def test_import_of_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"niets\.json: No such file"):
        call_command("import_reeks", tmp_path / "niets.json")


@pytest.mark.parametrize("command", ["export_verslag", "export_reeks"])
def test_unwritable_file_is_named_without_a_traceback(command, file, tmp_path):
    call_command("import_reeks", file())
    with pytest.raises(CommandError, match=r"weg/uit: No such file"):
        call_command(command, "proef", output=tmp_path / "weg" / "uit")


@pytest.mark.parametrize("command", ["export_verslag", "export_reeks", "draft_rode_draden"])
def test_unknown_reeks_is_named(command, tmp_path):
    options = {"output": tmp_path / "uit"} if command != "draft_rode_draden" else {}
    with pytest.raises(CommandError, match=r"Er is geen reeks onbekend\."):
        call_command(command, "onbekend", **options)
    assert not (tmp_path / "uit").exists()
