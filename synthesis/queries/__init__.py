"""Reads of the synthesis. Import names from here."""

from synthesis.queries.concepten import corpus_of, draft_for_reeks, notities_of
from synthesis.queries.dinersynthese import dinersynthese, vastgestelde_synthese
from synthesis.queries.dwars import dwars
from synthesis.queries.handout import handoutbron
from synthesis.queries.horizon import horizon_of_reeks
from synthesis.queries.inbox import (
    LOS,
    OPZIJ,
    algemeen_of,
    inbox_of,
    inbox_stelling,
    laatste_van_anderen,
    plek_of,
)
from synthesis.queries.reeksvoorstel import reeksvoorstellen
from synthesis.queries.veranderd import overzicht_of
from synthesis.queries.verschuiving import peilingrijen
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
    "algemeen_of",
    "bijdragen_per_tafel",
    "corpus_of",
    "dinersynthese",
    "draft_for_reeks",
    "dwars",
    "filter_bijdragen",
    "handoutbron",
    "horizon_of_reeks",
    "inbox_of",
    "inbox_stelling",
    "kaart_of",
    "laatste_van_anderen",
    "more_like_draad",
    "notities_of",
    "overzicht_of",
    "peilingrijen",
    "plek_of",
    "reeks_draden",
    "reeksvoorstellen",
    "schermblad_of",
    "schermstanden_of",
    "section_place",
    "silent_tables",
    "vastgestelde_synthese",
    "verslagbron",
    "verslagdeel",
    "vingerafdruk",
    "vrijgaven_of",
    "werkbank",
]
