"""The demo: a fictional reeks whose last diner is live at this very moment, and four doors to walk in by.

Only with ``DEMO=1``; ``checks.py`` refuses that on a public address.
"""

import json
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from denkdiner.errors import DenkdinerError
from sessions.models import Diner, Gebruiker, Lidmaatschap, Optreden, Reeks, Rol
from sessions.services import open_scherm, open_toegang, open_toegangen, scherm_token_of, token_of
from synthesis.exchange import import_reeks
from synthesis.queries import corpus_of
from synthesis.services import make_voorstel

Json = dict[str, Any]

DATA = settings.BASE_DIR / "synthesis" / "demo" / "reeks.json"
WACHTWOORD = "denkdiner-demo"
MENSEN = {
    "organisator": ("roos@demo.test", "Roos van Dalen", Rol.ORGANISATOR),
    "verslaglegger": ("vera@demo.test", "Vera Mulder", Rol.VERSLAGLEGGER),
}
"""Door → address, name and role of the fictional person behind it."""

DEUREN = ("organisator", "verslaglegger", "tafel", "scherm")
MAX_APPARATEN = 50
"""Every visitor of the demo sits down at table 1."""
ALTIJD = 24 * 365
"""Hours that a table of the demo stays open: a server may run for months."""
BEZIG = timedelta(minutes=9)
"""How long the live diner has been talking about its second stelling."""


@transaction.atomic
def load_demo(*, now: datetime) -> bool:
    """Make the demo reeks when there is none; else only set the clock of its live diner. True when it was made."""
    data = data_at(now)
    reeks = Reeks.objects.filter(slug=data["reeks"]["slug"]).first()
    if reeks is not None:
        _refresh_clock(reeks, data, now)
        return False
    reeks = import_reeks(inhoud=json.dumps(data).encode(), now=now).reeks
    reeks.max_apparaten, reeks.toegang_na_uren = MAX_APPARATEN, ALTIJD
    reeks.save(update_fields=["max_apparaten", "toegang_na_uren"])
    add_mensen(reeks)
    Optreden.objects.filter(diner__reeks=reeks).update(bevestigd_at=now)  # a file does not say who confirmed
    live = live_diner(reeks)
    open_toegangen(diner=live, now=now)
    for diner in reeks.diners.exclude(pk=live.pk):
        corpus = corpus_of(diner)
        for stelling in diner.stellingen.all():
            if not stelling.rode_draden.exists():
                make_voorstel(stelling=stelling, now=now, corpus=corpus)
    return True


def add_mensen(reeks: Reeks) -> None:
    """The people behind the doors are members of *reeks*."""
    for email, naam, rol in MENSEN.values():
        gebruiker = Gebruiker.objects.filter(email=email).first() or Gebruiker.objects.create_user(
            email, WACHTWOORD, naam=naam
        )
        Lidmaatschap.objects.get_or_create(gebruiker=gebruiker, reeks=reeks, rol=rol)


def live_diner(reeks: Reeks) -> Diner:
    """The diner that is on right now: the last of the demo's file, whatever visitors added to it.

    ``DenkdinerError`` when a visitor deleted it.
    """
    nummer = _source()["diners"][-1]["nummer"]
    diner = reeks.diners.select_related("reeks").filter(nummer=nummer).first()
    if diner is None:
        raise DenkdinerError("Het diner dat live was, is uit de demo verwijderd.")
    return diner


def demo_reeks() -> Reeks:
    """The demo's reeks; ``DenkdinerError`` before ``load_demo``, or when a visitor deleted it."""
    reeks = Reeks.objects.filter(slug=_source()["reeks"]["slug"]).first()
    if reeks is None:
        raise DenkdinerError("De demo staat niet klaar. Start de server opnieuw.")
    return reeks


def address_of(deur: str) -> str:
    """Where *deur* leads, as a path: "tafel" is table 1 of the live diner, with its token in the fragment."""
    reeks = demo_reeks()
    diner = live_diner(reeks)
    if deur == "tafel":
        tafel = diner.tafels.order_by("nummer").first()
        if tafel is None:
            raise DenkdinerError("De tafels van dit diner zijn uit de demo verwijderd.")
        toegang = open_toegang(tafel=tafel, now=timezone.now())
        return f"{reverse('capture:aanmelden')}#{token_of(toegang)}"
    if deur == "scherm":
        open_scherm(diner=diner)
        return reverse("diners:scherm", args=[scherm_token_of(diner)])
    if deur == "verslaglegger":
        return reverse("synthesis:werkbank", args=[reeks.slug, 1, 1])
    return reverse("diners:regie", args=[reeks.slug, diner.nummer])


