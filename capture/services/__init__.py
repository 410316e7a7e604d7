"""Every write of what is said. A bijdrage is never lost and never doubled: the client chooses its id, each change is an
append-only version with a unique ``op_id``, and a retry finds its own first attempt instead of making a second note.
"""

from capture.services.bijdragen import (
    DinerGesloten,
    Inhoud,
    OnbekendeBijdrage,
    add_bijdrage,
    delete_bijdrage,
    edit_bijdrage,
    restore_bijdrage,
)
from capture.services.imports import BijdrageRow, PeilingRow, put_bijdragen, put_peilingen
from capture.services.peilingen import record_peiling
from capture.services.wissen import erase_persons_of_notes

__all__ = [
    "BijdrageRow",
    "DinerGesloten",
    "Inhoud",
    "OnbekendeBijdrage",
    "PeilingRow",
    "add_bijdrage",
    "delete_bijdrage",
    "edit_bijdrage",
    "erase_persons_of_notes",
    "put_bijdragen",
    "put_peilingen",
    "record_peiling",
    "restore_bijdrage",
]
