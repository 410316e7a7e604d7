"""The sections of the report that a person writes."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from denkdiner.errors import Conflict
from sessions.models import Gebruiker, Reeks
from synthesis.models import Verslag, Verslagdeel
from synthesis.queries import section_place

if TYPE_CHECKING:
    pass


@transaction.atomic
def write_verslagdeel(
    *, reeks: Reeks, sleutel: str, tekst: str, version: int, now: datetime, gebruiker: Gebruiker | None = None
) -> Verslagdeel | None:
    """Write one section of the report; an empty *tekst* gives it back to the generated text (returns None).

    *version* is what the person was looking at (0: nothing yet); ``Conflict`` when somebody else wrote meanwhile.
    """
    verslag, _ = Verslag.objects.select_for_update().get_or_create(reeks=reeks, defaults={"updated_at": now})
    plaats = section_place(reeks, sleutel)
    deel = verslag.delen.filter(**plaats).first()
    if (deel.version if deel else 0) != version:
        raise Conflict(
            "Iemand anders heeft dit deel net gewijzigd. Jouw tekst staat hieronder nog; vergelijk ze."
        )
    if not tekst.strip():
        if deel is not None:
            deel.delete()
        return None
    deel = deel or Verslagdeel(verslag=verslag, **plaats, version=0)
    deel.tekst, deel.version, deel.updated_at, deel.updated_by = (
        tekst.strip(),
        deel.version + 1,
        now,
        gebruiker,
    )
    deel.save()
    return deel
