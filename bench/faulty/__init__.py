"""Faults on purpose: a bad network, a server that dies, a full disk, and tablets that must lose nothing by it.

``wire`` asks over HTTP, ``proxy`` is the bad network, ``outbox`` and ``tablet`` are a tablet as docs/protocol.md describes
it, ``site`` runs the real server on a database of its own, ``ledger`` keeps the books and gives the verdict, ``scenarios``
are the evenings, ``plants`` the bugs that are planted to see whether the verdict is worth anything. ``bench/faults.py``
runs them.
"""
