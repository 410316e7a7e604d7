"""Every step that an organiser can post leaves a line in the log; a new route fails here until somebody says which."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions import services
from sessions.models import Diner, Dinerstatus, Gast, Logregel, Plaats, Ronde, Spreker
from synthesis.models import Vrijgave
from synthesis.queries.vrijgaven import vingerafdruk
from synthesis.services import renew_gastlink
from tests.factories import (
    NOW,
    DinerFactory,
    GastFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
    StemmingFactory,
    TaakFactory,
    TafelFactory,
)
from tests.routes import ROUTES, address

pytestmark = pytest.mark.django_db
OPEN = {"status": Dinerstatus.VOORBEREIDING}


# --- what is posted, by route: the fields, or a function of (values of the address, diner) that prepares and returns them --


def _titled(thing):
    return {"titel": thing.titel}


def _diner_delete(w, diner):
    ander = DinerFactory(reeks=diner.reeks, nummer=8, **OPEN)
    w["nummer"] = 8
    return _titled(ander)


def _new_ronde(w, diner):
    w["ronde"] = RondeFactory(diner=diner, nummer=2, stelling=None, soort="tafelgesprek").pk
    return {"soort": "pauze", "titel": "Even pauze", "minuten": "10", "naar": "2"}


def _new_tafel(w, diner):
    w["tafel"] = TafelFactory(diner=diner, nummer=9).pk
    return {"nummer": "9", "naam": "Bij het raam", "aantal_gasten": "6"}


def _new_stelling(w, diner):
    w["stelling"] = StellingFactory(diner=diner, nummer=9).nummer
    return {"tekst": "Anders gezegd", "status": "concept"}


def _stelling_move(w, diner):
    Ronde.objects.filter(diner=diner).update(started_at=None, ends_at=None)
    w["stelling"] = StellingFactory(diner=diner, nummer=9).nummer
    return {"naar": "1"}


def _ronde_move(w, diner):
    _new_ronde(w, diner)
    RondeFactory(diner=diner, nummer=3, stelling=None, soort="pauze")
    return {"naar": "1000"}


def _draaiboek(w, diner):
    DinerFactory(reeks=diner.reeks, nummer=8, **OPEN)
    w["nummer"] = 8
    return {}


def _optreden_add(w, diner):
    return {"spreker": SprekerFactory(reeks=diner.reeks).pk}


def _guest_in_ronde(w, diner):
    _new_ronde(w, diner)
    gast, tafel = GastFactory(diner=diner), TafelFactory(diner=diner, nummer=9, aantal_gasten=4)
    Plaats.objects.create(gast=gast, ronde_id=w["ronde"], tafel=tafel)
    return {"gast": gast.pk, "tafel": tafel.pk, "vast": "on"}


def _enough_to_seat(w, diner):
    _guest_in_ronde(w, diner)
    return {}


def _running(soort, reeks_wide=False):
    def prepare(w, diner):
        now = timezone.now()
        veld = {"diner": None, "reeks": diner.reeks} if reeks_wide else {"diner": diner}
        TaakFactory(
            soort=soort, status="bezig", voortgang=1, asked_at=now, heartbeat_at=now, finished_at=None, **veld
        )
        return {}

    return prepare


def _codes_close(w, diner):
    services.open_toegangen(diner=diner, now=NOW)
    return {}


def _hulp(w, diner):
    services.ask_hulp(tafel=diner.tafels.get(pk=w["tafel"]), now=NOW)
    return {}


def _stemming(w, diner):
    stemming = StemmingFactory(
        stelling=diner.stellingen.get(nummer=w["stelling"]), moment="na", closed_at=None
    )
    w["stemming"] = stemming.pk
    return {}


def _agenda_withdraw(w, diner):
    services.renew_agendalink(reeks=diner.reeks, gebruiker=None, now=NOW)
    return {}


def _spreker_with_address(w, diner):
    Spreker.objects.filter(pk=w["spreker"]).update(email="ada@voorbeeld.test")
    return {}


def _erase(w, diner):
    Diner.objects.filter(pk=diner.pk).update(**OPEN)
    return _titled(diner.reeks)


def _soon(naam, **fields):
    return {naam: (timezone.localdate() + timedelta(days=30)).isoformat(), **fields}


def _gastlink(w, diner):
    tafel = diner.tafels.get(nummer=w["tafelnummer"])
    renew_gastlink(terug=diner.terugkoppeling, tafel=tafel, gebruiker=None, now=NOW)
    return {}


def _release(w, diner):
    return {"gezien": vingerafdruk(Vrijgave.objects.get(pk=w["vrijgave"]).tekst)}


def _released(w, diner):
    Vrijgave.objects.filter(pk=w["vrijgave"]).update(vrijgegeven_at=NOW)
    return {}


STAPPEN = {
    "diners:reeks_edit": {"titel": "Anders", "horizonjaar": "2050", "max_apparaten": "4"},
    "diners:huisstijl_edit": {"kleur": "#1a4d5c", "tweede_kleur": ""},
    "diners:lid_edit": {"rollen": ["verslaglegger"]},
    "diners:lid_remove": {},
    "diners:uitnodiging_create": {"email": "nieuw@voorbeeld.test", "rol": "kijker"},
    "diners:uitnodiging_renew": {},
    "diners:uitnodiging_withdraw": {},
    "diners:agenda_renew": {},
    "diners:portret_edit": {"weg": "on"},
    "diners:idee_adopt": {},
    "diners:idee_dismiss": {},
    "diners:briefing_renew": {},
    "diners:briefing_send": _spreker_with_address,
    "diners:spreker_create": {"naam": "Ada Vos"},
    "diners:spreker_edit": {"naam": "Ada Vos"},
    "diners:spreker_delete": {},
    "diners:diner_create": {"titel": "Nog een avond", "herinner_dagen": "", "maak": ""},
    "diners:draaiboek_standaard": _draaiboek,
    "diners:diner_edit": {"titel": "Anders"},
    "diners:diner_delete": _diner_delete,
    "diners:optreden_add": _optreden_add,
    "diners:optreden_confirm": {"bevestigd": "on"},
    "diners:optreden_remove": {},
    "diners:stelling_create": {"tekst": "Nieuw", "status": "concept"},
    "diners:stelling_edit": _new_stelling,
    "diners:stelling_delete": _new_stelling,
    "diners:stelling_move": _stelling_move,
    "diners:ronde_create": {"soort": "pauze", "minuten": "10"},
    "diners:ronde_edit": _new_ronde,
    "diners:ronde_delete": _new_ronde,
    "diners:ronde_move": _ronde_move,
    "diners:ronde_action": {"version": "0"},
    "diners:tafel_create": {"nummer": "9", "aantal_gasten": "6"},
    "diners:tafels_add": {"aantal": "2", "aantal_gasten": "6"},
    "diners:tafel_edit": _new_tafel,
    "diners:tafel_delete": _new_tafel,
    "diners:pakket_make": {"deel": ["draaiboek"]},
    "diners:pakket_stop": _running("pakket"),
    "diners:codes_open": {},
    "diners:codes_close": _codes_close,
    "diners:toegang_rotate": {},
    "diners:toegang_revoke": {},
    "diners:gast_create": {"naam": "Jan Jansen"},
    "diners:gast_edit": {"naam": "Jan Jansen"},
    "diners:gast_delete": {},
    "diners:gast_sign_off": {"afmelden": ""},
    "diners:schikking_make": _enough_to_seat,
    "diners:schikking_repair": _enough_to_seat,
    "diners:schikking_stop": _running("schikking"),
    "diners:plaats_move": _guest_in_ronde,
    "diners:plaats_pin": _guest_in_ronde,
    "diners:bericht_send": {"tekst": "Over vijf minuten aan tafel"},
    "diners:bericht_withdraw": {},
    "diners:diner_status": {},
    "diners:scherm_open": {},
    "diners:scherm_beeld": {"beeld": "pauze", "version": "0"},
    "diners:scherm_leeg": {"leeg": "on", "version": "0"},
    "diners:agenda_withdraw": _agenda_withdraw,
    "diners:brief_retry": {},
    "capture:hulp_settle": _hulp,
    "capture:stemming_open": {"moment": "na"},
    "capture:stemming_close": _stemming,
    "capture:quarantaine_adopt": {},
    "capture:quarantaine_settle": {},
    "synthesis:bewaren": lambda w, diner: _soon("bewaren_tot"),
    "synthesis:personen_wissen": _erase,
    "synthesis:vrijgave_release": _release,
    "synthesis:vrijgave_withdraw": {},
    "synthesis:vrijgave_clear": _released,
    "synthesis:terug_open": {},
    "synthesis:terug_edit": lambda w, diner: _soon("open_tot", is_aan="on"),
    "synthesis:gastlink_renew": {},
    "synthesis:gastlink_revoke": _gastlink,
    "synthesis:vervolg_create": {"datum": "2026-11-25", "tekst": "Er komt een proef."},
    "synthesis:vervolg_edit": {"datum": "2026-11-25", "tekst": "Er kwam een proef."},
    "synthesis:vervolg_delete": {},
    "synthesis:verslag_bestand_make": {"formaat": "md"},
    "synthesis:verslag_bestand_stop": _running("verslagbestand", reeks_wide=True),
}
ZONDER_REGEL = {
    "diners:reeks_delete": "its log goes along; the log of the server tells",
    "diners:gast_import": "a file is only looked at; storing it writes a line (tests/sessions/test_gasten.py)",
    "synthesis:aanwezig": "says which page is open, and is forgotten",
    "synthesis:verslag_voorbeeld": "posts its choices and changes nothing",
    "synthesis:verslagopmerking_add": "a remark stands beside the report with who made it and when",
    "synthesis:verslagopmerking_solve": "a remark keeps who solved it and when",
}

REGELS = {
    "diners:codes_open": 2,  # the first time it also makes the links
    "diners:briefing_send": 2,  # the first time it also makes the link
}
"""How many lines a step leaves, when it does more than one thing."""


VAN_EEN_ORGANISATOR = sorted(name for name, (rule, *_) in ROUTES.items() if rule in {"organisator", "team"})


@pytest.mark.parametrize("name", VAN_EEN_ORGANISATOR)
def test_step_of_an_organiser_leaves_a_line(name, route_values, diner, roos, sign_in, taken_direct):
    client, voor = sign_in(roos), STAPPEN.get(name, {})
    data = voor(route_values, diner) if callable(voor) else voor
    eerder = set(Logregel.objects.values_list("pk", flat=True))
    with taken_direct():
        answer = client.post(address(name, route_values), data)
    if answer.status_code == 405:  # only to look at
        assert name not in STAPPEN | ZONDER_REGEL
        return
    assert (name in STAPPEN) != (name in ZONDER_REGEL)
    if name in ZONDER_REGEL:
        return
    assert answer.status_code in {200, 302}, answer.content.decode()[-3000:]
    nieuw = Logregel.objects.exclude(pk__in=eerder)
    assert nieuw.filter(gebruiker=roos).count() == REGELS.get(name, 1), [regel.wat for regel in nieuw]
    gezegd = " ".join(nieuw.values_list("wat", flat=True))
    for geheim in (*Gast.objects.values_list("naam", flat=True), "Te laat gezegd", "voorbeeld.test"):
        assert geheim not in gezegd


def lines():
    return list(Logregel.objects.order_by("pk").values_list("wat", flat=True))


def test_first_links_of_tables_leave_one_line_though_a_page_only_looks(route_values, diner, roos, sign_in):
    client, tafel = sign_in(roos), diner.tafels.order_by("nummer").first()
    qr = reverse("diners:tafel_qr", args=[diner.reeks.slug, diner.nummer, tafel.pk])
    for page in (
        qr,
        qr,
        address("diners:tafel_links", route_values),
        address("diners:tafel_links", route_values),
    ):
        assert client.get(page).status_code == 200
    ander = diner.tafels.count() - 1
    hoeveel = "de link voor 1 tafel" if ander == 1 else f"de links voor {ander} tafels"
    assert lines() == [f"maakte de link voor tafel {tafel.nummer}", f"maakte {hoeveel}"]
    assert set(Logregel.objects.values_list("gebruiker", flat=True)) == {roos.pk}


def test_step_that_changes_nothing_leaves_no_line(diner, roos, sign_in):
    client, gast = sign_in(roos), GastFactory(diner=diner)
    waar = [diner.reeks.slug, diner.nummer]
    ronde = RondeFactory(diner=diner, nummer=2, stelling=None, soort="pauze", started_at=None)
    for naar in ("1000", "2", "2"):
        client.post(reverse("diners:ronde_move", args=[*waar, ronde.pk]), {"naar": naar})
    assert lines() == []
    for _ in range(2):
        client.post(reverse("diners:gast_sign_off", args=[*waar, gast.pk]), {"afmelden": "on"})
    assert lines() == ["meldde een gast af"]


def test_line_of_a_move_names_the_place_that_it_came_to(diner, roos, sign_in):
    rondes = [
        RondeFactory(diner=diner, nummer=n, stelling=None, soort="pauze", started_at=None) for n in (1, 2)
    ]
    url = reverse("diners:ronde_move", args=[diner.reeks.slug, diner.nummer, rondes[0].pk])
    sign_in(roos).post(url, {"naar": "1000"})
    assert lines() == ["verplaatste ronde 1 naar plaats 2"]


def test_line_of_a_task_that_is_stopped_says_what_was_being_made(route_values, diner, roos, sign_in):
    for soort, name, wat in (
        ("pakket", "diners:pakket_stop", "het pakket om te printen"),
        ("schikking", "diners:schikking_stop", "een tafelschikking"),
        ("verslagbestand", "synthesis:verslag_bestand_stop", "een bestand van het verslag"),
    ):
        _running(soort, reeks_wide=soort == "verslagbestand")({}, diner)
        sign_in(roos).post(address(name, route_values))
        assert lines()[-1] == f"stopte het maken van {wat}"


def test_whoever_takes_everything_along_is_in_the_log(reeks, roos, sign_in):
    assert sign_in(roos).get(reverse("synthesis:archief", args=[reeks.slug])).status_code == 200
    [regel] = Logregel.objects.all()
    assert (regel.gebruiker, regel.wat) == (roos, "haalde alles van de reeks binnen, met de persoonsgegevens")
