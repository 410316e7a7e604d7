"""Every fault of a file is named by its path, in Dutch."""

import copy
import json

import pytest

from synthesis.exchange.checking import MAX_BYTES, ImportFout, load_reeks

ID = "11111111-1111-4111-8111-111111111111"
ANDER = "22222222-2222-4222-8222-222222222222"
GOED = {
    "formaat": "denkdiner-reeks/1",
    "reeks": {"slug": "proef", "titel": "Proef"},
    "diners": [
        {"nummer": 1, "titel": "Een"},
        {
            "nummer": 2,
            "titel": "Twee",
            "sprekers": [{"naam": "Ada Vos"}],
            "tafels": [{"nummer": 1}],
            "stellingen": [{"nummer": 1, "tekst": "Alles kan."}],
            "rondes": [{"nummer": 1, "soort": "tafelgesprek", "stelling": 1}],
            "bijdragen": [{"id": ID, "stelling": 1, "tafel": 1, "tekst": "Kan niet"}],
        },
    ],
}


def faults(change):
    data = copy.deepcopy(GOED)
    change(data)
    with pytest.raises(ImportFout) as caught:
        load_reeks(json.dumps(data).encode())
    return caught.value.fouten


def test_good_file_is_accepted():
    assert load_reeks(json.dumps(GOED).encode()) == GOED


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda d: d["diners"][1]["stellingen"][0].pop("tekst"), "diners[1].stellingen[0].tekst: ontbreekt"),
        (lambda d: d.pop("formaat"), "formaat: ontbreekt"),
        (lambda d: d.update(formaat="anders/9"), "formaat: moet denkdiner-reeks/1 zijn"),
        (lambda d: d["reeks"].update(kleurtje="rood"), "reeks.kleurtje: onbekende sleutel"),
        (lambda d: d["reeks"].update(titel="  "), "reeks.titel: is leeg"),
        (lambda d: d["reeks"].update(titel="x" * 201), "reeks.titel: is langer dan 200 tekens"),
        (lambda d: d["reeks"].update(slug="Met Spatie"), "reeks.slug: heeft niet de juiste vorm"),
        (lambda d: d["diners"][0].update(nummer="1"), "diners[0].nummer: moet een geheel getal zijn"),
        (lambda d: d["diners"][0].update(nummer=0), "diners[0].nummer: moet ten minste 1 zijn"),
        (lambda d: d["diners"][0].update(nummer=2), "diners[1].nummer: staat er dubbel in (2)"),
        (lambda d: d["diners"][0].update(datum="31-12-2026"), "diners[0].datum: is geen datum (jjjj-mm-dd)"),
        (
            lambda d: d["diners"][1]["bijdragen"][0].update(soort="mening"),
            "diners[1].bijdragen[0].soort: moet een van deze zijn: "
            "inzicht, waarde, aanname, spanning, voorbeeld, vraag, idee, quote",
        ),
        (lambda d: d["diners"][1]["bijdragen"][0].update(id="x"), "diners[1].bijdragen[0].id: is geen UUID"),
        (
            lambda d: d["diners"][1]["bijdragen"][0].update(tafel=9),
            "diners[1].bijdragen[0].tafel: tafel 9 bestaat niet in dit diner",
        ),
        (
            lambda d: d["diners"][1]["bijdragen"][0].update(tafel=None),
            "diners[1].bijdragen[0].tafel: ontbreekt",
        ),
        (
            lambda d: d["diners"][1]["bijdragen"][0].update(bijgesteld=ANDER),
            "diners[1].bijdragen[0].bijgesteld: geen eerdere bijdrage van dit diner",
        ),
        (
            lambda d: d["diners"][1]["bijdragen"].append(dict(d["diners"][1]["bijdragen"][0])),
            f"diners[1].bijdragen[1].id: staat er dubbel in ({ID})",
        ),
        (
            lambda d: d["diners"][1]["bijdragen"][0].update(tekst="a\0b"),
            "diners[1].bijdragen[0].tekst: bevat tekens die niet bewaard kunnen worden",
        ),
        (
            lambda d: d["diners"][1]["bijdragen"][0].update(tekst="\ud800"),
            "diners[1].bijdragen[0].tekst: bevat tekens die niet bewaard kunnen worden",
        ),
        (
            lambda d: d["diners"][1]["bijdragen"][0].update(tekst="x" * 20_001),
            "diners[1].bijdragen[0].tekst: is langer dan 20000 tekens",
        ),
        (
            lambda d: d["diners"][1]["bijdragen"][0].update(gemaakt="2026-11-24T20:00:00"),
            "diners[1].bijdragen[0].gemaakt: is geen tijdstip met tijdzone",
        ),
        (
            lambda d: d["diners"][1]["rondes"][0].update(stelling=4),
            "diners[1].rondes[0].stelling: stelling 4 bestaat niet in dit diner",
        ),
        (
            lambda d: d.update(rode_draden=[{"titel": "Een draad", "diner": 7}]),
            "rode_draden[0].diner: diner 7 bestaat niet in dit bestand",
        ),
        (
            lambda d: d.update(rode_draden=[{"titel": "Een draad", "onderbouwing": [{"bijdrage": ANDER}]}]),
            "rode_draden[0].onderbouwing[0].bijdrage: bijdrage bestaat niet in dit bestand",
        ),
        (
            lambda d: d.update(rode_draden=[{"titel": "Een draad", "onderbouwing": [{}]}]),
            "rode_draden[0].onderbouwing[0]: moet óf een bijdrage óf een draad noemen",
        ),
    ],
)
def test_fault_is_named_by_its_path(change, line):
    assert line in faults(change)


@pytest.mark.parametrize(
    ("inhoud", "line"),
    [
        (b"", "bestand: is geen geldige JSON (regel 1, teken 1)"),
        (b"[]", "bestand: moet een object zijn"),
        (b"\xff\xfe", "bestand: is geen UTF-8"),
        (b'{"a": 1, "a": 2}', "bestand: is geen geldige JSON (een sleutel staat er dubbel in)"),
        (b'{"a": NaN}', "bestand: is geen geldige JSON (NaN is geen getal)"),
        (b"[" * 100_000, "bestand: is te diep genest"),
        (b" " * (MAX_BYTES + 1), "bestand: is groter dan 5 MB"),
    ],
)
def test_file_that_is_no_reeks_is_refused_with_one_line(inhoud, line):
    with pytest.raises(ImportFout) as caught:
        load_reeks(inhoud)
    assert caught.value.fouten == [line]


def test_many_faults_are_counted_rather_than_listed():
    fouten = faults(lambda d: d["diners"][1].update(tafels=[{} for _ in range(200)]))
    assert len(fouten) == 21
    assert fouten[-1] == "en nog 180 andere fouten"
