"""What a tablet may send, before any service sees it."""

import uuid

import pytest

from capture.forms import BijdrageForm, TokenForm, edit_form, new_form
from capture.queries import Plek
from tests.factories import NOW, BijdrageFactory, RondeFactory, StellingFactory


@pytest.fixture
def tafel(tafels):
    return tafels[0]


def send(tafel, **fields):
    data = {"bijdrage_id": uuid.uuid4(), "op_id": uuid.uuid4(), "tekst": "Vakmensen"} | fields
    return BijdrageForm(data, tafel=tafel)


def test_form_with_only_a_text_is_a_valid_note(tafel):
    form = send(tafel, tekst="  Vakmensen\nen regels  ")
    assert form.is_valid(), form.errors
    inhoud = form.inhoud()
    assert (inhoud.tekst, inhoud.soort, inhoud.letterlijk) == ("Vakmensen\nen regels", "inzicht", False)
    assert (inhoud.standpunt, inhoud.horizon, inhoud.trefwoorden) == ("", "", ())
    assert (inhoud.stelling, inhoud.ronde, inhoud.bijgesteld) == (None, None, None)


def test_form_takes_everything_of_its_own_diner_and_table(tafel, stelling, ronde):
    eerder = BijdrageFactory(tafel=tafel)
    form = send(
        tafel,
        stelling=stelling.pk,
        ronde=ronde.pk,
        bijgesteld=eerder.pk,
        letterlijk="on",
        standpunt="voor",
        horizon="horizonjaar",
        trefwoorden=" zorg, geld,, zorg ",
        soort="quote",
    )
    assert form.is_valid(), form.errors
    inhoud = form.inhoud()
    assert (inhoud.stelling, inhoud.ronde, inhoud.bijgesteld) == (stelling, ronde, eerder)
    assert (inhoud.soort, inhoud.letterlijk, inhoud.trefwoorden) == ("quote", True, ("zorg", "geld"))


def test_form_refuses_what_belongs_to_another_diner_or_table(tafels):
    elsewhere = StellingFactory()
    for field, thing in {
        "stelling": elsewhere,
        "ronde": RondeFactory(diner=elsewhere.diner),
        "bijgesteld": BijdrageFactory(tafel=tafels[1]),
    }.items():
        form = send(tafels[0], **{field: thing.pk})
        assert list(form.errors) == [field]


def test_retry_is_still_valid_when_the_note_it_adjusts_went_into_the_bin(tafel):
    weg = BijdrageFactory(tafel=tafel, deleted_at=NOW)
    assert send(tafel, bijgesteld=weg.pk).is_valid()
    assert str(weg.pk) not in str(new_form(tafel, Plek(None, None))["bijgesteld"])


def test_editor_starts_at_the_stelling_at_hand_with_fresh_ids(tafel, stelling, ronde):
    one, two = (new_form(tafel, Plek(ronde, stelling)) for _ in range(2))
    assert (one["stelling"].value(), one["ronde"].value()) == (stelling.pk, ronde.pk)
    assert len({form[name].value() for form in (one, two) for name in ("bijdrage_id", "op_id")}) == 4
    assert "2050" in [label for _, label in one.fields["horizon"].choices]


def test_edit_form_shows_the_note_as_it_is(tafel, stelling):
    weg = BijdrageFactory(tafel=tafel, deleted_at=NOW, tekst="Eerst gezegd")
    note = BijdrageFactory(tafel=tafel, stelling=stelling, trefwoorden=["zorg", "geld"], bijgesteld=weg)
    form = edit_form(note, tafel)
    assert (form["tekst"].value(), form["trefwoorden"].value()) == (note.tekst, "zorg, geld")
    assert (form["stelling"].value(), form["base_rev"].value()) == (stelling.pk, 1)
    assert f'value="{weg.pk}" selected' in str(form["bijgesteld"]), "saving must not lose what it adjusts"
    assert str(note.pk) not in str(form["bijgesteld"]), "a note never adjusts itself"


@pytest.mark.parametrize("typed", ["abc", "http://localhost:8000/t/#abc", "  /t/#abc "])
def test_token_form_takes_a_token_or_the_whole_link(typed):
    form = TokenForm({"token": typed})
    assert form.is_valid()
    assert form.cleaned_data["token"] == "abc"


def test_form_says_where_a_note_goes(tafel, stelling, ronde, django_assert_num_queries):
    for stelling_at_hand, chip in ((stelling, str(stelling.pk)), (None, "")):
        form = new_form(tafel, Plek(ronde, stelling_at_hand))
        with django_assert_num_queries(0):
            assert form.gekozen_stelling() == chip
    for sent in (
        str(stelling.pk),
        "",
        "a\0",
        "0",
    ):  # as it was sent: a chip that does not exist is on nowhere
        form = send(tafel, stelling=sent)
        form.is_valid()
        assert form.gekozen_stelling() == sent
    elsewhere = BijdrageFactory(tafel=tafel, stelling=None)
    assert edit_form(elsewhere, tafel).gekozen_stelling() == ""


@pytest.mark.parametrize("count", [1, 3])
def test_form_offers_the_stellingen_of_its_diner_in_one_query(tafel, count, django_assert_num_queries):
    stellingen = [StellingFactory(diner=tafel.diner, nummer=nummer) for nummer in range(count, 0, -1)]
    StellingFactory()
    form = new_form(tafel, Plek(None, None))
    with django_assert_num_queries(1):
        choices = form.stelling_choices()
    expected = [(str(stelling.pk), f"Stelling {stelling.nummer}") for stelling in reversed(stellingen)]
    assert choices == [*expected, ("", "Algemeen")]


def test_form_of_the_shell_knows_no_table():
    """Without a database: there is nothing to ask."""
    form = BijdrageForm(tafel=None, auto_id="wijzig_%s")
    assert form.stelling_choices() == [("", "Algemeen")]
    assert list(form.fields["bijgesteld"].choices) == [("", "Nee")]
    horizons = [str(waarde) for waarde, _ in form.fields["horizon"].choices]
    assert horizons == ["", "nu", "middellang", "horizonjaar"]
    assert form["tekst"].id_for_label == "wijzig_tekst"
    assert "maxlength" not in str(form["tekst"])


def test_browser_never_cuts_off_what_is_pasted(tafel, ronde):
    """Without "maxlength" all of it is sent, and refused in words; with it a browser drops the end in silence."""
    assert "maxlength" not in str(new_form(tafel, Plek(ronde, None))["tekst"])
    assert "maxlength" not in str(edit_form(BijdrageFactory(tafel=tafel), tafel)["tekst"])
