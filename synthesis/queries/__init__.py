"""Reads of the synthesis. Import names from here."""

from synthesis.queries.concepten import corpus_of, draft_for_reeks, kept_corpus_of, notities_of
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
from synthesis.queries.verslag import reeks_draden, section_place, verslagbron, verslagdeel
from synthesis.queries.voorstellen import Voorgelegd, names_in, voorgelegd
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
    "Voorgelegd",
    "algemeen_of",
    "bijdragen_per_tafel",
    "corpus_of",
    "draft_for_reeks",
    "filter_bijdragen",
    "handoutbron",
    "inbox_of",
    "inbox_stelling",
    "kaart_of",
    "kept_corpus_of",
    "laatste_van_anderen",
    "more_like_draad",
    "names_in",
    "notities_of",
    "plek_of",
    "reeks_draden",
    "schermblad_of",
    "schermstanden_of",
    "section_place",
    "silent_tables",
    "verslagbron",
    "verslagdeel",
    "vingerafdruk",
    "voorgelegd",
    "vrijgaven_of",
    "werkbank",
]
