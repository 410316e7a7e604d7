"""The back office sees the threads and the report; they are written on the werkbank."""

from django.contrib import admin

from denkdiner.readonly import ReadOnlyAdmin
from synthesis.models import Onderbouwing, RodeDraad, Verslag, Verslagdeel, Verslagversie

admin.site.register((RodeDraad, Onderbouwing, Verslag, Verslagdeel, Verslagversie), ReadOnlyAdmin)
