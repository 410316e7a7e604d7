"""Reads of the synthesis. Import names from here."""

from synthesis.queries.aanwezig import Aanwezige, aanwezigen_of
from synthesis.queries.concepten import corpus_of, draft_for_reeks, kept_corpus_of, notities_of
from synthesis.queries.dinersynthese import dinersynthese, vastgestelde_synthese
from synthesis.queries.dwars import dwars, weggelegd_of
from synthesis.queries.gastantwoorden import gastkeuzes_of, gastoordeel_over, gastoordelen_of
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
from synthesis.queries.journaal import journaal_of, next_redo, next_undo
from synthesis.queries.opgegaan import merged_into, opgegaan_in
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
from synthesis.queries.reeksvoorstel import reeksvoorstellen
from synthesis.queries.terugkoppeling import terugblad_of
from synthesis.queries.veranderd import overzicht_of
from synthesis.queries.verschuiving import peilingrijen
from synthesis.queries.verslag import reeks_draden, verslagbron
from synthesis.queries.verslagstand import (
    Bronverschil,
    Punt,
    Sectieplek,
    Vaststand,
    Verslagstand,
    afdruk_of,
    find_sectie,
    stamp,
    vaste_versie,
    vaststand,
    versies_of_verslag,
    verslag_of,
    verslagdeel,
    verslagopmerkingen,
    verslagstand,
)
from synthesis.queries.voorstellen import Voorgelegd, names_in, voorgelegd
from synthesis.queries.vrijgaven import schermblad_of, schermstanden_of, vingerafdruk, vrijgaven_of
from synthesis.queries.werkbank import (
    bijdragen_per_tafel,
    filter_bijdragen,
    kaart_of,
    more_like_bijdragen,
    more_like_draad,
    silent_tables,
    supporting,
    tafels_of_draad,
    werkbank,
)
from synthesis.queries.zoeken import Filters, search

__all__ = [
    "LOS",
    "OPZIJ",
    "Aanwezige",
    "Bronverschil",
    "Bronwijziging",
    "Filters",
    "Ondergrond",
    "Oordeel",
    "Punt",
    "Sectieplek",
    "Vaststand",
    "Verslagstand",
    "Voorgelegd",
    "aanwezigen_of",
    "afdruk_of",
    "algemeen_of",
    "bewijs_of",
    "bijdragen_per_tafel",
    "bronnen_gewijzigd",
    "bronnen_of",
    "corpus_of",
    "dinersynthese",
    "draft_for_reeks",
    "dwars",
    "filter_bijdragen",
    "find_sectie",
    "gastkeuzes_of",
    "gastoordeel_over",
    "gastoordelen_of",
    "handoutbron",
    "horizon_of_reeks",
    "inbox_of",
    "inbox_stelling",
    "journaal_of",
    "kaart_of",
    "kept_corpus_of",
    "laatste_van_anderen",
    "merged_into",
    "more_like_bijdragen",
    "more_like_draad",
    "names_in",
    "next_redo",
    "next_undo",
    "notities_of",
    "ondergrond_of",
    "oordelen_of",
    "opgegaan_in",
    "overzicht_of",
    "peilingrijen",
    "plek_of",
    "reeks_draden",
    "reeksvoorstellen",
    "schermblad_of",
    "schermstanden_of",
    "search",
    "silent_tables",
    "stamp",
    "stamp_of",
    "supporting",
    "tafels_of_draad",
    "terugblad_of",
    "text_of",
    "vaste_versie",
    "vastgestelde_synthese",
    "vaststand",
    "versies_of_verslag",
    "verslag_of",
    "verslagbron",
    "verslagdeel",
    "verslagopmerkingen",
    "verslagstand",
    "vingerafdruk",
    "voorgelegd",
    "vrijgaven_of",
    "weggelegd_of",
    "werkbank",
]
