"""A note of each table, and the QR of tafel 1."""

import pytest

from sessions.tokens import derive_token
from tests.factories import BijdrageFactory, ToegangFactory
from tests.sessions.conftest import listen, stored

__all__ = ["listen", "stored"]
"""Fixtures of the programme that what is said needs too."""


@pytest.fixture
def femkes(tafels):
    return BijdrageFactory(tafel=tafels[0], tekst="Van Femke")


@pytest.fixture
def brams(tafels):
    return BijdrageFactory(tafel=tafels[1], tekst="Geheim van tafel twee")


@pytest.fixture
def toegang(tafels):
    """The QR of tafel 1; ``toegang.token`` is what stands behind the "#"."""
    toegang = ToegangFactory(tafel=tafels[0])
    toegang.token = derive_token(purpose="tafel", nonce=toegang.nonce)
    return toegang
