"""Two reporters at one board: whatever they do, at whatever moment, nothing is lost, doubled or overwritten unseen."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from denkdiner.errors import DenkdinerError
from synthesis import queries, services
from synthesis.models import Handeling, Onderbouwing, RodeDraad
from tests.factories import NOW, LidmaatschapFactory, OnderbouwingFactory, RodeDraadFactory
from tests.synthesis.bordspel import STEPS, TOGETHER, Board, Reporter

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # a seed is not made simpler by trying
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck), "phases": PHASES}
SEED = st.integers(0, 2**32 - 1)


def moves(seed, steps, aantal):
    """Who looks first, what they do, and with which numbers."""
    rnd = Random(seed)
    for _ in range(aantal):
        yield rnd.random() < 0.5, rnd.choice(steps), [rnd.randrange(60) for _ in range(3)]


class TwoReporters(TestCase):
    @settings(max_examples=2, **SLOW)
    @given(seed=SEED)
    def test_two_hundred_steps_each_lose_and_double_nothing(self, seed):
        board = Board()
        reporters = [Reporter(board, "Vera"), Reporter(board, "Daan")]
        done = Counter()
        for n, (looks, doe, numbers) in enumerate(moves(seed, TOGETHER, 400)):
            reporter = reporters[n % 2]
            if looks:
                reporter.look()
            if reporter.notes and reporter.act(doe, *numbers):
                done[doe] += 1
            board.check()
            if n % 5 == 0:
                board.check_words()
        assert sum(done.values()) > 100, "most of it was refused"
        while [reporter for reporter in reporters if reporter.ongedaan() is not None]:
            board.check()
        board.check_words()
        assert not Handeling.objects.done().exists(), "everything was taken back, or passed over and said so"
        for draad in RodeDraad.alle.all():
            draad.full_clean()
        boards = []
        for reporter in reporters:
            LidmaatschapFactory(gebruiker=reporter.gebruiker, reeks=board.diner.reeks, rol="verslaglegger")
            boards.append(self._page(board, reporter.gebruiker))
        assert boards[0] == boards[1], "both see the same board"

    def _page(self, board, gebruiker):
        """What stands on the board of one of them, in order."""
        self.client.force_login(gebruiker)
        slug, nummer = board.diner.reeks.slug, board.diner.nummer
        adres = f"/reeksen/{slug}/diners/{nummer}/stellingen/{board.stelling.nummer}/werkbank/draden/"
        bank = self.client.get(adres).context["bank"]
        kaarten = [
            (kaart.draad.titel, kaart.draad.tekst, kaart.draad.version, kaart.bijdragen)
            for kaart in bank.kaarten
        ]
        return kaarten, bank.los, bank.opzij, bank.minderheid

    @settings(max_examples=5, **SLOW)
    @given(seed=SEED)
    def test_one_who_takes_everything_back_is_where_it_began_and_forth_where_it_ended(self, seed):
        board = Board()
        vera = Reporter(board, "Vera")
        states = [board.stored()]
        for _, doe, numbers in moves(seed, STEPS, 40):
            vera.look()
            if vera.act(doe, *numbers):
                states.append(board.stored())
        assert Handeling.objects.count() == len(states) - 1
        for before in states[-2::-1]:
            assert vera.ongedaan()
            assert board.stored() == before
            board.check_words()
        assert vera.ongedaan() is None
        for after in states[1:]:
            assert vera.opnieuw()
            assert board.stored() == after
            board.check_words()
        assert vera.opnieuw() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keer", range(3))
def test_two_at_the_very_same_time_lose_and_double_nothing(keer):
    """Real threads: on PostgreSQL their steps really cross."""
    board = Board()
    reporters = [Reporter(board, "Vera"), Reporter(board, "Daan")]

    def play(reporter, seed):
        done = 0
        try:
            for n in range(60):
                if n % 3 == 0:
                    reporter.look()
                doe = STEPS[(n * seed + keer) % len(STEPS)] if n % 5 else ("ongedaan", "opnieuw")[n % 2]
                try:
                    done += bool(getattr(reporter, doe)(n * seed, n + seed, n * 3 + seed))
                except DenkdinerError:
                    continue
        finally:
            connections.close_all()
        return done

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(play, reporters, (7, 11)))
    assert min(done) > 5
    board.check()
    board.check_words()
    assert Onderbouwing.objects.filter(bijdrage__isnull=False).count() <= len(board.notes)
    for draad in RodeDraad.alle.all():
        draad.full_clean()
    assert queries.werkbank(board.stelling).totaal == len(board.notes)


@pytest.mark.django_db(transaction=True)
def test_merging_and_placing_across_the_diners_at_the_very_same_time_never_wait_in_a_ring():
    """On PostgreSQL their locks really cross: of the threads of the stelling, and of those of the reeks above them."""
    board = Board()
    vera, daan = (Reporter(board, naam).gebruiker for naam in ("Vera", "Daan"))
    reeks = board.diner.reeks
    boven = [RodeDraadFactory(stelling=None, reeks=reeks, status="vastgesteld") for _ in range(2)]
    van, naar = RodeDraad.objects.filter(stelling=board.stelling).order_by("pk")[:2]
    for een in boven:
        OnderbouwingFactory(rode_draad=een, bijdrage=None, draad=van)

    def merge():
        services.merge_rode_draden(van=van, naar=naar, reden="Zelfde", gebruiker=vera, now=NOW)
        services.undo_handeling(stelling=board.stelling, gebruiker=vera, now=NOW)

    def place():
        wie = {"reeks": reeks, "gebruiker": daan, "now": NOW}
        services.place_draden(plaatsen=[(naar.pk, None)], naar=boven[1].pk, **wie)
        services.place_draden(plaatsen=[(naar.pk, boven[1].pk)], **wie)
        een = RodeDraad.objects.get(pk=boven[0].pk)
        services.edit_rode_draad(
            draad=een, version=een.version, door=[naar], titel="Anders", gebruiker=daan, now=NOW
        )

    def play(step):
        try:
            for _ in range(25):
                try:
                    step()
                except DenkdinerError:
                    continue
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(play, (merge, place)))
    for een in boven:
        dragers = list(een.onderbouwingen.values_list("draad", flat=True))
        assert len(set(dragers)) == len(dragers)
