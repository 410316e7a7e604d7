"""Errors that a user may read. A leaf: imports no app."""


class DenkdinerError(Exception):
    """A rule of the domain was broken. ``str(error)`` is one Dutch sentence for the user; views show it with status 422."""


class Conflict(DenkdinerError):
    """Somebody else changed the same thing first; views answer 409 and show the fresh state."""
