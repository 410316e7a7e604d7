"""The back office sees the threads, the report and what was on the scherm; they are written on the werkbank."""

from django.contrib import admin

from denkdiner.readonly import ReadOnlyAdmin
from synthesis.models import (
    Draadversie,
    Gastantwoord,
    Onderbouwing,
    Opmerking,
    RodeDraad,
    Verslag,
    Verslagdeel,
    Verslagopmerking,
    Verslagversie,
    Vervolg,
    Vrijgave,
)

admin.site.register(
    (
        RodeDraad,
        Draadversie,
        Opmerking,
        Onderbouwing,
        Verslag,
        Verslagdeel,
        Verslagopmerking,
        Verslagversie,
        Vrijgave,
        Gastantwoord,
        Vervolg,
    ),
    ReadOnlyAdmin,
)
