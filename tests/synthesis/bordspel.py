"""Reporters at one board, as a game for the tests: anything anybody can do, also with a board from a while ago."""

from django.db import transaction

from capture.models import Bijdrage
from denkdiner.errors import DenkdinerError
from synthesis import queries, services
from synthesis.models import Handeling, Minderheid, Onderbouwing, RodeDraad
from tests.factories import (
    NOW,
    BijdrageFactory,
    DinerFactory,
    GebruikerFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    StellingFactory,
    TafelFactory,
)

STEPS = [
    "plaats",
    "plaats",
    "plaats",
    "nieuw",
    "opzij",
    "los",
    "hernoem",
    "samen",
    "samen",
    "splits",
    "orden",
]
STEPS += ["schuif", "verwijder", "rol", "quote", "pool"]
TOGETHER = [*STEPS, "schrijf", "schrijf", "ongedaan", "ongedaan", "opnieuw", "opnieuw", "tafel", "voorstel"]
INHOUD = ("titel", "tekst", "pool_a", "pool_b", "kernvraag", "status")


class Board:
    """A stelling with notes of three tables, two drafted threads, one of a person, and somebody at the spreker's table."""

    def __init__(self, notes=12):
        self.diner = DinerFactory()
        self.stelling, self.elders = (StellingFactory(diner=self.diner) for _ in range(2))
        tafels = [TafelFactory(diner=self.diner, nummer=nummer) for nummer in (1, 2, 3)]
        self.notes = [
            BijdrageFactory(
                tafel=tafels[n % 3], stelling=self.stelling, letterlijk=n % 2 == 0, tekst=f"notitie {n}"
            )
            for n in range(notes)
        ]
        draden = [
            RodeDraadFactory(
                stelling=self.stelling, volgorde=n, tekst=f"Tekst {n}.", pool_a="snel", pool_b="samen"
            )
            for n in range(3)
        ]
        RodeDraad.objects.filter(pk=draden[2].pk).update(door_mens=True, kernvraag="Hoe?")
        for n, note in enumerate(self.notes[:7]):
            OnderbouwingFactory(rode_draad=draden[n % 3], bijdrage=note, volgorde=n)
        self.written, self.versions, self.moved = set(), {}, False

    def stored(self):
        """Everything a step can change, as it is stored; what cannot change by a refused step or by taking it back."""
        return (
            sorted(
                map(
                    str,
                    Onderbouwing.objects.values_list(
                        "bijdrage", "rode_draad", "rol", "pool", "reden", "volgorde"
                    ),
                )
            ),
            list(RodeDraad.objects.order_by("pk").values_list("pk", "volgorde", *INHOUD)),
            list(
                Minderheid.objects.filter(vervallen=False)
                .order_by("pk")
                .values_list("titel", "naar", "reden")
            ),
        )

    def counted(self):
        return Handeling.objects.count(), RodeDraad.alle.count(), Minderheid.objects.count()

    def check(self):
        """Nothing is lost or doubled."""
        bank = queries.werkbank(self.stelling)
        in_draad = [b.pk for kaart in bank.kaarten for b in kaart.bijdragen]
        alle = [*in_draad, *(b.pk for b in bank.los), *(b.pk for b in bank.opzij)]
        here = Bijdrage.objects.present().filter(stelling=self.stelling).values_list("pk", flat=True)
        assert sorted(alle) == sorted(here)
        assert (bank.geplaatst, bank.totaal) == (len(in_draad), len(here))

    def check_words(self):
        """Nothing that was written is gone, and no thread changed without a new version, or has an older one."""
        weg = Onderbouwing.objects.filter(
            rode_draad__verwijderd_at__isnull=False, bijdrage__stelling=self.stelling
        )
        assert self.moved or not weg.exists(), "a thread that was put away holds a note"
        words = "\n".join(RodeDraad.alle.values_list("tekst", flat=True))
        assert [word for word in self.written if word not in words] == []
        for draad in RodeDraad.alle.values("pk", "version", "verwijderd_at", *INHOUD):
            pk, version = draad.pop("pk"), draad.pop("version")
            before, was = self.versions.get(pk, (0, None))
            assert version > before or (version == before and draad == was), "changed without a new version"
            self.versions[pk] = version, draad


