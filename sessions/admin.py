"""The back office, for the people who keep the server."""

from django.contrib import admin

from sessions.models import Diner, Gast, Gebruiker, Lidmaatschap, Reeks, Ronde, Spreker, Stelling, Tafel


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
class ReeksAdmin(admin.ModelAdmin):
    list_display = ("titel", "organisatie", "horizonjaar")
    inlines = (LidmaatschapInline,)


for model in (Diner, Spreker, Stelling, Ronde, Tafel, Gast):
    admin.site.register(model)
