"""Every count across the diners against a plain recount, on random reeksen beside a reeks of somebody else."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from capture.models import Bijdrage, Bron, Horizon, Soort, Standpunt
from sessions.models import Rondesoort
from synthesis import queries
from synthesis.models import Draadstatus, Onderbouwing, Onderbouwingsrol
from synthesis.queries.veranderd import in_time
from tests.factories import (
    NOW,
    DinerFactory,
    ReeksFactory,
    RodeDraadFactory,
    RondeFactory,
    StellingFactory,
    TafelFactory,
)

pytestmark = pytest.mark.django_db
TEGENSTEM = Onderbouwingsrol.TEGENSTEM


class Undo(Exception):
    """Ends an example: the next one begins with an empty database."""


class Wereld:
    """A reeks at random, as plain lists."""

    def __init__(self, zaad, diners):
        self.r = r = random.Random(zaad)
        self.reeks = ReeksFactory()
        self.diners = [DinerFactory(reeks=self.reeks, nummer=n + 1) for n in range(diners)]
        self.stellingen, self.tafels, self.rondes, self.notities, self.draden = [], {}, {}, [], []
        for diner in self.diners:
            eigen = [StellingFactory(diner=diner, nummer=n + 1) for n in range(r.randint(0, 3))]
            self.stellingen += eigen
            self.tafels[diner.pk] = [TafelFactory(diner=diner, nummer=n + 1) for n in range(r.randint(1, 4))]
            self.rondes[diner.pk] = [
                RondeFactory(
                    diner=diner,
                    nummer=n + 1,
                    soort=r.choice([Rondesoort.SPREKER, Rondesoort.TAFELGESPREK]),
                    **self.began(),
                )
                for n in range(r.randint(0, 4))
            ]
            self.notities += [self.note(diner, eigen) for _ in range(r.randint(0, 25))]
            self.draden += [
                RodeDraadFactory(stelling=een, status=r.choice(Draadstatus.values))
                for een in eigen
                for _ in range(r.randint(0, 3))
            ]
        Bijdrage.objects.bulk_create(self.notities)
        for later in r.sample(self.notities, len(self.notities) // 4):
            broers = [n for n in self.notities if n.diner_id == later.diner_id and n is not later]
            if broers:
                later.bijgesteld = r.choice(broers)
                later.save()
        self.boven = [
            RodeDraadFactory(stelling=None, reeks=self.reeks, status=r.choice(Draadstatus.values))
            for _ in range(r.randint(0, 3))
        ]
        self.onder = [
            Onderbouwing(
                bijdrage=note,
                rode_draad=r.choice([*self.draden, None]),
                rol=r.choice(Onderbouwingsrol.values),
            )
            for note in self.notities
            if self.draden and r.random() < 0.8
        ]
        self.links = [
            Onderbouwing(rode_draad=een, draad=draad)
            for een in self.boven
            for draad in self.draden
            if r.random() < 0.3
        ]
        Onderbouwing.objects.bulk_create(self.onder + self.links)

    def began(self):
        if self.r.random() < 0.3:
            return {}
        begin = NOW - timedelta(minutes=self.r.randint(1, 300))
        return {"started_at": begin, "ended_at": begin + timedelta(minutes=5)}

    def note(self, diner, stellingen):
        r = self.r
        return Bijdrage(
            diner=diner,
            tafel=r.choice(self.tafels[diner.pk]),
            stelling=r.choice([*stellingen, None]),
            ronde=r.choice([*self.rondes[diner.pk], None]),
            bron=r.choices(Bron.values, [8, 1, 1])[0],
            soort=r.choice(Soort.values),
            standpunt=r.choice([*Standpunt.values, ""]),
            horizon=r.choice([*Horizon.values, ""]),
            deleted_at=r.choices([None, NOW], [5, 1])[0],
            tekst="Gezegd",
            created_at=NOW,
            updated_at=NOW,
        )

    # --- the plain recount ---

    def counting(self, **waar):
        """Present notes of tables."""
        return [
            n
            for n in self.notities
            if n.bron == Bron.TAFEL
            and n.deleted_at is None
            and all(getattr(n, naam) == waarde for naam, waarde in waar.items())
        ]

    def carrying(self, draad):
        """(note, rol) of what counts in a thread of a stelling."""
        tellend = {n.pk for n in self.counting(stelling_id=draad.stelling_id)}
        return [(o.bijdrage, o.rol) for o in self.onder if o.rode_draad is draad and o.bijdrage_id in tellend]

    def tables(self, draad, tegen):
        return {n.tafel.nummer for n, rol in self.carrying(draad) if (rol == TEGENSTEM) == tegen}

    def discussed(self, stelling):
        return {n.tafel.nummer for n in self.counting(stelling_id=stelling.pk)}


def check_matrix(w, *, vast):
    stand = queries.dwars(w.reeks, alleen_vastgesteld=vast)
    mag = {d.pk for d in [*w.draden, *w.boven] if not vast or d.status == Draadstatus.VASTGESTELD}
    zichtbaar = {d.pk: d for d in w.draden if d.pk in mag}
    assert stand.totaal == len(zichtbaar)
    assert {rij.draad.pk for rij in stand.rijen} == {d.pk for d in w.boven} & mag
    gelinkt = set()
    for rij in [*stand.rijen, stand.los]:
        if rij.draad is not None:
            echt = {link.draad_id for link in w.links if link.rode_draad_id == rij.draad.pk} & mag
            gelinkt |= echt
        else:
            echt = set(zichtbaar) - gelinkt
        assert sorted(t.draad.pk for t in rij.dragers) == sorted(echt)
        assert len(rij.per_diner) == len(w.diners)
        for diner, cel in zip(w.diners, rij.per_diner, strict=True):
            for telling in cel:
                draad = zichtbaar[telling.draad.pk]
                assert draad.diner_id == diner.pk
                assert telling.notities == len(w.carrying(draad))
                assert telling.tafels == len(w.tables(draad, tegen=False))
                assert telling.tegen == len(w.tables(draad, tegen=True))
                assert telling.besproken == len(w.discussed(draad.stelling))
        assert rij.diners == len({zichtbaar[pk].diner_id for pk in echt})
        assert rij.notities == sum(len(w.carrying(zichtbaar[pk])) for pk in echt)
    assert {s.pk for s in stand.kaal} == {s.pk for s in w.stellingen} - {
        d.stelling_id for d in zichtbaar.values()
    }


def numbers(rij):
    return (rij.nu, rij.middellang, rij.horizonjaar, rij.niet)


def looking(notities):
    return tuple(sum(n.horizon == h for n in notities) for h in ("nu", "middellang", "horizonjaar", ""))


def check_horizon(w):
    geheel, rijen = queries.horizon_of_reeks(w.reeks, w.diners)
    assert numbers(geheel) == looking(w.counting())
    assert [numbers(rij) for rij in rijen] == [looking(w.counting(diner_id=d.pk)) for d in w.diners]


def around(w, diner, plek, rondes, **waar):
    voor, na = {r.pk for r in rondes[:plek]}, {r.pk for r in rondes[plek + 1 :]}
    alle = w.counting(diner_id=diner.pk, **waar)
    return [n for n in alle if n.ronde_id in voor], [n for n in alle if n.ronde_id in na]


def check_overview(w):
    for diner, regel in zip(w.diners, queries.overzicht_of(w.reeks, w.diners), strict=True):
        alle = w.counting(diner_id=diner.pk)
        assert (regel.notities, regel.bijgesteld) == (
            len(alle),
            sum(n.bijgesteld_id is not None for n in alle),
        )
        assert regel.inbreng == sum(
            n.bron == Bron.SPREKER and n.deleted_at is None for n in w.notities if n.diner_id == diner.pk
        )
        rondes = in_time(w.rondes[diner.pk])
        sprekers = [plek for plek, r in enumerate(rondes) if r.soort == Rondesoort.SPREKER]
        assert regel.met_spreker == bool(sprekers)
        voor, na = around(w, diner, sprekers[0], rondes) if sprekers else ([], [])
        assert (regel.voor_spreker, regel.na_spreker) == (len(voor), len(na))


def check_diner(w, diner):
    stand = queries.dinersynthese(diner)
    geheel = looking(w.counting(diner_id=diner.pk))
    assert numbers(stand.horizon) == geheel
    for een, rij in zip(stand.stellingen, stand.horizon_per_stelling, strict=True):
        alle = w.counting(stelling_id=een.stelling.pk)
        assert numbers(rij) == looking(alle)
        assert een.notities == len(alle)
        assert set(een.besproken) == w.discussed(een.stelling)
        assert set(een.stil) == {t.nummer for t in w.tafels[diner.pk]} - w.discussed(een.stelling)
        eigen = [d for d in w.draden if d.stelling_id == een.stelling.pk]
        assert {d.draad.pk for d in een.draden} == {d.pk for d in eigen}
        for regel in een.draden:
            draad = next(d for d in eigen if d.pk == regel.draad.pk)
            assert set(regel.tafels.steun) == w.tables(draad, tegen=False)
            assert set(regel.tafels.tegen) == w.tables(draad, tegen=True)
            assert regel.notities == len(w.carrying(draad))
            assert {b.pk for b in regel.draagt} == {
                k.rode_draad_id for k in w.links if k.draad_id == draad.pk
            }
        check_change(w, diner, een.verandering, alle)


def check_change(w, diner, verandering, alle):
    rondes = in_time(w.rondes[diner.pk])
    assert sum(regel.telling.totaal for regel in verandering.rondes) == len(alle)
    samen_standpunt, samen_soort = Counter(), Counter()
    for regel in verandering.rondes:
        samen_standpunt += regel.telling.standpunten
        samen_soort += regel.telling.soorten
    assert samen_standpunt == Counter(n.standpunt for n in alle)
    assert samen_soort == Counter(n.soort for n in alle)
    sprekers = [plek for plek, r in enumerate(rondes) if r.soort == Rondesoort.SPREKER]
    echt = [around(w, diner, plek, rondes, stelling_id=verandering.stelling.pk) for plek in sprekers]
    echt = [(voor, na) for voor, na in echt if voor or na]
    assert [(m.voor.totaal, m.na.totaal) for m in verandering.sprekers] == [(len(v), len(n)) for v, n in echt]
    for moment, (voor, na) in zip(verandering.sprekers, echt, strict=True):
        for telling, notities in ((moment.voor, voor), (moment.na, na)):
            assert telling.per_standpunt == tuple(
                sum(n.standpunt == s for n in notities) for s in (*Standpunt.values, "")
            )
    bij = {n.pk: n.bijgesteld for n in alle if n.bijgesteld_id}
    assert {p.later.pk for p in verandering.bijstellingen} == set(bij)
    for paar in verandering.bijstellingen:
        eerder = bij[paar.later.pk]
        assert (paar.eerder and paar.eerder.pk) == (None if eerder.deleted_at else eerder.pk)
    assert {n.pk for n in verandering.inbreng} == {
        n.pk
        for n in w.notities
        if n.stelling_id == verandering.stelling.pk and n.bron == Bron.SPREKER and n.deleted_at is None
    }


# a smaller seed is no simpler reeks: shrinking would only cost minutes
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
)
@given(zaad=st.integers(0, 2**32), diners=st.integers(1, 3))
def test_every_count_is_what_a_plain_recount_says(db, zaad, diners):
    try:
        with transaction.atomic():
            w = Wereld(zaad, diners)
            Wereld(zaad + 1, 1)  # of somebody else: never in any count
            check_matrix(w, vast=False)
            check_matrix(w, vast=True)
            check_horizon(w)
            check_overview(w)
            for diner in w.diners:
                check_diner(w, diner)
            raise Undo
    except Undo:
        pass
