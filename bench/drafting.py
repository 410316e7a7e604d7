"""How much more a draft of many notes costs than one of few. Ratios, so that the machine does not matter."""

import json
import random
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from synthesis.drafting import Notitie  # noqa: E402
from synthesis.drafting.corpus import Corpus  # noqa: E402
from synthesis.drafting.lexical import LexicalDrafter  # noqa: E402


def notes(number: int) -> list[Notitie]:
    """*number* notes with the words of the demo, mixed: as uneven as real ones, never the same twice."""
    rng = random.Random(number)
    demo = json.loads((ROOT / "synthesis/demo/reeks.json").read_text(encoding="utf-8"))
    told = [rij["tekst"] for diner in demo["diners"] for rij in diner["bijdragen"]]
    return [
        Notitie(
            id=f"{n:06}", tekst=f"{rng.choice(told)} {' '.join(rng.choice(told).split()[:4])}", tafel=n % 8
        )
        for n in range(number)
    ]


def cost(number: int) -> float:
    """Seconds to fit the words of *number* notes and draft them."""
    material = notes(number)
    began = time.perf_counter()
    LexicalDrafter(Corpus([note.tekst for note in material])).draft(material)
    return time.perf_counter() - began


def peak() -> float:
    """Most memory that this process ever held, in MB (Linux counts kilobytes, a Mac bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    cost(200)  # imports, caches
    base, start = cost(200), peak()
    for number in (200, 2_000, 20_000):
        print(f"{number:6} notes: {cost(number) / base:5.1f} x the time, {peak() / start:.1f} x the memory")
