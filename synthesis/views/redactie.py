"""Write a thread: the editor with what lies under it, its warnings, its remarks and its versions."""

import uuid
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.form_page import GET_POST, form_page
from denkdiner.text import is_storable, one_newline, showable
from sessions.access import TEAM, VERSLAGLEGGER, get_reeks, rollen_of
from sessions.models import Gebruiker, Rol
from synthesis import access, queries, services
from synthesis.forms_redactie import AanvaardForm, DraadForm, OpmerkingForm, ReeksdraadForm, RestoreForm
from synthesis.models import Draadstatus, Opmerking, RodeDraad
from synthesis.queries.redactie import VELDEN, versies_of
from synthesis.views.draden import back_of

Context = dict[str, Any]
MAX_OORDELEN = 100
"""Warnings on a page; the rest comes up as these are solved."""


def _user(request: HttpRequest) -> Gebruiker:
    return cast(Gebruiker, request.user)


def _place(request: HttpRequest, draad: RodeDraad) -> Context:
    """For the breadcrumbs, and what every page of a thread shows."""
    return {
        "reeks": draad.reeks,
        "diner": draad.diner,
        "stelling": draad.stelling,
        "draad": draad,
        "mag_schrijven": Rol.VERSLAGLEGGER in rollen_of(request.user, draad.reeks),
    }


def _gone(request: HttpRequest, slug: str) -> HttpResponse:
    """The thread went away while somebody wrote: what was typed is shown, so that it can be used. 404 for outsiders."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)
    getypt = [showable(request.POST[naam]) for naam in VELDEN if request.POST.get(naam, "").strip()]
    if not getypt:
        raise Http404
    context = {"reeks": reeks, "getypt": "\n\n".join(getypt)}
    return render(request, "synthesis/draad_weg.html", context, status=409)


# --- the editor -----------------------------------------------------------------------------------------------------------


@GET_POST
def draad_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write a thread beside what carries it. Somebody else's save is never overwritten: 409, and both texts stand there."""
    try:
        draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    except Http404:
        if request.method == "POST":
            return _gone(request, slug)
        raise

    def save(fields: Context) -> None:
        services.edit_rode_draad(draad=draad, now=timezone.now(), gebruiker=_user(request), **fields)

    def botsing() -> tuple[Context, dict[str, str]]:
        opgeslagen = RodeDraad.objects.select_related("updated_by").filter(pk=pk).first()
        if opgeslagen is None:
            raise services.Verdwenen
        return {"botsing": opgeslagen}, {
            "version": str(opgeslagen.version),
            "bronnen": queries.stamp_of(queries.bronnen_of([draad])[pk]),
        }

    try:
        return form_page(
            request,
            _draad_form(request, draad),
            save=save,
            terug=reverse("synthesis:draad_edit", args=[slug, pk]),
            kop=draad.titel,
            gelukt="De rode draad is opgeslagen.",
            template="synthesis/draad_edit.html",
            botsing=botsing,
            uit=back_of(draad),
            **_around(request, draad),
        )
    except services.Verdwenen:  # put away between the look and the save
        return _gone(request, slug)


def _draad_form(request: HttpRequest, draad: RodeDraad) -> DraadForm:
    instance = RodeDraad.objects.get(pk=draad.pk)  # the form writes into its own copy
    initial = {"bronnen": queries.stamp_of(queries.bronnen_of([draad])[draad.pk])}
    if draad.stelling:
        return DraadForm(request.POST or None, instance=instance, initial=initial)
    return ReeksdraadForm(request.POST or None, instance=instance, initial=initial, reeks=draad.reeks)


def _around(request: HttpRequest, draad: RodeDraad) -> Context:
    """What stands around the fields; the warnings are about what was typed, when something was."""
    ondergrond, gezegd = queries.ondergrond_of(draad), _said(draad)
    return {
        **_place(request, draad),
        **_oordelen(request, draad, ondergrond),
        **_aanwezig(request, draad),
        "bewijs": queries.bewijs_of(draad, ondergrond),
        "wijzigingen": queries.bronnen_gewijzigd([draad]).get(draad.pk, ()),
        **gezegd,
        "gastoordeel": queries.gastoordeel_over(draad),
        "van_gasten_elders": any(deel.gastoordeel for deel in gezegd["opgegaan"]),
        "opmerking_form": OpmerkingForm(prefix="opm"),
        "aanvaard_form": AanvaardForm(prefix="aan"),
    }


