"""Addresses of the tablet (device cookie) and of the progress board (team)."""

from django.urls import path

from capture import views

app_name = "capture"

DINER = "reeksen/<slug:slug>/diners/<int:nummer>/"

urlpatterns = [
    path("t/", views.aanmelden, name="aanmelden"),
    path("t/kijken/", views.kijken, name="kijken"),
    path("t/deelnemen/", views.deelnemen, name="deelnemen"),
    path("tafel/", views.tafel, name="tafel"),
    path("tafel/ronde/", views.ronde_kop, name="ronde_kop"),
    path("tafel/notities/", views.bijdrage_list, name="bijdrage_list"),
    path("tafel/notities/nieuw/", views.bijdrage_add, name="bijdrage_add"),
    path("tafel/notities/<uuid:pk>/", views.bijdrage_edit, name="bijdrage_edit"),
    path("tafel/notities/<uuid:pk>/verwijderen/", views.bijdrage_delete, name="bijdrage_delete"),
    path("tafel/notities/<uuid:pk>/terugzetten/", views.bijdrage_restore, name="bijdrage_restore"),
    path(DINER + "voortgang/", views.voortgang, name="voortgang"),
    path(DINER + "voortgang/tafels/", views.tafel_counts, name="tafel_counts"),
]
