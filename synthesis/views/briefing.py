"""What a spreker may read of earlier diners."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions.access import get_briefing
from synthesis.queries.briefing import vastgesteld_before


@login_not_required
@never_cache
@require_safe
def briefing_draden(request: HttpRequest, token: str) -> HttpResponse:
    """The vastgestelde rode draden of the diners before this one, and nothing else of them."""
    diner = get_briefing(token).optreden.diner
    context = {"diner": diner, "token": token, "draden": vastgesteld_before(diner)}
    return render(request, "synthesis/briefing_draden.html", context)
