"""Browser tests."""

import os

# It brings a PostgreSQL and a Redis of its own: once is enough, next to the tests on SQLite.
collect_ignore = ["test_compose_processes.py"] if os.environ.get("TEST_BACKEND") == "postgres" else []
