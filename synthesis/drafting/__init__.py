"""Propose rode draden: notes in, draft out. Pure: no ORM, no clock, no network; numpy is imported when a draft is asked for.

It is a *voorstel*, never a result: what a person placed stays placed, breadth is counted, quotes come from notes that were
heard verbatim. The method and what it scored are in ``docs/decisions/0006-drafting.md``.
"""

from synthesis.drafting.breedte import breedte_woord
from synthesis.drafting.types import Concept, Drafter, Notitie

__all__ = ["Concept", "Drafter", "Notitie", "breedte_woord"]
