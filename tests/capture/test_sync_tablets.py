"""Three tablets of one table, a network that reorders and doubles, and the rules of docs/protocol.md a second time.

What a note has to look like is worked out by ``bench.faulty.ledger.State``, which was written from that page and shares
nothing with the server.
"""

import json
import uuid
from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TransactionTestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bench.faulty.ledger import State
from capture.models import Bijdrage, BijdrageVersie, Peiling, Quarantaine, Telling
from capture.queries import sync_notities
from tests.capture.ops import LATER, op, peiling, send
from tests.factories import ApparaatFactory, DinerFactory, StellingFactory, TafelFactory, ToegangFactory

WORDS = {"create", "edit"}
NOTES = 2
"""Notes of one run: few, so that tablets get in each other's way."""
FINAL = {"stored", "duplicate", "conflict", "quarantined"}


class Tablets(RuleBasedStateMachine):
    """Create, edit, move, delete, undo (restore, or an edit of what was deleted) and count hands: in any order, doubled."""

    def __init__(self):
        super().__init__()
        diner = DinerFactory()
        self.tafel = TafelFactory(diner=diner)
        toegang = ToegangFactory(tafel=self.tafel)
        self.stellingen = [StellingFactory(diner=diner) for _ in range(2)]
        self.apparaten = [ApparaatFactory(toegang=toegang) for _ in range(3)]
        self.devices = [str(uuid.uuid4()) for _ in range(3)]
        self.seqs = Counter()
        self.swift = True
        self.made, self.onderweg, self.gestuurd = {}, [], []
        self.said, self.revs, self.words, self.hands = {}, {}, {}, []
        """What the server said of an op first, its revision, each note when made, counts in order of arrival."""

    def _numbered(self, apparaat, made):
        self.seqs[apparaat] += 1
        made |= {"device_id": self.devices[apparaat], "seq": self.seqs[apparaat]}
        self.made[made["op_id"]] = made
        self.onderweg.append((apparaat, made))
        if self.swift:
            self.deliver_all()

    def _make(self, kind, note, base, tekst, stelling, apparaat):
        plek = ([None] + [s.pk for s in self.stellingen])[stelling]
        wie = self.apparaten[apparaat]
        self._numbered(apparaat, op(wie, kind=kind, note_id=note, base_rev=base, tekst=tekst, stelling=plek))

    @precondition(lambda self: len(self.words) < NOTES)
    @rule(
        tekst=st.text("abcdé ", min_size=1).filter(str.strip),
        stelling=st.integers(0, 2),
        apparaat=st.integers(0, 2),
    )
    def create(self, tekst, stelling, apparaat):
        note = str(uuid.uuid4())
        self.words[note] = tekst
        self._make("create", note, 0, tekst, stelling, apparaat)

    def _seen(self, note, behind):
        """The revision that a tablet sees which is *behind* by so many."""
        head = Bijdrage.objects.filter(pk=note).first()
        return max(0, (head.rev if head else 1) - behind)

    @precondition(lambda self: self.words)
    @rule(
        data=st.data(),
        behind=st.integers(0, 2),
        apparaat=st.integers(0, 2),
        kind=st.sampled_from(["edit", "delete", "restore"]),
    )
    def change(self, data, behind, apparaat, kind):
        note = data.draw(st.sampled_from(list(self.words)))
        base = self._seen(note, behind)
        self._make(kind, note, base, f"wijziging {len(self.made) % 5}", base % 3, apparaat)

    @precondition(lambda self: self.words)
    @rule(data=st.data(), undo=st.sampled_from(["restore", "edit"]), apparaat=st.integers(0, 2))
    def delete_and_undo(self, data, undo, apparaat):
        note = data.draw(st.sampled_from(list(self.words)))
        for kind in ("delete", undo):
            self._make(kind, note, self._seen(note, 0), self.words[note], 0, apparaat)

    @precondition(lambda self: self.words)
    @rule(data=st.data(), behind=st.integers(0, 2), stelling=st.integers(0, 2), apparaat=st.integers(0, 2))
    def move(self, data, behind, stelling, apparaat):
        note = data.draw(st.sampled_from(list(self.words)))
        self._make("edit", note, self._seen(note, behind), self.words[note], stelling, apparaat)

    @precondition(lambda self: len(self.made) > 3 * len(self.hands))
    @rule(
        stelling=st.integers(0, 1),
        eens=st.integers(0, 9),
        moment=st.sampled_from(["voor", "na"]),
        apparaat=st.integers(0, 2),
    )
    def count(self, stelling, eens, moment, apparaat):
        wie = self.apparaten[apparaat]
        self._numbered(apparaat, peiling(wie, self.stellingen[stelling], moment=moment, eens=eens))

    @precondition(lambda self: len(self.made) > 2)
    @rule()
    def network_changes(self):
        """Now and then it is good: what is typed arrives at once, in order."""
        self.swift = not self.swift

    def deliver_all(self):
        while self.onderweg:
            self.gestuurd.append(self.onderweg.pop(0))
            self._send(*self.gestuurd[-1])

    @precondition(lambda self: self.onderweg)
    @rule(data=st.data(), number=st.integers(1, 4), again=st.booleans())
    def deliver(self, data, number, again):
        for _ in range(min(number, len(self.onderweg))):
            place = data.draw(st.integers(0, len(self.onderweg) - 1))
            apparaat, made = self.onderweg[place] if again else self.onderweg.pop(place)
            self.gestuurd.append((apparaat, made))
            self._send(apparaat, made)

    @precondition(lambda self: len(self.gestuurd) > 1)
    @rule(data=st.data())
    def deliver_an_old_one_again(self, data):
        self._send(*data.draw(st.sampled_from(self.gestuurd)))

    def _send(self, apparaat, made):
        head = Bijdrage.objects.filter(pk=made.get("note_id")).first()
        (antwoord,) = send(self.apparaten[apparaat], made)
        said = antwoord["verdict"]
        assert antwoord["op_id"] == made["op_id"]
        assert said in FINAL
        if (eerder := self.said.get(made["op_id"])) is not None and eerder != "quarantined":
            assert said in ({"duplicate", "conflict"} if eerder == "conflict" else {"duplicate"})
            assert antwoord.get("rev") == self.revs[made["op_id"]]
            if made["kind"] == "edit":
                told = {note["id"]: note for note in sync_notities(self.tafel, None, LATER)["notities"]}
                beside = {versie["rev"] for versie in told[made["note_id"]]["versies"]}
                assert (said == "conflict") is (antwoord["rev"] in beside)
            return
        self.revs[made["op_id"]] = antwoord.get("rev")
        self.said[made["op_id"]] = said
        if made["kind"] == "peiling":
            assert said == "stored"
            self.hands.append(made)
            return
        assert (said == "quarantined") is (head is None and made["kind"] not in WORDS)
        after = Bijdrage.objects.filter(pk=made["note_id"]).first()
        if made["kind"] == "edit":
            assert not after.is_deleted  # an edit beats a delete: one that came before it …
        if made["kind"] == "delete" and head and not head.is_deleted and made["base_rev"] < head.rev:
            assert (said, after.is_deleted) == ("conflict", False)  # … and one that did not know it

    @invariant()
    def everything_that_was_acknowledged_can_be_found(self):
        versies = {str(v.op_id): v for v in BijdrageVersie.objects.filter(bijdrage__tafel=self.tafel)}
        tellingen = {str(t.op_id): t for t in Telling.objects.filter(peiling__tafel=self.tafel)}
        apart = {rij.op_id: json.loads(rij.op) for rij in Quarantaine.objects.filter(tafel=self.tafel)}
        for op_id, said in self.said.items():
            made = self.made[op_id]
            if said == "quarantined":
                assert apart[op_id] == made
            elif made["kind"] == "peiling":
                assert tellingen[op_id].eens == made["body"]["eens"]
            elif made["kind"] in WORDS:
                assert versies[op_id].body["tekst"] == made["body"]["tekst"].strip()
            else:
                assert versies[op_id].kind == made["kind"]

    @invariant()
    def nothing_is_doubled(self):
        versies = BijdrageVersie.objects.filter(bijdrage__tafel=self.tafel).values_list("op_id", flat=True)
        tellingen = Telling.objects.filter(peiling__tafel=self.tafel).values_list("op_id", flat=True)
        stored = [op_id for op_id, said in self.said.items() if said != "quarantined"]
        assert sorted(map(str, [*versies, *tellingen])) == sorted(stored)
        notes = Bijdrage.objects.filter(tafel=self.tafel).values_list("pk", flat=True)
        assert set(map(str, notes)) <= set(self.words)
        apart = list(Quarantaine.objects.filter(tafel=self.tafel).values_list("op_id", flat=True))
        assert len(set(apart)) == len(apart)

    @invariant()
    def every_note_looks_as_the_rules_say(self):
        for note in Bijdrage.objects.filter(tafel=self.tafel).prefetch_related("versies"):
            versies = sorted(note.versies.all(), key=lambda versie: versie.rev)
            assert [versie.rev for versie in versies] == list(range(1, note.rev + 1))
            state = State()
            for versie in versies:
                state.take(self.made[str(versie.op_id)])
            assert (note.tekst, note.stelling_id, note.is_deleted, note.twee_versies) == (
                state.tekst,
                state.stelling,
                state.deleted,
                state.two,
            )

    @invariant()
    def the_tablets_are_shown_every_text_that_nobody_chose_from(self):
        told = {note["id"]: note for note in sync_notities(self.tafel, None, LATER)["notities"]}
        for note in Bijdrage.objects.filter(tafel=self.tafel):
            assert bool(told[str(note.pk)]["versies"]) is note.twee_versies

    @invariant()
    def the_last_count_of_hands_stands(self):
        for shown in Peiling.objects.filter(tafel=self.tafel):
            plek = (shown.stelling_id, shown.moment)
            stands, highest = None, Counter()
            for made in self.hands:
                if (made["stelling"], made["body"]["moment"]) != plek:
                    continue
                if made["seq"] > highest[made["device_id"]]:
                    highest[made["device_id"]], stands = made["seq"], made
            assert shown.eens == stands["body"]["eens"]


class TestTablets(TransactionTestCase):
    def test_nothing_is_lost_whatever_the_network_does(self):
        run_state_machine_as_test(
            Tablets,
            settings=settings(
                max_examples=30,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