class Reporter:
    """Somebody who looks at the board now and then, and acts on what stood there."""

    def __init__(self, board, naam):
        self.board, self.gebruiker = board, GebruikerFactory(naam=naam)
        self.look()

    def look(self):
        bank = queries.werkbank(self.board.stelling)
        self.draden = [kaart.draad for kaart in bank.kaarten]
        self.plek = {b.pk: str(kaart.draad.pk) for kaart in bank.kaarten for b in kaart.bijdragen}
        self.plek |= dict.fromkeys((b.pk for b in bank.los), queries.LOS)
        self.plek |= dict.fromkeys((b.pk for b in bank.opzij), queries.OPZIJ)
        self.notes = [b for b in self.board.notes if b.pk in self.plek]

    def act(self, doe, a, b, c):
        """Do it with the numbers *a*, *b*, *c*; returns whether it was done. What is refused leaves nothing behind."""
        before, counted = self.board.stored(), self.board.counted()
        try:
            with transaction.atomic():
                gedaan = getattr(self, doe)(a, b, c)
        except DenkdinerError:
            gedaan = None
        if gedaan is None:
            assert (self.board.stored(), self.board.counted()) == (before, counted), "half a step"
        if isinstance(gedaan, Handeling):
            return gedaan.pk is not None
        return bool(gedaan)

    @property
    def wie(self):
        return {"gebruiker": self.gebruiker, "now": NOW}

    def _draad(self, n):
        if not self.draden:
            raise DenkdinerError("geen draden")
        return self.draden[n % len(self.draden)]

    def _some(self, a, b):
        gekozen = [self.notes[(a + i * 5) % len(self.notes)] for i in range(1 + b % 3)]
        gekozen = list(dict.fromkeys(gekozen))
        return {"bijdragen": gekozen, "gezien": [self.plek[n.pk] for n in gekozen]}

    def _one(self, a):
        note = self.notes[a % len(self.notes)]
        return {"bijdrage": note, "gezien": self.plek[note.pk]}

    def plaats(self, a, b, c):
        return services.place_bijdragen(draad=self._draad(c), **self._some(a, b), **self.wie)

    def nieuw(self, a, b, c):
        met = self._some(a, b) if c % 3 else {}
        titel = f"Nieuw {c}" if c % 7 else " "
        return services.start_rode_draad(stelling=self.board.stelling, titel=titel, **met, **self.wie)

    def opzij(self, a, b, c):
        return services.park_bijdragen(reden=f"Reden {c}" if c % 5 else "", **self._some(a, b), **self.wie)

    def los(self, a, b, c):
        return services.loosen_bijdragen(**self._some(a, b), **self.wie)

    def hernoem(self, a, b, c):
        draad = self._draad(a)
        titel = f"Titel {b}" if c % 7 else "x" * 201
        return services.rename_rode_draad(draad=draad, titel=titel, version=draad.version, **self.wie)

    def samen(self, a, b, c):
        van, reden = self._draad(a), f"Reden {c}" if c % 2 else ""
        return services.merge_rode_draden(
            van=van, naar=self._draad(b), version=van.version, reden=reden, **self.wie
        )

    def splits(self, a, b, c):
        """Notes of one thread, and now and then one from elsewhere."""
        draad = self._draad(c)
        eigen = [note for note in self.notes if self.plek[note.pk] == str(draad.pk)]
        gekozen = eigen[: max(1, len(eigen) - 1)] if b % 4 else self._some(a, b)["bijdragen"]
        return services.split_rode_draad(draad=draad, titel=f"Deel {b}", bijdragen=gekozen, **self.wie)

    def orden(self, a, b, c):
        return services.move_rode_draad(draad=self._draad(a), naar=b % 6, **self.wie)

    def schuif(self, a, b, c):
        return services.shift_bijdrage(plek=b % 5, **self._one(a), **self.wie)

    def verwijder(self, a, b, c):
        draad, reden = self._draad(a), f"Reden {c}" if c % 2 else ""
        return services.delete_rode_draad(draad=draad, version=draad.version, reden=reden, **self.wie)

    def rol(self, a, b, c):
        rol = ("steun", "tegenstem", "voorbeeld", "quote", "onzin")[c % 5]
        return services.set_rol(rol=rol, pool=("", "a", "b")[b % 3], **self._one(a), **self.wie)

    def quote(self, a, b, c):
        return services.toggle_quote(**self._one(a), **self.wie)

    def pool(self, a, b, c):
        return services.toggle_pool(pool=("a", "b", "c")[c % 3], **self._one(a), **self.wie)

    def schrijf(self, a, b, c):
        """In the editor: words are added to what stood there."""
        draad = self._draad(a)
        woord = f"[{self.gebruiker.naam} {len(self.board.written)}]"
        services.edit_rode_draad(
            draad=draad,
            version=draad.version,
            tekst=f"{draad.tekst} {woord}",
            kernvraag=f"Vraag {b}?",
            **self.wie,
        )
        self.board.written.add(woord)
        return True

    def ongedaan(self, a=0, b=0, c=0):
        uitkomst = services.undo_handeling(stelling=self.board.stelling, **self.wie)
        return uitkomst and uitkomst.gelukt

    def opnieuw(self, a=0, b=0, c=0):
        uitkomst = services.redo_handeling(stelling=self.board.stelling, **self.wie)
        return uitkomst and uitkomst.gelukt

    def tafel(self, a, b, c):
        """A table bins a note, moves it to another stelling, or takes it back."""
        note = Bijdrage.objects.filter(pk=self.board.notes[a % len(self.board.notes)].pk)
        if b % 2:
            note.update(deleted_at=NOW if c % 2 else None)
        else:
            note.update(stelling=self.board.elders if c % 2 else self.board.stelling)
            self.board.moved = True  # what it left behind in a thread means nothing
        return True

    def voorstel(self, a, b, c):
        services.make_voorstel(stelling=self.board.stelling, now=NOW)
        return True
