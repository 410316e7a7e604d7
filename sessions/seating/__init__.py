"""Who sits where in which ronde. Pure: guests and tables in, a plan and its measure out; no database, no web.

``make_plan`` begins with a construction in which hardly anybody meets twice, and improves it: swaps first, then small exact
models (CP-SAT) of a few tables at a time. ``repair_plan`` changes as little as it can when guests came or went.
"""

from sessions.seating.herstel import repair_plan
from sessions.seating.maat import Maat, measure
from sessions.seating.maken import make_plan
from sessions.seating.zaal import GEEN, MAX_GASTEN, Plan, Zaal

__all__ = ["GEEN", "MAX_GASTEN", "Maat", "Plan", "Zaal", "make_plan", "measure", "repair_plan"]
