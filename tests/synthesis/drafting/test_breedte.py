"""Breadth in words, at every boundary."""

import pytest

from synthesis.drafting import breedte_woord


@pytest.mark.parametrize(
    ("steun", "besproken", "woord"),
    [
        (0, 0, "geen tafel"),
        (0, 8, "geen tafel"),
        (1, 1, "één tafel"),
        (1, 8, "één tafel"),
        (2, 2, "enkele tafels"),
        (2, 3, "enkele tafels"),
        (2, 8, "enkele tafels"),
        (3, 3, "alle tafels"),
        (8, 8, "alle tafels"),
        (4, 5, "vrijwel alle tafels"),
        (7, 8, "vrijwel alle tafels"),
        (8, 10, "vrijwel alle tafels"),
        (79, 100, "de meeste tafels"),
        (80, 100, "vrijwel alle tafels"),
        (99, 100, "vrijwel alle tafels"),
        (3, 4, "de meeste tafels"),
        (3, 5, "de meeste tafels"),
        (5, 8, "de meeste tafels"),
        (51, 100, "de meeste tafels"),
        (50, 100, "meerdere tafels"),
        (4, 8, "meerdere tafels"),
        (3, 6, "meerdere tafels"),
        (3, 8, "meerdere tafels"),
        (5, 4, "alle tafels"),
    ],
)
def test_breedte_woord_follows_the_thresholds(steun, besproken, woord):
    assert breedte_woord(steun, besproken) == woord


def test_breedte_woord_refuses_negative_counts():
    with pytest.raises(ValueError, match="counted"):
        breedte_woord(-1, 3)
