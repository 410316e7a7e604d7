"""What earlier diners brought up, as far as it stands."""

from django.db.models import QuerySet

from sessions.models import Diner
from synthesis.models import Draadstatus, RodeDraad


def vastgesteld_before(diner: Diner) -> QuerySet[RodeDraad]:
    """The vastgestelde rode draden of the diners of the same reeks before *diner*, by diner and stelling. One query."""
    return (
        RodeDraad.objects.filter(
            reeks=diner.reeks_id, diner__nummer__lt=diner.nummer, status=Draadstatus.VASTGESTELD
        )
        .select_related("diner", "stelling")
        .order_by("diner__nummer", "stelling__nummer", "volgorde", "pk")
    )
