"""The back office sees what was said, and changes nothing: versions are the truth."""

from django.contrib import admin

from capture.models import Bijdrage, BijdrageVersie, Peiling, Quarantaine, Stemming, Telling
from denkdiner.readonly import ReadOnlyAdmin

admin.site.register((Bijdrage, BijdrageVersie, Peiling, Quarantaine, Stemming, Telling), ReadOnlyAdmin)
