"""Addresses of the werkbank, the threads, the inbox and the report."""

from django.urls import path

from synthesis.views import bewaren, briefing, draden, handout, inbox, verslag, voorstel, vrijgaven, werkbank

app_name = "synthesis"

REEKS = "reeksen/<slug:slug>/"
DINER = REEKS + "diners/<int:nummer>/"
STELLING = DINER + "stellingen/<int:stelling>/"
DRAAD = REEKS + "draden/<int:pk>/"
NOTITIE = REEKS + "notities/<uuid:pk>/"

urlpatterns = [
    path("reeksen/importeren/", verslag.reeks_import, name="reeks_import"),
    path(REEKS + "exporteren/", verslag.reeks_export, name="reeks_export"),
    path(REEKS + "bewaren/", bewaren.bewaren, name="bewaren"),
    path(REEKS + "bewaren/alles.zip", bewaren.archief, name="archief"),
    path(REEKS + "bewaren/wissen/", bewaren.personen_wissen, name="personen_wissen"),
    path(REEKS + "verslag/", verslag.verslag, name="verslag"),
    path(REEKS + "verslag.docx", verslag.verslag_docx, name="verslag_docx"),
    path(REEKS + "verslag/<str:sleutel>/", verslag.verslagdeel_edit, name="verslagdeel_edit"),
    path(REEKS + "draden/nieuw/", draden.reeksdraad_create, name="reeksdraad_create"),
    path(DRAAD, draden.draad_edit, name="draad_edit"),
    path(DRAAD + "verwijderen/", draden.draad_delete, name="draad_delete"),
    path(DRAAD + "samenvoegen/", draden.draad_merge, name="draad_merge"),
    path(DRAAD + "splitsen/", draden.draad_split, name="draad_split"),
    path(DRAAD + "meer/", draden.draad_meer, name="draad_meer"),
    path(DRAAD + "verplaatsen/", draden.draad_move, name="draad_move"),
    path(NOTITIE + "versies/", werkbank.bijdrage_versies, name="bijdrage_versies"),
    path(NOTITIE + "verplaatsen/", draden.bijdrage_move, name="bijdrage_move"),
    path(NOTITIE + "rol/", draden.bijdrage_rol, name="bijdrage_rol"),
    path(DINER + "handout.pdf", handout.handout, name="handout"),
    path(DINER + "inbox/", inbox.inbox, name="inbox"),
    path(DINER + "inbox/notities/", inbox.inbox_list, name="inbox_list"),
    path(DINER + "inbox/stap/", inbox.inbox_step, name="inbox_step"),
    path(DINER + "inbox/ongedaan/", inbox.inbox_undo, name="inbox_undo"),
    path(DINER + "inbox/spanning/", inbox.inbox_spanning, name="inbox_spanning"),
    path(DINER + "vrijgaven/", vrijgaven.vrijgaven, name="vrijgaven"),
    path(DINER + "vrijgaven/lijst/", vrijgaven.vrijgave_list, name="vrijgave_list"),
    path(DINER + "vrijgaven/aanbieden/", vrijgaven.vrijgave_offer, name="vrijgave_offer"),
    path(DINER + "vrijgaven/alles-weg/", vrijgaven.vrijgave_clear, name="vrijgave_clear"),
    path(DINER + "vrijgaven/<int:pk>/tonen/", vrijgaven.vrijgave_release, name="vrijgave_release"),
    path(DINER + "vrijgaven/<int:pk>/weg/", vrijgaven.vrijgave_withdraw, name="vrijgave_withdraw"),
    path("briefing/<str:token>/draden/", briefing.briefing_draden, name="briefing_draden"),
    path("scherm/<str:token>/draden/", vrijgaven.scherm_draden, name="scherm_draden"),
    path(STELLING + "werkbank/", werkbank.werkbank, name="werkbank"),
    path(STELLING + "werkbank/draden/", werkbank.draad_list, name="draad_list"),
    path(STELLING + "werkbank/voorstel/", voorstel.voorstel, name="voorstel"),
    path(STELLING + "werkbank/voorstel/vraag/", voorstel.voorstel_vraag, name="voorstel_vraag"),
    path(STELLING + "werkbank/voorstel/stand/", voorstel.voorstel_stand, name="voorstel_stand"),
    path(STELLING + "werkbank/voorstel/taak/", voorstel.voorstel_taak, name="voorstel_taak"),
    path(STELLING + "werkbank/voorstel/stop/", voorstel.voorstel_stop, name="voorstel_stop"),
    path(STELLING + "werkbank/nieuw/", draden.draad_create, name="draad_create"),
    path(STELLING + "notities/", werkbank.notities, name="notities"),
    path(STELLING + "notities/tafels/", werkbank.per_tafel, name="per_tafel"),
]
