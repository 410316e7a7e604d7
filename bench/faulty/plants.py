"""The bugs that are planted, where, and which scenario has to find each. A verdict that never fails is worth nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plant:
    """*where*: ``server`` (planted.py), ``tablet`` (tablet.py), ``browser`` (browser.py) or ``database`` (its settings).

    *backend*: needs this one.
    """

    name: str
    where: str
    scenario: str
    what: str
    backend: str = "sqlite"
    settings: tuple[str, ...] = ()


PLANTS = {
    plant.name: plant
    for plant in (
        Plant("reply-before-commit", "server", "evening", "the answer is sent, the commit comes 0.3 s later"),
        Plant(
            "check-then-insert",
            "server",
            "copies",
            "looks whether the op is there, then inserts, without a unique key",
        ),
        Plant("op-id-not-checked", "server", "evening", "every op that arrives is a new one"),
        Plant("delete-removes-the-row", "server", "evening", "a delete takes the note and its versions away"),
        Plant(
            "last-one-wins", "server", "together", "an edit on top of an older version replaces the newer one"
        ),
        Plant("conflict-is-dropped", "server", "together", "answers conflict and keeps one version only"),
        Plant(
            "quarantine-is-not-kept",
            "server",
            "poison",
            "what cannot be a note is answered as stored and thrown away",
        ),
        Plant("errors-count-as-stored", "server", "disk", "any error of the database is answered as stored"),
        Plant(
            "clock-decides-the-ronde",
            "server",
            "away",
            "takes the ronde that runs now, not the one that was chosen",
        ),
        Plant("clock-of-the-device", "server", "clocks", "believes the clock of the tablet"),
        Plant("words-are-cut-off", "server", "evening", "keeps 255 characters of a note"),
        Plant("table-of-the-device", "server", "moved", "stores an op at the table where the device is now"),
        Plant(
            "one-transaction-for-all",
            "server",
            "poison",
            "one transaction for the batch: a bad op takes the rest along",
        ),
        Plant(
            "one-bad-op-stops-all", "server", "poison", "a batch with a bad op is to be sent again, for ever"
        ),
        Plant("forgets-now-and-then", "server", "evening", "one version in ten is not there afterwards"),
        Plant(
            "write-waits-for-redis",
            "server",
            "outage",
            "without Redis nothing is kept, and answered as stored",
            "postgres",
        ),
        Plant(
            "asynchronous-commit",
            "database",
            "outage",
            "PostgreSQL answers before the commit is on the disk",
            "postgres",
            ("synchronous_commit=off", "wal_writer_delay=10s"),
        ),
        Plant("trusts-any-200", "tablet", "venue", "takes the page of a hotel for a yes"),
        Plant(
            "trusts-any-of-our-answers", "tablet", "venue", "does not look for its own op_id in the answer"
        ),
        Plant(
            "forgets-before-the-answer", "tablet", "evening", "takes an op out of its outbox when it is sent"
        ),
        Plant("new-ids-on-retry", "tablet", "evening", "makes new ids when it sends an op again"),
        Plant("random-order", "tablet", "evening", "sends ops in any order"),
        Plant("drops-what-is-quarantined", "tablet", "poison", "does not keep what the server kept apart"),
        Plant(
            "outbox-in-memory", "tablet", "venue", "keeps its outbox in memory; the battery is empty at times"
        ),
        Plant("gives-up", "tablet", "away", "stops after five failures"),
        Plant(
            "ignores-the-epoch",
            "tablet",
            "backup",
            "does not offer its ops again after a backup was put back",
        ),
        Plant("js-trusts-any-200", "browser", "browser", "the page takes any 200 for a yes"),
        Plant(
            "js-does-not-look-for-its-op",
            "browser",
            "browser",
            "the page takes any answer of ours for its own",
        ),
        Plant(
            "js-says-kept-too-soon",
            "browser",
            "killed",
            "the page says that a note is kept before it is on the disk",
        ),
        Plant("js-keeps-nothing", "browser", "browser", "the page keeps its outbox in memory"),
        Plant("js-settles-before-the-answer", "browser", "browser", "the page marks what it sends as sent"),
        Plant("js-new-ids-on-retry", "browser", "browser", "the page makes new ids each time it sends"),
    )
}
