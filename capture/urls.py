"""Addresses of the tablet (device cookie) and of the progress board (team)."""

from django.urls import path

from capture.views import quarantaine, schil, sync, tablet, voortgang

app_name = "capture"

DINER = "reeksen/<slug:slug>/diners/<int:nummer>/"

urlpatterns = [
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
    path("sync/hallo", sync.hallo, name="sync_hallo"),
    path("sync/notities", sync.notities, name="sync_notities"),
    path("sync/ops", sync.ops, name="sync_ops"),
    path("sync/hulp", sync.hulp, name="sync_hulp"),
    path("sync/gezien", sync.gezien, name="sync_gezien"),
    path(DINER + "voortgang/", voortgang.voortgang, name="voortgang"),
    path(DINER + "voortgang/tafels/", voortgang.tafel_counts, name="tafel_counts"),
    path(DINER + "voortgang/tafels/<int:pk>/geholpen/", voortgang.hulp_settle, name="hulp_settle"),
    path(DINER + "quarantaine/", quarantaine.quarantaine, name="quarantaine"),
    path(DINER + "quarantaine/<int:pk>/overnemen/", quarantaine.quarantaine_adopt, name="quarantaine_adopt"),
    path(
        DINER + "quarantaine/<int:pk>/afhandelen/", quarantaine.quarantaine_settle, name="quarantaine_settle"
    ),
]
