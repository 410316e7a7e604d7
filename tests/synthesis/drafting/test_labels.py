"""The name of a proposed thread."""

from synthesis.drafting.labels import name_themes


def test_one_word_said_by_everybody_still_names_the_theme():
    assert name_themes(["gedachte 1", "gedachte 2"], [0, 0]) == {0: "Gedachte"}
    assert name_themes(["kermis", "kermis"], [0, 0]) == {0: "Kermis"}


def test_word_of_one_note_does_not_share_the_name_of_a_larger_theme():
    teksten = [
        "de bus rijdt niet",
        "geen bus na zeven",
        "de bus en de trekker",
        "wachten op een bus",
        "een school",
        "de school",
    ]
    assert name_themes(teksten, [0, 0, 0, 0, 1, 1])[0] == "Bus"