def _aanwezig(request: HttpRequest, draad: RodeDraad) -> Context:
    """Who else is here, and say so to them; nobody knows that of a thread of the reeks."""
    if draad.stelling is None:
        return {}
    wie = _user(request)
    services.say_aanwezig(stelling=draad.stelling, gebruiker=wie, draad=draad.pk)
    return {"hier": draad.pk, "aanwezigen": queries.aanwezigen_of(draad.stelling, wie)}


def _oordelen(request: HttpRequest, draad: RodeDraad, ondergrond: queries.Ondergrond) -> Context:
    oordelen = queries.oordelen_of(draad, velden=_typed(request) or None, ondergrond=ondergrond)
    nog = sum(een.is_open for een in oordelen)
    return {"ondergrond": ondergrond, "oordelen": oordelen[:MAX_OORDELEN], "open_oordelen": nog}


def _typed(request: HttpRequest) -> dict[str, str]:
    """The fields of a thread that came along, as they would be saved; empty when none did."""
    getypt = {
        veld: one_newline(request.POST[veld])[: services.MAX_TEKST_DRAAD]
        for veld in VELDEN
        if veld in request.POST
    }
    return {veld: tekst for veld, tekst in getypt.items() if is_storable(tekst)}


@never_cache
@GET_POST
def controle_list(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The warnings about what is being typed (POST) or was saved (GET). Stores nothing."""
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    context = {**_place(request, draad), **_oordelen(request, draad, queries.ondergrond_of(draad))}
    return render(request, "synthesis/_controle_list.html", context)


@never_cache
@require_safe
def bewijs_list(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What lies under the thread. Live; holds no input."""
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    return _bewijs(request, draad)


def _bewijs(request: HttpRequest, draad: RodeDraad) -> HttpResponse:
    ondergrond = queries.ondergrond_of(draad)
    context = {"ondergrond": ondergrond, "bewijs": queries.bewijs_of(draad, ondergrond)}
    context["wijzigingen"] = queries.bronnen_gewijzigd([draad]).get(draad.pk, ())
    return render(request, "synthesis/_bewijs_list.html", {**_place(request, draad), **context})


@require_POST
def bewijs_pool(request: HttpRequest, slug: str, pk: int, notitie: uuid.UUID) -> HttpResponse:
    """A note at one side of the spanning, or at neither."""
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    bijdrage, _ = access.get_bijdrage(request.user, slug, notitie, VERSLAGLEGGER)
    rij = get_object_or_404(draad.onderbouwingen, bijdrage=bijdrage)
    pool = request.POST.get("pool", "")
    if pool and (pool not in {"a", "b"} or not draad.has_spanning):
        raise DenkdinerError("Geef de rode draad eerst een spanning met twee kanten, en sla hem op.")
    stap: Context = {"gezien": str(draad.pk), "gebruiker": _user(request), "now": timezone.now()}
    services.set_rol(bijdrage=bijdrage, rol=rij.rol, pool=pool, **stap)
    if request.htmx:  # type: ignore[attr-defined]
        return _bewijs(request, draad)
    return redirect("synthesis:draad_edit", slug, pk)


# --- warnings -------------------------------------------------------------------------------------------------------------


@GET_POST
def bevinding_accept(request: HttpRequest, slug: str, pk: int, vingerafdruk: str) -> HttpResponse:
    """Let one warning stand, with a reason: a page of its own, and the dialog of the editor (which sends what was typed)."""
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    oordelen = queries.oordelen_of(draad, velden=_typed(request) or None)
    raak = next((een.bevinding for een in oordelen if een.bevinding.vingerafdruk == vingerafdruk), None)
    if raak is None:
        raise DenkdinerError("Deze waarschuwing is er niet meer: de tekst of de telling is veranderd.")
    form = AanvaardForm(request.POST if request.method == "POST" else None, prefix="aan")

    def save(data: Context) -> None:
        services.accept_bevinding(
            draad=draad, bevinding=raak, gebruiker=_user(request), now=timezone.now(), **data
        )

    if request.htmx and form.is_valid():  # type: ignore[attr-defined]
        save(form.cleaned_data)
        return controle_list(request, slug, pk)
    return form_page(
        request,
        form,
        save=save,
        terug=reverse("synthesis:draad_edit", args=[slug, pk]),
        kop="Waarschuwing aanvaarden",
        gelukt="De waarschuwing is aanvaard.",
        uitleg=f"“{raak.woorden}”: {raak.uitleg}",
        knop="Aanvaarden",
        **_place(request, draad),
    )


@require_POST
def aanvaarding_withdraw(request: HttpRequest, slug: str, pk: int, aanvaarding: int) -> HttpResponse:
    """The warning stands open again."""
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    rij = get_object_or_404(draad.aanvaardingen, pk=aanvaarding)
    services.withdraw_aanvaarding(aanvaarding=rij, gebruiker=_user(request), now=timezone.now())
    if request.htmx:  # type: ignore[attr-defined]
        return controle_list(request, slug, pk)
    return redirect("synthesis:draad_edit", slug, pk)


# --- remarks --------------------------------------------------------------------------------------------------------------


def _said(draad: RodeDraad) -> Context:
    """What colleagues remarked, also about the threads that went up in this one."""
    rijen = draad.opmerkingen.select_related("made_by", "solved_by").all()
    return {"opmerkingen": rijen, "opgegaan": queries.opgegaan_in(draad)}


def _opmerkingen(request: HttpRequest, slug: str, pk: int, status: int = 200, **more: Any) -> HttpResponse:
    draad = access.get_draad(request.user, slug, pk, TEAM)
    context = {**_place(request, draad), **_said(draad), "opmerking_form": OpmerkingForm(prefix="opm")}
    is_fragment = bool(request.htmx)  # type: ignore[attr-defined]
    template = "synthesis/_opmerking_list.html" if is_fragment else "synthesis/opmerkingen.html"
    return render(request, template, context | more, status=status)


@require_safe
def opmerkingen(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All remarks about a thread, on a page of their own; the organisator reads along."""
    return _opmerkingen(request, slug, pk)


@never_cache
@require_safe
def opmerking_list(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The remarks. Live; holds no input."""
    draad = access.get_draad(request.user, slug, pk, TEAM)
    return render(request, "synthesis/_opmerking_list.html", {**_place(request, draad), **_said(draad)})


@require_POST
def opmerking_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    form = OpmerkingForm(request.POST, prefix="opm")
    if not form.is_valid():
        if request.htmx:  # type: ignore[attr-defined]
            raise DenkdinerError(" ".join(str(fout) for fout in form.errors["tekst"]))
        return _opmerkingen(request, slug, pk, status=422, opmerking_form=form)
    services.add_opmerking(draad=draad, gebruiker=_user(request), now=timezone.now(), **form.cleaned_data)
    return _after_opmerking(request, slug, pk)


@require_POST
def opmerking_solve(request: HttpRequest, slug: str, pk: int, opmerking: int) -> HttpResponse:
    """Solved, or open again (``open=1``); also a remark about a thread that went up in this one."""
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    rij = get_object_or_404(Opmerking, draad__in=[draad, *queries.merged_into(draad)], pk=opmerking)
    services.solve_opmerking(
        opmerking=rij, opgelost="open" not in request.POST, gebruiker=_user(request), now=timezone.now()
    )
    return _after_opmerking(request, slug, pk)


def _after_opmerking(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return _opmerkingen(request, slug, pk)
    return redirect("synthesis:opmerkingen", slug, pk)


# --- versions -------------------------------------------------------------------------------------------------------------


@require_safe
def draad_versies(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Every version of a thread, newest first, each with what it changed."""
    draad = access.get_draad(request.user, slug, pk, TEAM)
    context = {**_place(request, draad), "versies": versies_of(draad)}
    return render(request, "synthesis/draad_versies.html", context)


@GET_POST
def draad_restore(request: HttpRequest, slug: str, pk: int, versie: int) -> HttpResponse:
    """An earlier version again, as a new one."""
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    oud = get_object_or_404(draad.versies, pk=versie)

    def save(data: Context) -> None:
        try:
            services.restore_versie(versie=oud, now=timezone.now(), gebruiker=_user(request), **data)
        except Conflict:
            raise Conflict(
                "Iemand anders heeft deze rode draad net gewijzigd. Bekijk de versies nog eens."
            ) from None

    return form_page(
        request,
        RestoreForm(request.POST or None, initial={"version": draad.version}),
        save=save,
        terug=reverse("synthesis:draad_edit", args=[slug, pk]),
        kop=f"Versie {oud.version} terugzetten",
        gelukt=f"Versie {oud.version} staat er weer. Wat er stond, is bewaard als versie {draad.version}.",
        uitleg="De tekst van nu blijft bewaard bij de versies."
        + (" De rode draad gaat terug naar “In review”." if draad.status == Draadstatus.VASTGESTELD else ""),
        knop="Zet deze versie terug",
        **_place(request, draad),
    )  # fmt: skip
