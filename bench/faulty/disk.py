"""A disk that is full, and has room again.

With the right to mount: a small tmpfs with the database on it, filled with ballast. Without it (not root, or
not Linux): a limit on the size of any file that the server may write, lifted by starting it again without.
"""

import os
import resource
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.faulty.site import Site

SIZE = 40 * 1024 * 1024
"""Bytes: room for the log of SQLite, that grows to 4,000 pages (settings) before it is written back, twice over."""
LIMIT = 16 * 1024
"""Bytes: far below what the log of SQLite needs for its first notes."""


class Disk(ABC):
    """*folder* is where the database has to stand."""

    how = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    async def fill(self, site: "Site") -> None:
        """From now on nothing fits on it."""

    @abstractmethod
    async def free(self, site: "Site") -> None:
        """There is room again."""


class Mounted(Disk):
    how = "tmpfs"

    async def fill(self, site: "Site") -> None:
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            try:
                while ballast.write(b"x" * 4096):
                    pass
            except OSError:
                pass  # full

    async def free(self, site: "Site") -> None:
        (self.folder / "ballast").unlink()


class Limited(Disk):
    how = "a limit on file size (mounting is not allowed here)"

    async def fill(self, site: "Site") -> None:
        site.kill()
        site.before_exec = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))
        await site.start()

    async def free(self, site: "Site") -> None:
        site.kill()
        site.before_exec = None
        await site.start()


@contextmanager
def small_disk(directory: Path, *, mount: bool = True) -> Iterator[Disk]:
    """A disk at *directory*/disk; unmounted afterwards."""
    folder = directory / "disk"
    folder.mkdir()
    mounted = mount and _mount(folder)
    try:
        yield Mounted(folder) if mounted else Limited(folder)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(folder: Path) -> bool:
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True).returncode == 0
