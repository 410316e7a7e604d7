"""What the report says: a person's words first, counted facts second, and a visible mark where nobody wrote yet. Pure."""

from datetime import date

import pytest

from synthesis.exports.bron import (
    Dinerbron,
    Draadbron,
    Peilingbron,
    Quotebron,
    Sprekerbron,
    Stellingbron,
    Verslagbron,
)
from synthesis.exports.inhoud import (
    Alinea,
    Citaten,
    Kader,
    NogTeSchrijven,
    Opsomming,
    Peilingblok,
    Peilingrij,
    numbered,
)
from synthesis.exports.opbouw import build_inhoud, paragraphs
from synthesis.exports.secties import gaps

DRAAD = Draadbron(
    "Regels en vergunningen",
    tafels=(1, 2, 3, 4, 5, 6, 7),
    besproken=8,
    breedte="vrijwel alle tafels",
    voorbeelden=("te veel regels", "duurt lang"),
)
STELLING = Stellingbron(
    1, "Het kan anders.", aantal_bijdragen=9, tafels=(1, 2, 3, 4, 5, 6, 7, 8), draden=(DRAAD,)
)


def diner(nummer=1, **kwargs):
    defaults = {
        "titel": "De werkplaats",
        "aantal_tafels": 8,
        "aantal_bijdragen": 9,
        "stellingen": (STELLING,),
    }
    return Dinerbron(nummer, **(defaults | kwargs))


def build(*diners, **kwargs):
    return build_inhoud(
        Verslagbron("Verkenning 2050", diners=diners or (diner(),), **kwargs), vandaag=date(2026, 11, 24)
    )


def part(inhoud, number):
    return next(part for found, _, part in numbered(inhoud) if found == number)


def texts(blokken):
    """Every sentence of *blokken*, a mark with its name before it."""
    lines = []
    for blok in blokken:
        match blok:
            case Alinea(tekst):
                lines.append(tekst)
            case NogTeSchrijven(tekst):
                lines.append(f"NOG: {tekst}")
            case Opsomming(punten):
                lines += punten
            case Kader(titel, inner):
                lines += [titel, *texts(inner)]
            case Citaten(titel, citaten):
                lines += [titel, *(f"“{citaat.tekst}” {citaat.herkomst}".strip() for citaat in citaten)]
    return lines


def said(inhoud, number):
    return " | ".join(texts(part(inhoud, number).blokken))


def with_draad(**kwargs):
    return build(
        diner(stellingen=(Stellingbron(1, "Kan?", 9, tafels=(1, 2), draden=(Draadbron(**kwargs),)),))
    )


def test_anatomy_is_that_of_the_report():
    two = (STELLING, Stellingbron(2, "En nu?"))
    inhoud = build(diner(), diner(2, titel="Wie doet het?", stellingen=two))
    assert [(number, level, found.titel) for number, level, found in numbered(inhoud)] == [
        ("1", 1, "Introductie"),
        ("1.1", 2, "Algemeen"),
        ("1.2", 2, "Aanpak en opzet"),
        ("1.3", 2, "Leeswijzer"),
        ("2", 1, "Analyse"),
        ("2.1", 2, "Diner 1: De werkplaats"),
        ("2.1.1", 3, "Stelling 1: Het kan anders."),
        ("2.2", 2, "Diner 2: Wie doet het?"),
        ("2.2.1", 3, "Stelling 1: Het kan anders."),
        ("2.2.2", 3, "Stelling 2: En nu?"),
        ("3", 1, "Rode draden"),
        ("4", 1, "Samenvatting van de opbrengst"),
    ]


def test_empty_reeks_has_its_four_chapters_and_says_what_is_missing():
    inhoud = build_inhoud(Verslagbron("Leeg"), vandaag=date(2026, 1, 2))
    assert [number for number, level, _ in numbered(inhoud) if level == 1] == ["1", "2", "3", "4"]
    for number in ("1.1", "1.2", "2", "3", "4"):
        assert "NOG: " in said(inhoud, number)


@pytest.mark.parametrize("number", ["1.1", "2.1.1", "3", "4"])
def test_what_a_person_must_write_is_marked(number):
    assert "NOG: " in said(build(horizon={"": 9}), number)


@pytest.mark.parametrize("key", ["1.1", "1.2", "1.3", "3", "4"])
def test_text_of_a_person_takes_the_place_of_what_is_generated(key):
    inhoud = build(teksten={key: "Zelf geschreven.\n\nEn nog iets."}, inleiding="Uit de reeks.")
    assert texts(part(inhoud, key).blokken) == ["Zelf geschreven.", "En nog iets."]


def test_text_of_a_person_about_the_document_wins():
    assert texts(build(teksten={"over": "Van Vera."}).over) == ["Van Vera."]


def test_text_of_a_person_fills_the_box_of_its_own_stelling_only():
    inhoud = build(diner(), diner(2), teksten={"2.2.1": "Hier komt het op neer."})
    assert texts([part(inhoud, "2.2.1").blokken[-1]]) == ["Rode draad", "Hier komt het op neer."]
    assert "NOG: waar het bij deze stelling op neerkomt." in said(inhoud, "2.1.1")


