"""The log outlives what it is about, and every step of an organiser is in it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from sessions import services
from sessions.models import Diner, Dinerstatus, Logregel
from sessions.services import Wie
from tests.factories import NOW, BijdrageFactory, DinerFactory, LogregelFactory, ReeksFactory

pytestmark = pytest.mark.django_db


def test_log_outlives_its_diner_and_says_which_it_was(reeks, roos, tafels, stellingen):
    diner = DinerFactory(reeks=reeks, nummer=4, titel="De laatste avond", status=Dinerstatus.AFGESLOTEN)
    services.add_tafel(diner=diner, wie=Wie(roos, NOW))
    [tafel] = diner.tafels.all()
    BijdrageFactory.create_batch(3, diner=diner, tafel=tafel, stelling=None, ronde=None, apparaat=None)
    services.delete_object(diner, wie=Wie(roos, NOW))
    regels = [(regel.diner, regel.over, regel.wat) for regel in reeks.logregels.order_by("pk")]
    assert regels == [
        (None, "Diner 4: De laatste avond", "maakte tafel 1"),
        (None, "Diner 4: De laatste avond", "verwijderde dit diner, met 3 notities"),
    ]


def test_diner_is_deleted_after_everything_could_be_taken_along(reeks, diner, roos, sign_in):
    Diner.objects.filter(pk=diner.pk).update(status=Dinerstatus.AFGESLOTEN)
    client, url = sign_in(roos), reverse("diners:diner_delete", args=[reeks.slug, diner.nummer])
    page = client.get(url).content.decode()
    assert f'href="{reverse("synthesis:archief", args=[reeks.slug])}"' in page
    assert "logregel" not in page  # they stay
    client.post(url, {"titel": diner.titel})
    log = client.get(reverse("diners:reeks_log", args=[reeks.slug])).content.decode()
    assert "verwijderde dit diner, zonder notities" in log
    assert f"({diner})" in log


def test_lines_of_before_say_in_words_which_diner(diner):
    van_diner, van_reeks = LogregelFactory(reeks=diner.reeks, diner=diner, over="oud"), LogregelFactory()
    import_module("sessions.migrations.0016_logregel_blijft").say_which_diner(apps, None)
    assert Logregel.objects.get(pk=van_diner.pk).over == str(diner)
    assert Logregel.objects.get(pk=van_reeks.pk).over == ""


def test_step_of_something_larger_has_no_line_of_its_own(reeks, roos):
    bron = DinerFactory(reeks=reeks, nummer=7, titel="Bron")
    services.add_tafels(diner=bron, aantal=2)
    assert not Logregel.objects.exists()
    delen = dict.fromkeys(("stellingen", "draaiboek", "sprekers", "tafels"), True)
    velden = {"titel": "Kopie", "datum": None, "begintijd": None, "wie": Wie(roos, NOW)}
    services.copy_diner(bron=bron, reeks=reeks, **velden, **delen)
    services.copy_diner(bron=bron, reeks=ReeksFactory(), **velden, **delen | {"sprekers": False})
    assert [regel.wat for regel in Logregel.objects.order_by("pk")] == [
        "maakte dit diner als kopie van diner 7",
        f"maakte dit diner als kopie van diner 7 van {reeks.titel}",
    ]
