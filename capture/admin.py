"""The back office sees what was said, and changes nothing: versions are the truth."""

from django.contrib import admin
from django.http import HttpRequest

from capture.models import Bijdrage, BijdrageVersie, Peiling


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


admin.site.register((Bijdrage, BijdrageVersie, Peiling), ReadOnlyAdmin)
