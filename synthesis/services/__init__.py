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
from synthesis.services.drafters import (
    VOORSTEL,
    Wijze,
    check_vraag,
    drafter_with_vectors,
    start_voorstel,
    wijzen,
)
from synthesis.services.dwars import place_draden, restore_rode_draad, take_over_reeksvoorstel
from synthesis.services.gastantwoorden import (
    Antwoord,
    TeVeelAntwoorden,
    add_gastantwoorden,
    clear_gastantwoorden,
    delete_gastantwoord,
)
from synthesis.services.journaal import Bezet
from synthesis.services.minderheid import RedenNodig
from synthesis.services.ongedaan import redo_handeling, undo_handeling
from synthesis.services.redactie import (
    NogOpen,
    accept_bevinding,
    add_opmerking,
    edit_rode_draad,
    restore_versie,
    solve_opmerking,
    withdraw_aanvaarding,
)
from synthesis.services.sjabloon import remove_sjabloon, set_sjabloon
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
from synthesis.services.verslag import (
    Vastgesteld,
    accept_verslagpunt,
    add_verslagopmerking,
    see_verslagbron,
    solve_verslagopmerking,
    withdraw_verslagaanvaarding,
    write_verslagdeel,
)
from synthesis.services.verslagversies import NogTeDoen, keep_verslagversie, set_verslagstatus
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
    "VOORSTEL",
    "Antwoord",
    "Bezet",
    "NogOpen",
    "NogTeDoen",
    "RedenNodig",
    "TeVeelAntwoorden",
    "Vastgesteld",
    "Verdwenen",
    "VrijgaveVerdwenen",
    "Wijze",
    "accept_bevinding",
    "accept_verslagpunt",
    "add_gastantwoorden",
    "add_opmerking",
    "add_rode_draad",
    "add_verslagopmerking",
    "advies_open_tot",
    "carry_rode_draad",
    "check_vraag",
    "clear_gastantwoorden",
    "clear_vrijgaven",
    "delete_gastantwoord",
    "delete_rode_draad",
    "delete_vervolg",
    "drafter_with_vectors",
    "edit_rode_draad",
    "erase_persons",
    "forget_deleted",
    "gasttoken_of",
    "keep_verslagversie",
    "loosen_bijdragen",
    "make_voorstel",
    "merge_rode_draden",
    "move_rode_draad",
    "offer_vrijgave",
    "open_terugkoppeling",
    "park_bijdragen",
    "place_bijdragen",
    "place_draden",
    "redo_handeling",
    "refresh_zoekregels",
    "release_for_guests",
    "release_vrijgave",
    "remove_sjabloon",
    "rename_rode_draad",
    "renew_gastlink",
    "restore_rode_draad",
    "restore_versie",
    "revoke_gastlink",
    "say_aanwezig",
    "see_verslagbron",
    "set_rol",
    "set_sjabloon",
    "set_terugkoppeling",
    "set_verslagstatus",
    "shift_bijdrage",
    "solve_opmerking",
    "solve_verslagopmerking",
    "split_rode_draad",
    "start_rode_draad",
    "start_voorstel",
    "take_over_reeksvoorstel",
    "toggle_pool",
    "toggle_quote",
    "undo_handeling",
    "wijzen",
    "withdraw_aanvaarding",
    "withdraw_verslagaanvaarding",
    "withdraw_vrijgave",
    "write_verslagdeel",
    "write_vervolg",
]
