"""The Word template of a reeks."""

from datetime import datetime

from django.db import transaction

from denkdiner.text import clean
from sessions.models import Gebruiker, Reeks
from synthesis.models import Sjabloon


def set_sjabloon(
    *, reeks: Reeks, naam: str, data: bytes, now: datetime, gebruiker: Gebruiker | None = None
) -> Sjabloon:
    """Keep *data* as the template of *reeks*, instead of the one there was. ``SjabloonFout`` when it cannot be one."""
    from synthesis.exports.sjabloon import check_sjabloon  # lxml: only when somebody brings a template

    schoon = check_sjabloon(data)  # before the transaction: it takes half a second
    with transaction.atomic():
        sjabloon, _ = Sjabloon.objects.update_or_create(
            reeks=reeks,
            defaults={
                "naam": clean(naam).strip()[-120:] or "sjabloon.docx",
                "data": schoon,
                "uploaded_at": now,
                "uploaded_by": gebruiker,
            },
        )
    return sjabloon


@transaction.atomic
def remove_sjabloon(*, reeks: Reeks) -> bool:
    """From now on our own layout. False when there was none."""
    return bool(Sjabloon.objects.filter(reeks=reeks).delete()[0])
