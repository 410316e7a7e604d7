"""How much fits on the scherm, and how large."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from synthesis.schermblad import KLEINST, MATEN, MAX_DRADEN, MAX_QUOTES, fit, is_showable, lines_of

TITEL = "Werk past zich aan mensen aan, en niet andersom"


@dataclass(frozen=True)
class Regel:
    nummer: int
    tekst: str = TITEL
    is_quote: bool = False


def draden(aantal, tekst=TITEL):
    return [Regel(nummer, tekst) for nummer in range(aantal)]


def quotes(aantal, tekst=TITEL):
    return [Regel(100 + nummer, tekst, is_quote=True) for nummer in range(aantal)]


def test_one_thread_is_shown_as_large_as_can_be():
    assert fit(draden(1)) == (1, draden(1))


def test_more_text_makes_it_smaller_and_never_larger():
    maten = [fit(draden(aantal))[0] for aantal in range(1, MAX_DRADEN + 1)]
    assert maten == sorted(maten)
    assert maten[-1] > maten[0]


def test_five_threads_and_two_quotes_fit():
    alles = draden(MAX_DRADEN) + quotes(MAX_QUOTES)
    assert fit(alles)[1] == alles


def test_newest_stay_when_there_are_more():
    assert fit(draden(7))[1] == draden(5)
    assert fit(quotes(3))[1] == quotes(2)


def test_oldest_go_first_when_the_texts_are_long():
    lang = "Een lange titel die een standpunt inneemt en daar veel woorden voor nodig heeft " * 2
    maat, regels = fit(draden(5, lang) + quotes(2, lang))
    assert maat == len(MATEN)
    assert 0 < len(regels) < 7
    assert regels == (draden(5, lang) + quotes(2, lang))[: len(regels)]


def test_nothing_released_takes_no_place():
    assert fit([]) == (1, [])


def test_whatever_may_be_shown_fits_on_its_own():
    langste = "w" * 5000
    while not is_showable(langste):
        langste = langste[:-10]
    assert fit(draden(1, langste))[1] == draden(1, langste)
    assert fit(quotes(1, langste))[1] == quotes(1, langste)


@pytest.mark.parametrize(("tekst", "lang"), [("kort", True), ("a\n" * 9, False), ("woord " * 400, False)])
def test_too_long_to_be_read_from_a_table_is_not_shown(tekst, lang):
    assert is_showable(tekst) is lang


def test_lines_are_counted_with_the_line_ends_of_the_note():
    assert lines_of("een\ntwee\n\ndrie", KLEINST) == 4
    assert lines_of("", KLEINST) == 1


def test_stylesheet_has_the_same_sizes():
    css = Path(settings.BASE_DIR, "static/css/scherm.css").read_text(encoding="utf-8")
    found = re.findall(r"\.scherm-draden--(\d) \.scherm-draden__tekst { font-size: ([\d.]+)cqh", css)
    assert {int(maat): float(grootte) for maat, grootte in found} == dict(enumerate(MATEN[:-1], start=1))
    assert re.search(r"\n\.scherm-draden__tekst { font-size: 4cqh", css)
