"""Addresses of the tablet (device cookie), the guests (their link), the progress board and the peilingen (team)."""

from django.urls import path

from capture.views import gasten, peiling, quarantaine, schil, sync, tablet, voortgang

app_name = "capture"

DINER = "reeksen/<slug:slug>/diners/<int:nummer>/"

urlpatterns = [
    path("sync/ops", sync.ops, name="sync_ops"),
    path("sync/hallo", sync.hallo, name="sync_hallo"),
    path("sync/notities", sync.notities, name="sync_notities"),
    path("sync/hulp", sync.hulp, name="sync_hulp"),
    path("sync/gezien", sync.gezien, name="sync_gezien"),
    path("t/", tablet.aanmelden, name="aanmelden"),
    path("t/kijken/", tablet.kijken, name="kijken"),
    path("t/deelnemen/", tablet.deelnemen, name="deelnemen"),
    path("tafel/", tablet.tafel, name="tafel"),
    path("tafel/schil/", schil.schil, name="schil"),
    path("sw.js", schil.service_worker, name="service_worker"),
    path("manifest.webmanifest", schil.manifest, name="manifest"),
    path("tafel/notities/nieuw/", tablet.bijdrage_add, name="bijdrage_add"),
    path("tafel/notities/<uuid:pk>/", tablet.bijdrage_edit, name="bijdrage_edit"),
    path("tafel/notities/<uuid:pk>/verwijderen/", tablet.bijdrage_delete, name="bijdrage_delete"),
    path("tafel/notities/<uuid:pk>/terugzetten/", tablet.bijdrage_restore, name="bijdrage_restore"),
    path("p/<str:token>/", gasten.stemmen, name="stemmen"),
    path("p/<str:token>/nu/", gasten.peiling_gast, name="peiling_gast"),
    path("p/<str:token>/stem/", gasten.stem_add, name="stem_add"),
    path("scherm/<str:token>/qr/", peiling.scherm_qr, name="scherm_qr"),
    path("scherm/<str:token>/peiling/", peiling.scherm_peiling, name="scherm_peiling"),
    path(DINER + "peilingen/", peiling.peilingen, name="peilingen"),
    path(DINER + "peilingen/stand/", peiling.peiling_regie, name="peiling_regie"),
    path(DINER + "peilingen/<int:stelling>/open/", peiling.stemming_open, name="stemming_open"),
    path(DINER + "peilingen/stemmingen/<int:pk>/sluiten/", peiling.stemming_close, name="stemming_close"),
    path(DINER + "voortgang/", voortgang.voortgang, name="voortgang"),
    path(DINER + "voortgang/tafels/", voortgang.tafel_counts, name="tafel_counts"),
    path(DINER + "voortgang/tafels/<int:pk>/geholpen/", voortgang.hulp_settle, name="hulp_settle"),
    path(DINER + "quarantaine/", quarantaine.quarantaine, name="quarantaine"),
    path(DINER + "quarantaine/<int:pk>/overnemen/", quarantaine.quarantaine_adopt, name="quarantaine_adopt"),
    path(
        DINER + "quarantaine/<int:pk>/afhandelen/", quarantaine.quarantaine_settle, name="quarantaine_settle"
    ),
]
