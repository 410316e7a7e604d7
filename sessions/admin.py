"""The back office, for the people who keep the server: accounts and who belongs where; the rest is only shown.

What is planned is changed by services, which know what a started ronde or a note does not allow any more.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from denkdiner.readonly import ReadOnlyAdmin
from sessions.models import (
    Bericht,
    Diner,
    Gast,
    Gebruiker,
    Hulpvraag,
    Lidmaatschap,
    Logregel,
    Reeks,
    Ronde,
    Scherm,
    Spreker,
    Stelling,
    Tafel,
)


class LidmaatschapInline(admin.TabularInline):
    model = Lidmaatschap
    extra = 0


@admin.register(Gebruiker)
class GebruikerAdmin(admin.ModelAdmin):
    list_display = ("email", "naam", "is_active", "last_login")
    search_fields = ("email", "naam")
    exclude = ("password", "user_permissions", "groups")
    inlines = (LidmaatschapInline,)


@admin.register(Reeks)
class ReeksAdmin(ReadOnlyAdmin):
    """Its members may be changed here, so the page may be saved; its own fields are all read-only."""

    list_display = ("titel", "organisatie", "horizonjaar")
    readonly_fields = [field.name for field in Reeks._meta.fields if not field.primary_key]
    inlines = (LidmaatschapInline,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)


admin.site.register(
    (Diner, Spreker, Stelling, Ronde, Tafel, Gast, Hulpvraag, Bericht, Scherm, Logregel), ReadOnlyAdmin
)
