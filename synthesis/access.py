"""The only way a view obtains a stelling's werkbank, a rode draad or a note of one: access *is* the lookup."""

import uuid
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404

from capture.models import Bijdrage
from sessions.access import get_diner, get_reeks
from sessions.models import Gebruiker, Reeks, Rol, Stelling
from sessions.tokens import token_hash
from synthesis.models import Gastlink, RodeDraad, Terugkoppeling, Verslagversie
from synthesis.queries import Sectieplek, find_sectie

User = Gebruiker | AnonymousUser


def get_stelling(user: User, slug: str, nummer: int, stelling: int, rollen: tuple[Rol, ...]) -> Stelling:
    """A stelling with its diner and reeks; 404 for outsiders, 403 for other members. Three queries."""
    diner = get_diner(user, slug, nummer, rollen)
    found = get_object_or_404(Stelling, diner=diner, nummer=stelling)
    found.diner = diner
    return found


def get_draad(user: User, slug: str, pk: int, rollen: tuple[Rol, ...]) -> RodeDraad:
    """A thread of this reeks with its reeks, diner and stelling; 404 and 403 as above. Three queries."""
    reeks = get_reeks(user, slug, rollen)
    draad = get_object_or_404(
        RodeDraad.objects.select_related("stelling__diner", "diner"), reeks=reeks, pk=pk
    )
    draad.reeks = reeks
    if draad.stelling is not None:
        draad.stelling.diner.reeks = reeks
    return draad


def get_reeksdraad(user: User, slug: str, pk: int, rollen: tuple[Rol, ...]) -> RodeDraad:
    """A thread across the diners, also one that was put away; 404 and 403 as above. Three queries."""
    reeks = get_reeks(user, slug, rollen)
    return get_object_or_404(RodeDraad.alle, reeks=reeks, diner=None, pk=pk)


def get_draad_van_stelling(
    user: User, slug: str, pk: int, rollen: tuple[Rol, ...]
) -> tuple[RodeDraad, Stelling]:
    """As ``get_draad``, for what only a thread of a stelling can do; 404 for a thread of the reeks."""
    draad = get_draad(user, slug, pk, rollen)
    if draad.stelling is None:
        raise Http404
    return draad, draad.stelling


def get_bijdrage(user: User, slug: str, pk: uuid.UUID, rollen: tuple[Rol, ...]) -> tuple[Bijdrage, Stelling]:
    """A present note about a stelling of this reeks, and that stelling; 404 and 403 as above. Three queries."""
    reeks = get_reeks(user, slug, rollen)
    bijdrage = get_object_or_404(
        Bijdrage.objects.present().select_related("tafel", "stelling__diner", "onderbouwing__rode_draad"),
        diner__reeks=reeks,
        pk=pk,
    )
    if bijdrage.stelling is None:
        raise Http404
    bijdrage.stelling.diner.reeks = reeks
    return bijdrage, bijdrage.stelling


def get_notitie(user: User, slug: str, pk: uuid.UUID, rollen: tuple[Rol, ...]) -> Bijdrage:
    """Any note of this reeks, in the bin or not, with its tafel, diner and stelling; 404 and 403 as above. Three queries."""
    reeks = get_reeks(user, slug, rollen)
    bijdrage = get_object_or_404(
        Bijdrage.objects.select_related("tafel", "diner", "stelling"), diner__reeks=reeks, pk=pk
    )
    bijdrage.diner.reeks = reeks
    return bijdrage


def find_gastlink(token: str, vandaag: date) -> Gastlink | None:
    """The link of guests that is *token*, with its table, diner and reeks, while they may look; else None. One query.

    Guessed, taken back, switched off or past its date: nobody can tell which.
    """
    links = Gastlink.objects.select_related("terugkoppeling__diner__reeks", "tafel")
    link = links.filter(token_hash=token_hash(token)).first()
    if link is None or not link.terugkoppeling.is_open(vandaag):
        return None
    tot = link.terugkoppeling.diner.reeks.bewaren_tot  # may have been shortened since
    return link if tot is None or vandaag <= tot else None


def get_terugkoppeling(user: User, slug: str, nummer: int, rollen: tuple[Rol, ...]) -> Terugkoppeling:
    """The pages for guests of a diner, its reeks loaded; 404 as well when nobody made them. 403 as above. Three queries."""
    diner = get_diner(user, slug, nummer, rollen)
    terug = get_object_or_404(Terugkoppeling, diner=diner)
    terug.diner = diner
    return terug


def get_sectie(user: User, slug: str, sleutel: str, rollen: tuple[Rol, ...]) -> tuple[Reeks, Sectieplek]:
    """A section that the report of this reeks has now; 404 and 403 as above. Three queries."""
    reeks = get_reeks(user, slug, rollen)
    plek = find_sectie(reeks, sleutel)
    if plek is None:
        raise Http404
    return reeks, plek


def get_verslagversie(
    user: User, slug: str, nummer: int, rollen: tuple[Rol, ...]
) -> tuple[Reeks, Verslagversie]:
    """A version of the report of this reeks, by its number; 404 and 403 as above. Three queries."""
    reeks = get_reeks(user, slug, rollen)
    versies = Verslagversie.objects.select_related("verslag", "created_by")
    return reeks, get_object_or_404(versies, verslag__reeks=reeks, nummer=nummer)
