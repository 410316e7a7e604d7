"""Reads of the synthesis. Import names from here."""

from synthesis.queries.concepten import corpus_of, draft_for_reeks, notities_of
from synthesis.queries.gastantwoorden import gastkeuzes_of, gastoordeel_over, gastoordelen_of
from synthesis.queries.handout import handoutbron
from synthesis.queries.inbox import (
    LOS,
    OPZIJ,
    algemeen_of,
    inbox_of,
    inbox_stelling,
    laatste_van_anderen,
    plek_of,
)
from synthesis.queries.redactie import (
    Bronwijziging,
    Ondergrond,
    Oordeel,
    bewijs_of,
    bronnen_gewijzigd,
    bronnen_of,
    ondergrond_of,
    oordelen_of,
    stamp_of,
    text_of,
)
from synthesis.queries.terugkoppeling import terugblad_of
from synthesis.queries.verslag import reeks_draden, section_place, verslagbron, verslagdeel
from synthesis.queries.vrijgaven import schermblad_of, schermstanden_of, vingerafdruk, vrijgaven_of
from synthesis.queries.werkbank import (
    bijdragen_per_tafel,
    filter_bijdragen,
    kaart_of,
    more_like_draad,
    silent_tables,
    werkbank,
)

__all__ = [
    "LOS",
    "OPZIJ",
    "Bronwijziging",
    "Ondergrond",
    "Oordeel",
    "algemeen_of",
    "bewijs_of",
    "bijdragen_per_tafel",
    "bronnen_gewijzigd",
    "bronnen_of",
    "corpus_of",
    "draft_for_reeks",
    "filter_bijdragen",
    "gastkeuzes_of",
    "gastoordeel_over",
    "gastoordelen_of",
    "handoutbron",
    "inbox_of",
    "inbox_stelling",
    "kaart_of",
    "laatste_van_anderen",
    "more_like_draad",
    "notities_of",
    "ondergrond_of",
    "oordelen_of",
    "plek_of",
    "reeks_draden",
    "schermblad_of",
    "schermstanden_of",
    "section_place",
    "silent_tables",
    "stamp_of",
    "terugblad_of",
    "text_of",
    "verslagbron",
    "verslagdeel",
    "vingerafdruk",
    "vrijgaven_of",
    "werkbank",
]
