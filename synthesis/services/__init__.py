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
from synthesis.services.gastantwoorden import (
    Antwoord,
    TeVeelAntwoorden,
    add_gastantwoorden,
    clear_gastantwoorden,
    delete_gastantwoord,
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
from synthesis.services.terugkoppeling import (
    advies_open_tot,
    delete_vervolg,
    gasttoken_of,
    open_terugkoppeling,
    release_for_guests,
    renew_gastlink,
    revoke_gastlink,
    set_terugkoppeling,
    write_vervolg,
)
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
    "Antwoord",
    "Bezet",
    "TeVeelAntwoorden",
    "Verdwenen",
    "VrijgaveVerdwenen",
    "add_gastantwoorden",
    "add_rode_draad",
    "advies_open_tot",
    "carry_rode_draad",
    "clear_gastantwoorden",
    "clear_vrijgaven",
    "delete_gastantwoord",
    "delete_rode_draad",
    "delete_vervolg",
    "edit_rode_draad",
    "erase_persons",
    "gasttoken_of",
    "make_voorstel",
    "merge_rode_draden",
    "move_bijdrage",
    "move_bijdragen",
    "move_rode_draad",
    "offer_vrijgave",
    "open_terugkoppeling",
    "park_bijdrage",
    "place_bijdrage",
    "place_in_new",
    "release_for_guests",
    "release_vrijgave",
    "renew_gastlink",
    "revoke_gastlink",
    "set_rol",
    "set_terugkoppeling",
    "split_rode_draad",
    "toggle_pool",
    "toggle_quote",
    "undo_handeling",
    "withdraw_vrijgave",
    "write_verslagdeel",
    "write_vervolg",
]