def _source() -> Json:
    data: Json = json.loads(DATA.read_text(encoding="utf-8"))
    return data


def data_at(now: datetime) -> Json:
    """The demo's data as if its last diner is under way at *now*: dates moved along, rondes and notes given a time."""
    data = _source()
    lokaal = timezone.localtime(now)
    verschuiving = lokaal.date() - date.fromisoformat(data["diners"][-1]["datum"])
    for diner in data["diners"]:
        dag = date.fromisoformat(diner["datum"]) + verschuiving
        diner["datum"] = dag.isoformat()
        begin = datetime.combine(dag, time.fromisoformat(diner["begintijd"]), tzinfo=lokaal.tzinfo)
        rondes = diner["rondes"]
        if diner is data["diners"][-1]:
            bezig = next(plek for plek, ronde in enumerate(rondes) if ronde.get("stelling") == 2)
            rondes, begin = rondes[: bezig + 1], now - BEZIG - _duration(rondes[:bezig])
            diner["datum"] = timezone.localtime(begin).date().isoformat()  # yesterday, just after midnight
            diner["begintijd"] = timezone.localtime(begin).strftime("%H:%M")
        _give_times(diner, rondes, begin)
        if diner is data["diners"][-1]:
            del rondes[-1]["geeindigd"]
    return data


def _duration(rondes: list[Json]) -> timedelta:
    return timedelta(minutes=sum(ronde["minuten"] for ronde in rondes))


def _give_times(diner: Json, rondes: list[Json], begin: datetime) -> None:
    """Rondes follow each other from *begin* on; the notes of a ronde are spread over it in the file's order."""
    grenzen = [begin + _duration(rondes[:plek]) for plek in range(len(rondes) + 1)]
    for ronde, (van, tot) in zip(rondes, pairwise(grenzen), strict=True):
        ronde |= {"begonnen": van.isoformat(), "eindigt": tot.isoformat(), "geeindigd": tot.isoformat()}
    vensters = {ronde["nummer"]: grens for ronde, grens in zip(rondes, pairwise(grenzen), strict=True)}
    laatste = vensters[rondes[-1]["nummer"]]
    for nummer in {bijdrage.get("ronde") for bijdrage in diner["bijdragen"]}:
        samen = [bijdrage for bijdrage in diner["bijdragen"] if bijdrage.get("ronde") == nummer]
        van, tot = vensters.get(nummer, laatste)
        einde = min(tot, van + BEZIG) if (van, tot) == laatste else tot
        for plek, bijdrage in enumerate(samen):
            bijdrage["gemaakt"] = (van + (einde - van) * (plek + 1) / (len(samen) + 1)).isoformat()


def _refresh_clock(reeks: Reeks, data: Json, now: datetime) -> None:
    """A demo of yesterday is live again today; rondes that a visitor started or stopped are put back."""
    bron = data["diners"][-1]
    diner = reeks.diners.filter(nummer=bron["nummer"]).first()
    if diner is None:
        return
    Diner.objects.filter(pk=diner.pk).update(
        datum=date.fromisoformat(bron["datum"]),
        begintijd=time.fromisoformat(bron["begintijd"]),
        status=bron["status"],
    )
    loopt = diner.rondes.running().first()
    if loopt is not None and loopt.ends_at is not None and loopt.ends_at > now:
        return
    diner.rondes.update(started_at=None, ends_at=None, paused_remaining=None, ended_at=None)
    for rij in bron["rondes"]:
        if "begonnen" in rij:
            diner.rondes.filter(nummer=rij["nummer"]).update(
                started_at=datetime.fromisoformat(rij["begonnen"]),
                ends_at=datetime.fromisoformat(rij["eindigt"]),
                ended_at=datetime.fromisoformat(rij["geeindigd"]) if "geeindigd" in rij else None,
            )
