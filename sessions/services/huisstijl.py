"""How a reeks looks on paper: two colours and a logo."""

from datetime import datetime

from django.db import transaction

from denkdiner.colours import check_contrast
from denkdiner.pictures import clean_picture, size_of
from sessions.models import Gebruiker, Logo, Reeks
from sessions.services.log import add_reeksregel


def set_huisstijl(
    *,
    reeks: Reeks,
    kleur: str,
    tweede_kleur: str,
    gebruiker: Gebruiker,
    now: datetime,
    logo: bytes | None = None,
    logo_weg: bool = False,
) -> Reeks:
    """The colours of *reeks* ("#1a4d5c", or empty for none), and with *logo* (a file as it was sent) a new logo.

    *logo_weg* takes the logo away, unless there is a new one. Raises ``DenkdinerError``: white letters cannot be read on a
    colour, or the file is no picture (``denkdiner.pictures``); then nothing has changed.
    """
    for een in (kleur, tweede_kleur):
        check_contrast(een)
    plaatje = clean_picture(logo) if logo is not None else None
    with transaction.atomic():  # after the picture, which may take a second: the tables can go on writing
        return _store(reeks, kleur, tweede_kleur, plaatje, logo_weg, gebruiker, now)


def _store(
    reeks: Reeks,
    kleur: str,
    tweede_kleur: str,
    plaatje: tuple[bytes, str] | None,
    logo_weg: bool,
    gebruiker: Gebruiker,
    now: datetime,
) -> Reeks:
    fresh = Reeks.objects.select_for_update(no_key=True).get(pk=reeks.pk)
    gewijzigd = (fresh.kleur, fresh.tweede_kleur) != (kleur, tweede_kleur)
    fresh.kleur, fresh.tweede_kleur = kleur, tweede_kleur
    fresh.save(update_fields=["kleur", "tweede_kleur"])
    if plaatje is not None:
        data, soort = plaatje
        breed, hoog = size_of(data)
        Logo.objects.update_or_create(
            reeks=fresh, defaults={"data": data, "soort": soort, "breed": breed, "hoog": hoog}
        )
    elif logo_weg:
        gewijzigd = bool(Logo.objects.filter(reeks=fresh).delete()[0]) or gewijzigd
    if gewijzigd or plaatje is not None:
        add_reeksregel(reeks=fresh, wat="paste de huisstijl aan", now=now, gebruiker=gebruiker)
    return fresh
