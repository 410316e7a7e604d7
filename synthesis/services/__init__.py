"""Every write of the synthesis. Import names from here. What a person did (``door_mens``) is never changed by a proposal."""

from synthesis.services.draden import (
    MAX_TEKST_DRAAD,
    add_rode_draad,
    carry_rode_draad,
    delete_rode_draad,
    edit_rode_draad,
    merge_rode_draden,
    move_bijdrage,
    move_bijdragen,
    move_rode_draad,
    set_rol,
    split_rode_draad,
)
from synthesis.services.drafters import (
    VOORSTEL,
    Wijze,
    check_vraag,
    drafter_with_vectors,
    start_voorstel,
    wijzen,
)
from synthesis.services.inbox import (
    Bezet,
    park_bijdrage,
    place_bijdrage,
    place_in_new,
    toggle_pool,
    toggle_quote,
    undo_handeling,
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

__all__ = [
    "MAX_AANTAL",
    "MAX_TEKST_DRAAD",
    "MIN_AANTAL",
    "VOORSTEL",
    "Bezet",
    "Verdwenen",
    "VrijgaveVerdwenen",
    "Wijze",
    "add_rode_draad",
    "carry_rode_draad",
    "check_vraag",
    "clear_vrijgaven",
    "delete_rode_draad",
    "drafter_with_vectors",
    "edit_rode_draad",
    "erase_persons",
    "make_voorstel",
    "merge_rode_draden",
    "move_bijdrage",
    "move_bijdragen",
    "move_rode_draad",
    "offer_vrijgave",
    "park_bijdrage",
    "place_bijdrage",
    "place_in_new",
    "release_vrijgave",
    "set_rol",
    "split_rode_draad",
    "start_voorstel",
    "toggle_pool",
    "toggle_quote",
    "undo_handeling",
    "wijzen",
    "withdraw_vrijgave",
    "write_verslagdeel",
]
