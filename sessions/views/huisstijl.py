"""How a reeks looks on paper: its colours and its logo."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from denkdiner.colours import KLEUR, MIN_CONTRAST, contrast, readable
from denkdiner.form_page import GET_POST, form_page
from sessions import access, services
from sessions.forms import HuisstijlForm
from sessions.models import Gebruiker, Logo, Reeks


def huisstijl_context(reeks: Reeks, form: HuisstijlForm | None = None) -> dict[str, Any]:
    """What ``sessions/huisstijl_form.html`` shows: *form*, or a fresh one, and the colours as they are on paper."""
    logo = Logo.objects.filter(reeks=reeks).defer("data").first()
    eerste = readable(reeks.kleur)
    return {
        "form": form or HuisstijlForm(reeks=reeks, met_logo=logo is not None),
        "logo": logo,
        "stalen": [
            {"naam": naam, "wat": wat, "kleur": kleur, "contrast": contrast(kleur)}
            for naam, wat, kleur in (
                ("kleur", "Eerste kleur", eerste),
                ("tweede_kleur", "Tweede kleur", readable(reeks.tweede_kleur, eerste)),
            )
        ],
        "eigen": KLEUR,
        "minstens": MIN_CONTRAST,
    }


@GET_POST
def huisstijl_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Two colours, and a logo that is made anew from the file."""
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    form = HuisstijlForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        reeks=reeks,
        met_logo=Logo.objects.filter(reeks=reeks).exists(),
    )
    return form_page(
        request,
        form,
        save=lambda data: (
            services.set_huisstijl(
                reeks=reeks, gebruiker=cast(Gebruiker, request.user), now=timezone.now(), **data
            )
            and None
        ),
        terug=reverse("diners:reeks_edit", args=[reeks.slug]),
        kop="Huisstijl",
        gelukt="De huisstijl is bijgewerkt.",
        template="sessions/huisstijl.html",
        huisstijl=huisstijl_context(reeks, form),
        reeks=reeks,
    )


@cache_control(private=True, no_cache=True)
@require_safe
def reeks_logo(request: HttpRequest, slug: str) -> HttpResponse:
    """The logo as a picture, for members."""
    logo = Logo.objects.filter(reeks=access.get_reeks(request.user, slug)).first()
    if logo is None:
        raise Http404
    return HttpResponse(bytes(logo.data), content_type=logo.soort)
