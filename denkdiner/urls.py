"""All routes. Words in addresses are Dutch; tokens of tables travel in the fragment and never come here."""

from django.contrib import admin
from django.urls import include, path

from denkdiner import views

urlpatterns = [
    path("", views.start, name="start"),
    path("demo/<slug:deur>/", views.demo_deur, name="demo_deur"),
    path("gezond/", views.gezond, name="gezond"),
    path("account/", include("allauth.urls")),
    path("beheer/", admin.site.urls),
    path("", include("capture.urls")),
    path("", include("synthesis.urls")),
    path("", include("sessions.urls")),
]