def test_blank_text_counts_as_not_written():
    blank, generated = build(teksten={"1.1": " \n\n "}), build()
    assert texts(part(blank, "1.1").blokken) == texts(part(generated, "1.1").blokken)
    assert paragraphs("een\r\n\r\n\r\n\r\ntwee\n") == (Alinea("een"), Alinea("twee"))


def test_text_of_a_draad_takes_the_place_of_the_counted_sentence():
    text = said(
        with_draad(titel="Geld", tekst="Geld is schaars.", tafels=(1,), besproken=2, breedte="één tafel"),
        "2.1.1",
    )
    assert text.startswith("Geld is schaars. | Rode draad")
    assert "één tafel" not in text


def test_breadth_stands_in_words_with_its_count():
    text = said(build(), "2.1.1")
    assert "Regels en vergunningen. Vrijwel alle tafels (7 van 8) spraken hierover. | te veel regels" in text


def test_breadth_of_one_table_is_singular():
    inhoud = with_draad(titel="Wie doet het?", tafels=(2,), besproken=8, breedte="één tafel")
    assert "Wie doet het? Eén tafel (1 van 8) sprak hierover." in said(inhoud, "2.1.1")


def test_draad_without_a_table_is_never_given_breadth():
    text = said(with_draad(titel="Van de spreker", besproken=8, breedte="geen tafel"), "2.1.1")
    assert "hierbij is geen notitie van een tafel geplaatst" in text
    assert "spraken" not in text


def test_spanning_and_kernvraag_stand_in_the_box_beside_the_mark():
    kwargs = {"spanning": ("maken", "laten groeien"), "kernvraag": "Wat laten we los?"}
    inhoud = with_draad(titel="Geld", tafels=(1, 2), besproken=2, breedte="enkele tafels", **kwargs)
    assert texts([part(inhoud, "2.1.1").blokken[-1]]) == [
        "Rode draad",
        "De kernspanning zit tussen maken en laten groeien.",
        "De kernvraag daarbij is: Wat laten we los?",
        "NOG: waar het bij deze stelling op neerkomt.",
    ]


def test_poles_that_are_sentences_are_not_pressed_into_one():
    inhoud = with_draad(titel="Geld", spanning=("Nu is er een huis nodig.", "Straks wordt het nat"))
    assert "De kernspanning: Nu is er een huis nodig ↔ Straks wordt het nat." in said(inhoud, "2.1.1")


def test_several_spanningen_are_not_all_called_the_one():
    draden = tuple(
        Draadbron(titel, spanning=("nu", titel), kernvraag="Wat nu?") for titel in ("straks", "later")
    )
    text = said(build(diner(stellingen=(Stellingbron(1, "Kan?", 9, draden=draden),))), "2.1.1")
    assert (
        "Een kernspanning zit tussen nu en straks. | Een kernvraag daarbij is: Wat nu? | Een kernspanning"
        in text
    )
    assert "De kern" not in text


def test_quotes_stand_at_the_end_of_their_diner_and_nowhere_else():
    two = (STELLING, Stellingbron(2, "En nu?"))
    inhoud = build(diner(stellingen=two, quotes=(Quotebron("Goed is duur.", 3), Quotebron("Tja…"))), diner(2))
    assert texts([part(inhoud, "2.1.2").blokken[-1]]) == ["Quotes", "“Goed is duur.” tafel 3", "“Tja…”"]
    found = [
        number for number, _, deel in numbered(inhoud) if any(isinstance(b, Citaten) for b in deel.blokken)
    ]
    assert found == ["2.1.2"]


def test_quotes_of_a_diner_without_stellingen_are_not_lost():
    assert "“Los.” tafel 1" in said(build(diner(stellingen=(), quotes=(Quotebron("Los.", 1),))), "2.1")


def test_only_quotes_stand_between_quotation_marks():
    inhoud = build(diner(quotes=(Quotebron("Letterlijk", 1),)))
    marked = [
        text for number, _, _ in numbered(inhoud) for text in said(inhoud, number).split(" | ") if "“" in text
    ]
    assert marked == ["“Letterlijk” tafel 1"]


def test_sprekers_are_named_once_with_what_they_do():
    sprekers = (
        Sprekerbron("Ada Vos", "denker", "Huis"),
        Sprekerbron("Bo Smit"),
        Sprekerbron("Cas Pol", "", "Gilde"),
    )
    line = texts(
        part(build(diner(sprekers=sprekers, datum=date(2026, 3, 5), locatie="De Schuur")), "1.2").blokken
    )[-1]
    assert line == (
        "Diner 1: De werkplaats, 5 maart 2026, De Schuur. "
        "Sprekers: Ada Vos (denker, Huis), Bo Smit en Cas Pol (Gilde)."
    )


def test_question_as_title_ends_with_one_mark():
    line = texts(part(build(diner(titel="Te weinig mensen?")), "1.2").blokken)[-1]
    assert line == "Diner 1: Te weinig mensen?"


