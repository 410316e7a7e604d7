"""The two pages that belong to no app: the front door, and the health check."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Demo: four doors. Otherwise: to the reeksen, or to sign in."""
    if settings.DEMO:
        return render(request, "start.html")
    return redirect("diners:reeks_list" if request.user.is_authenticated else "account_login")


@login_not_required
@never_cache
@require_safe
def gezond(request: HttpRequest) -> HttpResponse:
    """200 when the process answers and the database can be read; for Docker and load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
