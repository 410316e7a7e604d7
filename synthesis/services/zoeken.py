"""What searching looks in, brought up to date by who searches. Choices: docs/decisions/0019-zoeken.md."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet, Sum

from capture.models import Bijdrage
from sessions.models import Reeks
from synthesis.models import RodeDraad, Zoekregel
from synthesis.redactie import strip_refs
from synthesis.zoektaal import indexed

STUK = 500
"""Rows of one transaction: on SQLite a tablet that saves a note waits for one of these, never for all."""
POGINGEN = 3

# The newest wins: somebody else who searches may have read an older note, and be later.
_SQL = """
INSERT INTO synthesis_zoekregel (reeks_id, {veld}, rev, woorden) VALUES ({reeks}, %s, %s, %s)
ON CONFLICT ({veld}) DO UPDATE SET rev = excluded.rev, woorden = excluded.woorden
WHERE excluded.rev > synthesis_zoekregel.rev
"""
Regel = tuple[Any, int, str]


def refresh_zoekregels(*, reeks: Reeks) -> int:
    """Everything that is committed in *reeks* can be found from now on. Says how many notes and threads that were new.

    Compared by ``rev`` and ``version``, never by a clock: a note that was sent early and stored late is found too. Three
    queries when nothing changed, one more when a note did, and two for every 500 that did.
    """
    aantal = 0
    bijdragen = Bijdrage.objects.filter(diner__reeks=reeks)
    if _sum(bijdragen) != _sum(Zoekregel.objects.filter(reeks=reeks, draad=None)):
        nieuw = bijdragen.exclude(zoekregel__rev=F("rev")).order_by().values_list("pk", flat=True)
        aantal += _store(reeks, nieuw, "bijdrage_id", _of_bijdragen)
    draden = RodeDraad.objects.filter(reeks=reeks).exclude(zoekregel__rev=F("version"))
    return aantal + _store(reeks, draden.order_by().values_list("pk", flat=True), "draad_id", _of_draden)


def _sum(rijen: QuerySet[Any]) -> int:
    """Asked of the notes, and of what is known of them. A ``rev`` begins at 1 and only grows, so they are the same only when
    nothing is missing or old; to compare each with each takes three times as long."""
    return rijen.order_by().aggregate(som=Sum("rev"))["som"] or 0


def _of_bijdragen(pks: Sequence[Any]) -> list[Regel]:
    rijen = Bijdrage.objects.filter(pk__in=pks).values_list("pk", "rev", "tekst", "trefwoorden")
    sleutel = Bijdrage._meta.pk
    return [
        (sleutel.get_db_prep_value(pk, connection), rev, indexed([tekst, *trefwoorden]))
        for pk, rev, tekst, trefwoorden in rijen
    ]


def _of_draden(pks: Sequence[Any]) -> list[Regel]:
    rijen = RodeDraad.objects.filter(pk__in=pks).values_list(
        "pk", "version", "titel", "tekst", "pool_a", "pool_b", "kernvraag"
    )
    return [
        (pk, version, indexed([strip_refs(tekst) for tekst in teksten])) for pk, version, *teksten in rijen
    ]


def _store(
    reeks: Reeks, nieuw: Iterable[Any], veld: str, read: Callable[[Sequence[Any]], list[Regel]]
) -> int:
    """The words are worked out before the transaction begins: it lasts no longer than writing them."""
    pks = list(nieuw)
    for begin in range(0, len(pks), STUK):
        stuk = pks[begin : begin + STUK]
        for poging in range(1, POGINGEN + 1):
            regels = read(stuk)
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.executemany(_SQL.format(veld=veld, reeks=int(reeks.pk)), regels)
                break
            except IntegrityError:  # one of them was removed meanwhile: the others still have to be found
                if poging == POGINGEN:
                    raise
    return len(pks)


def forget_deleted() -> None:
    """Of what was deleted no word stays in the file: SQLite only marks it as gone in what it looks in. For a timer."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO synthesis_zoekwoorden(synthesis_zoekwoorden) VALUES ('optimize')")
