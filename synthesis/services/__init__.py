"""Every write of the synthesis. Import names from here. What a person did (``door_mens``) is never changed by a proposal."""

from synthesis.services.aanwezig import say_aanwezig
from synthesis.services.bord import (
    MAX_NOTITIES,
    loosen_bijdragen,
    park_bijdragen,
    place_bijdragen,
    set_rol,
    shift_bijdrage,
    split_rode_draad,
    start_rode_draad,
    toggle_pool,
    toggle_quote,
)
from synthesis.services.draden import (
    MAX_TEKST_DRAAD,
    add_rode_draad,
    carry_rode_draad,
    delete_rode_draad,
    merge_rode_draden,
    move_rode_draad,
    rename_rode_draad,
)
from synthesis.services.dwars import place_draden, take_over_reeksvoorstel
from synthesis.services.journaal import Bezet, redo_handeling, undo_handeling
from synthesis.services.minderheid import RedenNodig
from synthesis.services.redactie import (
    NogOpen,
    accept_bevinding,
    add_opmerking,
    edit_rode_draad,
    restore_versie,
    solve_opmerking,
    withdraw_aanvaarding,
)
from synthesis.services.stelling import Verdwenen
from synthesis.services.verslag import write_verslagdeel
from synthesis.services.voorstel import MAX_AANTAL, MIN_AANTAL, make_voorstel
from synthesis.services.vrijgaven import (
    VrijgaveVerdwenen,
    clear_vrijgaven,
    offer_vrijgave,
    release_vrijgave,
    withdraw_vrijgave,
)
from synthesis.services.wissen import erase_persons
from synthesis.services.zoeken import forget_deleted, refresh_zoekregels

__all__ = [
    "MAX_AANTAL",
    "MAX_NOTITIES",
    "MAX_TEKST_DRAAD",
    "MIN_AANTAL",
    "Bezet",
    "NogOpen",
    "RedenNodig",
    "Verdwenen",
    "VrijgaveVerdwenen",
    "accept_bevinding",
    "add_opmerking",
    "add_rode_draad",
    "carry_rode_draad",
    "clear_vrijgaven",
    "delete_rode_draad",
    "edit_rode_draad",
    "erase_persons",
    "forget_deleted",
    "loosen_bijdragen",
    "make_voorstel",
    "merge_rode_draden",
    "move_rode_draad",
    "offer_vrijgave",
    "park_bijdragen",
    "place_bijdragen",
    "place_draden",
    "redo_handeling",
    "refresh_zoekregels",
    "release_vrijgave",
    "rename_rode_draad",
    "restore_versie",
    "say_aanwezig",
    "set_rol",
    "shift_bijdrage",
    "solve_opmerking",
    "split_rode_draad",
    "start_rode_draad",
    "take_over_reeksvoorstel",
    "toggle_pool",
    "toggle_quote",
    "undo_handeling",
    "withdraw_aanvaarding",
    "withdraw_vrijgave",
    "write_verslagdeel",
]
