"""The faults of bench/faults.py in a form of seconds: the real server, killed, behind a bad network.

The long form is `make faults`. A verdict that never fails is worth nothing: a handful of the planted bugs has to be found.
"""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.faulty import browser
from bench.faulty.plants import PLANTS
from bench.faulty.scenarios import QUICK, SCENARIOS, scenarios_of
from bench.faulty.site import Ground, ground

KIND = os.environ.get("TEST_BACKEND", "sqlite")
FOUND_QUICKLY = (
    "check-then-insert",
    "reply-before-commit",
    "delete-removes-the-row",
    "last-one-wins",
    "one-bad-op-stops-all",
    "clock-decides-the-ronde",
    "new-ids-on-retry",
    "ignores-the-epoch",
)
if KIND == "postgres":  # the others say nothing of the database
    FOUND_QUICKLY = FOUND_QUICKLY[:3]


@pytest.fixture(scope="module")
def made() -> Iterator[Ground]:
    with ground(KIND) as result:
        yield result


# the real page has tests of its own (tests/e2e/test_tablet.py); in `make faults` it is here too
@pytest.mark.parametrize("name", [name for name in scenarios_of(KIND) if name not in {"browser", "killed"}])
def test_nothing_is_lost_or_doubled(made, name):
    report = asyncio.run(SCENARIOS[name](made, QUICK))
    assert report.violations == []
    assert report.intended == report.acknowledged == report.stored > 0


@pytest.mark.parametrize("name", FOUND_QUICKLY)
def test_planted_bug_is_found(made, name):
    plant = PLANTS[name]
    where = {"plant": name} if plant.where == "server" else {"bugs": (name,)}
    report = asyncio.run(SCENARIOS[plant.scenario](made, replace(QUICK, quiet=4.0, **where)))
    assert report.violations != []


def test_every_planted_bug_has_its_place():
    """A bug that cannot be planted any more would be "not found", and say nothing of the verdict."""
    for name, plant in PLANTS.items():
        assert plant.scenario in SCENARIOS
        assert (name in browser.PLANTED) is (plant.where == "browser")
    for module, genuine, bug in browser.PLANTED.values():
        assert (browser.ROOT / f"static/js/tablet/{module}.js").read_text().count(genuine) == 1
        assert genuine != bug
