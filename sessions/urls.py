"""Addresses of the programme, the evening and the scherm."""

from django.urls import path, re_path

from sessions.views import avond, kopie, leden, programma, scherm, zaal

app_name = "diners"

REEKS = "reeksen/<slug:slug>/"
DINER = REEKS + "diners/<int:nummer>/"

urlpatterns = [
    path("reeksen/", programma.reeks_list, name="reeks_list"),
    path("reeksen/nieuw/", programma.reeks_create, name="reeks_create"),
    path(REEKS, programma.reeks_detail, name="reeks_detail"),
    path(REEKS + "bewerken/", programma.reeks_edit, name="reeks_edit"),
    path(REEKS + "verwijderen/", programma.reeks_delete, name="reeks_delete"),
    path(REEKS + "leden/", leden.leden, name="leden"),
    path(REEKS + "leden/uitnodigen/", leden.uitnodiging_create, name="uitnodiging_create"),
    path(REEKS + "leden/uitnodigingen/<int:pk>/opnieuw/", leden.uitnodiging_renew, name="uitnodiging_renew"),
    path(
        REEKS + "leden/uitnodigingen/<int:pk>/intrekken/",
        leden.uitnodiging_withdraw,
        name="uitnodiging_withdraw",
    ),
    path(REEKS + "leden/<int:pk>/", leden.lid_edit, name="lid_edit"),
    path(REEKS + "leden/<int:pk>/weg/", leden.lid_remove, name="lid_remove"),
    path(REEKS + "logboek/", leden.reeks_log, name="reeks_log"),
    path("uitnodiging/<str:token>/", leden.uitnodiging, name="uitnodiging"),
    path(REEKS + "sprekers/nieuw/", programma.spreker_create, name="spreker_create"),
    path(REEKS + "sprekers/<int:pk>/", programma.spreker_edit, name="spreker_edit"),
    path(REEKS + "sprekers/<int:pk>/verwijderen/", programma.spreker_delete, name="spreker_delete"),
    path(REEKS + "diners/nieuw/", programma.diner_create, name="diner_create"),
    path(DINER, programma.diner_detail, name="diner_detail"),
    path(DINER + "kopie/", kopie.diner_copy, name="diner_copy"),
    path(DINER + "draaiboek/standaard/", kopie.draaiboek_standaard, name="draaiboek_standaard"),
    path(DINER + "bewerken/", programma.diner_edit, name="diner_edit"),
    path(DINER + "verwijderen/", programma.diner_delete, name="diner_delete"),
    path(DINER + "sprekers/", programma.optreden_add, name="optreden_add"),
    path(DINER + "sprekers/<int:pk>/weg/", programma.optreden_remove, name="optreden_remove"),
    path(DINER + "stellingen/nieuw/", programma.stelling_create, name="stelling_create"),
    path(DINER + "stellingen/<int:stelling>/", programma.stelling_edit, name="stelling_edit"),
    path(DINER + "stellingen/<int:stelling>/verwijderen/", programma.stelling_delete, name="stelling_delete"),
    path(DINER + "stellingen/<int:stelling>/verplaatsen/", programma.stelling_move, name="stelling_move"),
    path(DINER + "rondes/nieuw/", programma.ronde_create, name="ronde_create"),
    path(DINER + "rondes/<int:pk>/", programma.ronde_edit, name="ronde_edit"),
    path(DINER + "rondes/<int:pk>/verwijderen/", programma.ronde_delete, name="ronde_delete"),
    path(DINER + "rondes/<int:pk>/verplaatsen/", programma.ronde_move, name="ronde_move"),
    path(DINER + "tafels/nieuw/", programma.tafel_create, name="tafel_create"),
    path(DINER + "tafels/erbij/", programma.tafels_add, name="tafels_add"),
    path(DINER + "tafels/links/", avond.tafel_links, name="tafel_links"),
    path(DINER + "tafels/codes/", avond.codes_open, name="codes_open"),
    path(DINER + "tafels/codes/sluiten/", avond.codes_close, name="codes_close"),
    path(DINER + "tafels/<int:pk>/", programma.tafel_edit, name="tafel_edit"),
    path(DINER + "tafels/<int:pk>/verwijderen/", programma.tafel_delete, name="tafel_delete"),
    path(DINER + "tafels/<int:pk>/qr.svg", avond.tafel_qr, name="tafel_qr"),
    path(DINER + "tafels/<int:pk>/nieuwe-link/", avond.toegang_rotate, name="toegang_rotate"),
    path(DINER + "tafels/<int:pk>/afmelden/", avond.toegang_revoke, name="toegang_revoke"),
    path(DINER + "regie/", avond.regie, name="regie"),
    path(DINER + "regie/stand/", avond.regie_stand, name="regie_stand"),
    path(DINER + "regie/scherm/", scherm.regie_scherm, name="regie_scherm"),
    path(DINER + "regie/log/", zaal.avondlog, name="avondlog"),
    path(DINER + "berichten/", zaal.bericht_list, name="bericht_list"),
    path(DINER + "berichten/nieuw/", zaal.bericht_send, name="bericht_send"),
    path(DINER + "berichten/<int:pk>/intrekken/", zaal.bericht_withdraw, name="bericht_withdraw"),
    re_path(
        r"^reeksen/(?P<slug>[-\w]+)/diners/(?P<nummer>\d{1,5})/rondes/(?P<pk>\d{1,18})/(?P<actie>start|pauze|verder|tijd|stop)/$",
        avond.ronde_action,
        name="ronde_action",
    ),
    re_path(
        r"^reeksen/(?P<slug>[-\w]+)/diners/(?P<nummer>\d{1,5})/(?P<actie>open|sluit|heropen)/$",
        avond.diner_status,
        name="diner_status",
    ),
    path(DINER + "scherm/", scherm.scherm_open, name="scherm_open"),
    path(DINER + "scherm/beeld/", scherm.scherm_beeld, name="scherm_beeld"),
    path(DINER + "scherm/leeg/", scherm.scherm_leeg, name="scherm_leeg"),
    path("scherm/<str:token>/", scherm.scherm, name="scherm"),
    path("scherm/<str:token>/stand/", scherm.scherm_stand, name="scherm_stand"),
]
