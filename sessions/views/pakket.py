"""The pack: everything that lies on the tables, as one PDF, made in the background."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denkdiner.colours import readable
from denkdiner.errors import DenkdinerError
from denkdiner.paper import MIME, as_pdf, font_configuration, isolated, lay_out, letters, picture
from denkdiner.text import clean
from sessions import access, queries, services
from sessions.forms import PakketForm
from sessions.models import Diner, Gebruiker, Logo, Taak, Toegang
from sessions.pakket import Deel, Pakketbron, Tafelblad, pakketbron
from sessions.services import taken
from sessions.services.log import Wie
from sessions.views.links import join_address, qr_svg, table_link
from sessions.views.snijlijnen import snijlijnen

PAKKET = "pakket"
NIETS = "Van wat je koos is nog niets om te printen."


@dataclass(frozen=True, slots=True)
class Qrblad:
    """The sheet of one table: a QR, or why there is none."""

    tafel: Tafelblad
    qr: str
    fout: str


def _taak(diner: Diner) -> Taak | None:
    return diner.taken.filter(soort=PAKKET).order_by("-asked_at", "-pk").first()


def _progress(diner: Diner) -> dict[str, Any]:
    """What the fragment about the task needs."""
    taak, now = _taak(diner), timezone.now()
    return {
        "reeks": diner.reeks,
        "diner": diner,
        "taak": taak,
        "taakstand": taak.status_at(now) if taak else "",
        "loopt": taak is not None and taak.is_active and not taak.is_gone(now),
        "bestand": taken.bestand_of(taak, now),
    }


def _page(request: HttpRequest, diner: Diner, form: PakketForm | None = None) -> HttpResponse:
    bron = pakketbron(diner)
    gekozen = request.POST.getlist("deel") if form else [deel for deel in Deel if bron.has(deel)]
    context = _progress(diner) | {
        "form": form,
        "delen": [
            {"deel": deel, "er": bron.has(deel), "wat": bron.how_much(deel), "aan": deel in gekozen}
            for deel in Deel
        ],
        "vernieuwd": [tafel for tafel in bron.tafels if tafel.sinds],
        "onleesbaar": [tafel for tafel, toegang in queries.toegangen_of(diner) if not _opens(toegang)],
    }
    return render(request, "sessions/pakket.html", context, status=422 if form else 200)


def _opens(toegang: Toegang) -> bool:
    try:
        return bool(services.token_of(toegang))
    except DenkdinerError:
        return False


@never_cache
@require_safe
def pakket(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """What the pack can hold, what is not there yet, and the one that was made. Makes no link: that is for the sheets."""
    return _page(request, access.get_diner(request.user, slug, nummer, access.ORGANISATOR))


@never_cache
@require_safe
def pakket_taak(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """How far the pack is that is being made; asked again every second meanwhile."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return render(request, "sessions/_pakket_taak.html", _progress(diner))


@require_POST
def pakket_make(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Have the chosen parts (``deel``) made."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    form = PakketForm(request.POST)
    if form.is_valid() and not any(map(pakketbron(diner).has, map(Deel, form.cleaned_data["deel"]))):
        form.add_error("deel", NIETS)
    if not form.is_valid():
        return _page(request, diner, form)
    services.start_taak(
        soort=PAKKET,
        reeks=diner.reeks,
        diner=diner,
        gebruiker=cast(Gebruiker, request.user),
        now=timezone.now(),
        opdracht={"delen": form.cleaned_data["deel"], "adres": join_address(request)},
        wat="liet het pakket om te printen maken",
    )
    return redirect("diners:pakket", slug, nummer)


@require_POST
def pakket_stop(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    if taak := _taak(diner):
        services.stop_taak(taak=taak, now=timezone.now(), gebruiker=cast(Gebruiker, request.user))
    return redirect("diners:pakket", slug, nummer)


@never_cache
@require_safe
def pakket_pdf(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The pack that was made last; 404 when there is none, or none any more."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    bestand = taken.bestand_of(_taak(diner), timezone.now())
    if bestand is None:
        raise Http404
    response = HttpResponse(taken.open_bestand(bestand), content_type=bestand.mime)
    response["Content-Disposition"] = f'attachment; filename="{bestand.naam}"'
    return response


def _make(werk: taken.Werk) -> taken.Json:
    """Tables without a link get one, as on the page with the links; a valid link never changes."""
    diner, opdracht = cast(Diner, werk.taak.diner), werk.taak.opdracht
    bron = pakketbron(diner)
    delen = [deel for deel in Deel if deel in opdracht["delen"] and bron.has(deel)]
    if not delen:
        raise DenkdinerError(NIETS)
    fonts = font_configuration()  # before any link is made: a machine without Pango changes nothing
    werk.report(5, "De bladen worden opgemaakt")
    wie = Wie(werk.taak.gebruiker, werk.clock()) if werk.taak.gebruiker else None
    html = pakket_html(opdracht["adres"], diner, bron, delen, wie=wie)
    werk.report(20, "De bladzijden worden getekend")
    pdf = as_pdf(lay_out(html, fonts=fonts), inhoud=html)
    taken.keep_bestand(werk=werk, naam=f"pakket-diner-{diner.nummer}.pdf", mime=MIME, inhoud=pdf)
    return {"delen": [str(deel.label) for deel in delen]}


taken.register(PAKKET, _make, "het pakket om te printen")


def pakket_html(
    adres: str, diner: Diner, bron: Pakketbron, delen: list[Deel], *, wie: Wie | None = None
) -> str:
    """The pack as one page of HTML for paper, with the letters and pictures that it needs; tables come in at *adres*.

    *wie* asked for it: the log says so of links that it makes.
    """
    reeks, eerste = diner.reeks, readable(diner.reeks.kleur)
    logo = Logo.objects.filter(reeks=reeks).first()
    context = {
        "reeks": reeks,
        "diner": diner,
        "titel": isolated(diner.titel),
        "reekstitel": isolated(reeks.titel),
        "organisatie": isolated(reeks.organisatie),
        "sprekers": [isolated(een.spreker.naam) for een in diner.optredens.select_related("spreker")],
        "bron": bron,
        "delen": [(deel, bron.how_much(deel)) for deel in delen],
        "bladen": _qr_sheets(adres, diner, bron, wie) if Deel.QR in delen else [],
        "kleur": eerste,
        "tweede": readable(reeks.tweede_kleur, eerste),
        "logo": picture(bytes(logo.data), logo.soort) if logo else "",
        "lettertypen": letters(),
        "snijlijnen": picture(snijlijnen()) if Deel.NAAMKAARTJES in delen else "",
    }
    return clean(render_to_string("sessions/papier/pakket.html", context))


def _qr_sheets(adres: str, diner: Diner, bron: Pakketbron, wie: Wie | None) -> list[Qrblad]:
    toegangen = services.open_toegangen(diner=diner, now=timezone.now(), wie=wie)
    bladen = []
    for tafel in bron.tafels:
        try:
            link, fout = table_link(adres, toegangen[tafel.pk]), ""
        except DenkdinerError as error:
            link, fout = "", str(error)
        qr = picture(qr_svg(link)) if link else ""
        bladen.append(Qrblad(tafel, qr, fout))
    return bladen
