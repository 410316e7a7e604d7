"""The bars of the benches: what does not hold is said, and ends the bench with 1."""

import pytest

from bench.bars import Bar, judge


@pytest.mark.parametrize(
    ("value", "limit", "least", "holds"),
    [(2, 2, False, True), (2.1, 2, False, False), (400, 400, True, True), (399, 400, True, False)],
)
def test_bar_holds_or_the_bench_ends_with_one(value, limit, least, holds, capsys):
    good = Bar("iets anders", 0, 0)
    assert judge([good, Bar("seconds", value, limit, " s", least=least)]) == int(not holds)
    assert ("DOES NOT HOLD" in capsys.readouterr().out) is not holds


def test_bench_that_measured_nothing_did_not_pass():
    assert judge([]) == 1