def test_silent_tables_are_named():
    silent = Stellingbron(1, "Kan?", 3, tafels=(1, 4), stil=(2, 3))
    assert said(build(diner(stellingen=(silent,))), "2.1.1").startswith(
        "Aan 2 tafels zijn 3 notities opgetekend. Van de tafels 2 en 3 is bij deze stelling niets opgetekend. | NOG: "
    )


def test_stelling_without_notes_claims_nothing():
    text = said(build(diner(aantal_bijdragen=0, stellingen=(Stellingbron(1, "Kan?", stil=(1, 2)),))), "2.1.1")
    assert text.startswith("Over deze stelling is nog niets opgetekend. | Rode draad")


@pytest.mark.parametrize(
    ("notes", "sentence"),
    [
        (0, "Dit diner heeft 8 tafels en 1 stelling. Er is nog niets opgetekend."),
        (9, "Dit diner heeft 8 tafels en 1 stelling. Er zijn 9 notities opgetekend."),
        (
            10,
            "Dit diner heeft 8 tafels en 1 stelling. Er zijn 10 notities opgetekend; 1 daarvan hoort niet bij één stelling.",
        ),
    ],
)
def test_diner_says_what_was_noted(notes, sentence):
    stelling = Stellingbron(1, "Kan?", min(notes, 9))
    assert (
        texts(part(build(diner(aantal_bijdragen=notes, stellingen=(stelling,))), "2.1").blokken)[0]
        == sentence
    )


def test_draad_of_the_reeks_says_where_it_comes_from():
    draden = (
        Draadbron(
            "Nabijheid wint",
            "Dichtbij werkt.",
            spanning=("nabij", "groot"),
            kernvraag="Wat dan?",
            diners=(1, 3),
        ),
        Draadbron("Nog leeg", diners=(2,)),
    )
    assert texts(part(build(draden=draden), "3").blokken) == [
        "Nabijheid wint (diners 1 en 3)",
        "Dichtbij werkt.",
        "De kernspanning zit tussen nabij en groot.",
        "De kernvraag daarbij is: Wat dan?",
        "Nog leeg (diner 2)",
        "NOG: wat deze rode draad zegt.",
    ]


@pytest.mark.parametrize(
    ("horizon", "sentence"),
    [
        ({"": 8, "nu": 3, "middellang": 1, "horizonjaar": 1}, "Relatief weinig bijdragen gingen dus echt"),
        ({"": 8, "nu": 2, "horizonjaar": 1}, "Het horizonjaar kwam dus ruim aan bod."),
        ({"": 8}, "Bij geen van de notities is aangegeven of zij over nu of over 2050 gaan."),
    ],
)
def test_reflection_counts_how_many_notes_look_far(horizon, sentence):
    assert sentence in said(build(horizon=horizon), "4")


@pytest.mark.parametrize(
    ("status", "concept"), [("concept", True), ("in_review", True), ("vastgesteld", False)]
)
def test_only_a_settled_report_is_no_concept(status, concept):
    inhoud = build(status=status)
    assert inhoud.is_concept is concept
    assert ("en is een concept." in texts(inhoud.over)[0]) is concept


def test_peiling_stands_before_what_it_comes_down_to():
    peiling = Peilingbron(
        None, (7, 13, 2), "Achteraf 7 eens.", "41 stemmen met de telefoon", "Aan 1 tafel meer eens.", "<svg/>"
    )
    stelling = Stellingbron(1, "Het kan anders.", peiling=peiling)
    *_, blok, kader = part(build(diner(stellingen=(stelling,))), "2.1.1").blokken
    assert isinstance(kader, Kader)
    assert blok == Peilingblok(
        "Peiling",
        "Achteraf 7 eens. Aan 1 tafel meer eens.",
        "41 stemmen met de telefoon.",
        (Peilingrij("Achteraf", 7, 13, 2),),
        "<svg/>",
    )


def test_stelling_without_a_peiling_says_nothing_about_it():
    blokken = part(build(diner()), "2.1.1").blokken
    assert not any(isinstance(blok, Peilingblok) for blok in blokken)


def test_marks_that_a_person_let_stand_are_not_in_what_is_vastgesteld():
    stellingen = (STELLING, Stellingbron(2, "En nu?"))
    concept, vast = (build(diner(stellingen=stellingen), status=s) for s in ("in_review", "vastgesteld"))
    assert len(gaps(concept)) > 4
    assert gaps(vast) == ()
    koppen = [(number, found.titel) for number, _, found in numbered(concept)]
    assert [(number, found.titel) for number, _, found in numbered(vast)] == koppen
    assert said(vast, "1.1") == "Over dit onderdeel is niets opgenomen."
    # of what was written and counted nothing is lost
    for number, _ in koppen:
        zonder = [line for line in texts(part(concept, number).blokken) if not line.startswith("NOG: ")]
        over = texts(part(vast, number).blokken)
        assert [line for line in zonder if line not in over] in ([], ["Rode draad"]), number
    assert part(build(diner(), status="vastgesteld", teksten={"1.1": "Erom."}), "1.1").blokken == (
        part(build(diner(), status="concept", teksten={"1.1": "Erom."}), "1.1").blokken
    )
