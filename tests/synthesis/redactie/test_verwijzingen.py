"""References to notes in a text."""

import pytest

from synthesis.redactie import code_of, codes_of, find_refs, strip_refs
from synthesis.redactie.verwijzingen import blank_refs, resolve

EEN, TWEE = "0b8d4b1e-0000-4000-8000-aaaa1f3a09bc", "ffffffff-0000-4000-8000-aaaa1f3a09bc"


def test_code_is_the_end_of_the_id_and_the_whole_of_it_when_two_end_alike():
    assert code_of(EEN) == "1f3a09bc"
    assert codes_of([EEN]) == {EEN: "1f3a09bc"}
    assert codes_of([EEN, EEN.upper()])[EEN] == "1f3a09bc"
    both = codes_of([EEN, TWEE])
    assert both == {EEN: EEN.replace("-", ""), TWEE: TWEE.replace("-", "")}
    assert resolve(both[EEN], both) == EEN
    assert resolve("1f3a09bc", both) is None
    assert resolve("1f3a09bc", codes_of([TWEE])) == TWEE
    assert resolve("00000000", both) is None


@pytest.mark.parametrize(
    ("tekst", "kaal"),
    [
        ("Zo is het [n:1f3a09bc].", "Zo is het."),
        ("Zo is het.[n:1f3a09bc] [n:1F3A09BC]\nEn door.", "Zo is het.\nEn door."),
        ("[n:1f3a09bc]", ""),
        (
            "Geen [n:xyz], geen [1f3a09bc], geen [n:1f3a09b].",
            "Geen [n:xyz], geen [1f3a09bc], geen [n:1f3a09b].",
        ),
        ("", ""),
    ],
)
def test_reader_sees_no_reference(tekst, kaal):
    assert strip_refs(tekst) == kaal


def test_reference_is_found_where_it_stands_and_blanked_in_place():
    tekst = "Een 😀 [n:1F3A09BC] en [n:00000001]"
    refs = find_refs(tekst)
    assert [ref.code for ref in refs] == ["1f3a09bc", "00000001"]
    assert tekst[refs[0].begin : refs[0].eind] == "[n:1F3A09BC]"
    assert len(blank_refs(tekst)) == len(tekst)
    assert blank_refs(tekst).split() == ["Een", "😀", "en"]
