"""Does a note survive? Runs the scenarios of bench/faulty on the real server and prints the books.

``python bench/faults.py``              everything, long, on both databases; exit code 1 when anything was lost or doubled
``python bench/faults.py --short``      the same in seconds
``python bench/faults.py evening``      one scenario
``python bench/faults.py --list``       scenarios, and the bugs that can be planted
``python bench/faults.py --plant NAME`` that bug, in the scenario that has to find it; exit code 1: found
``python bench/faults.py --plants``     all of them; exit code 0: each was found
"""

import argparse
import asyncio
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.faulty.ledger import Report
from bench.faulty.plants import PLANTS, Plant
from bench.faulty.scenarios import LONG, PLANTED, SCENARIOS, SHORT, Size, scenarios_of
from bench.faulty.site import Ground, ground

COUNTS = ("intended", "acknowledged", "stored", "apart")
VERDICTS = ("lost", "false", "doubled", "wrong", "broken")
BACKENDS = ("sqlite", "postgres")
HEADER = f"{'':<20}" + "".join(f"{name[:8]:>9}" for name in (*COUNTS, *VERDICTS))


def line_of(backend: str, report: Report) -> str:
    counts = [getattr(report, name) for name in COUNTS] + [len(getattr(report, name)) for name in VERDICTS]
    return f"{backend:<9}{report.name:<11}" + "".join(f"{count:>9}" for count in counts)


def run(made: Ground, name: str, size: Size) -> Report:
    """One scenario, its line and what was wrong printed."""
    began = time.monotonic()
    report = asyncio.run(SCENARIOS[name](made, size))
    print(f"{line_of(made.kind, report)}{time.monotonic() - began:>7.0f} s")
    for text in [*report.violations, *report.notes]:
        print(f"    {text}", flush=True)
    return report


def run_plant(plant: Plant, seed: int = 1) -> Report:
    """The short form of the scenario that has to find *plant*, with it."""
    size = replace(PLANTED, seed=seed)
    if plant.where == "server":
        size = replace(size, plant=plant.name)
    elif plant.where in {"tablet", "browser"}:
        size = replace(size, bugs=(plant.name,))
    elif plant.where == "database":
        # PostgreSQL writes each page of its log as soon as it is full, also then: not every blow finds notes on half a page
        size = replace(size, kills=8)
    with ground(plant.backend, settings=plant.settings) as made:
        return run(made, plant.scenario, size)


def run_plants(plants: list[Plant], seed: int) -> int:
    """Each bug; 0 when all were found, and nothing is found where none was planted."""
    print("without a bug")
    wanted = {(plant.backend, plant.scenario) for plant in plants}
    sound = [_run_sound(backend, {s for b, s in wanted if b == backend}, seed) for backend in BACKENDS]
    print("\nwith a bug")
    missed = [plant.name for plant in plants if run_plant(plant, seed).ok]
    print(f"\n{len(plants) - len(missed)} of {len(plants)} planted bugs were found.")
    for name in missed:
        print(f"NOT FOUND: {name}")
    if not all(sound):
        print("NOT SOUND: something was found where no bug was planted")
    return int(bool(missed) or not all(sound))


def _run_sound(backend: str, scenarios: set[str], seed: int) -> bool:
    with ground(backend) as made:
        reports = [run(made, name, replace(PLANTED, seed=seed)) for name in sorted(scenarios)]
    return all(report.ok for report in reports)


def run_scenarios(backends: list[str], names: list[str], size: Size) -> int:
    """The scenarios of each backend; 0 when the books are in order."""
    failed = []
    for backend in backends:
        with ground(backend) as made:
            wanted = [name for name in scenarios_of(backend) if name in (names or SCENARIOS)]
            failed += [f"{backend} {name}" for name in wanted if not run(made, name, size).ok]
    print(f"\nIn order: {'no' if failed else 'yes'}")
    for name in failed:
        print(f"NOT IN ORDER: {name}")
    return int(bool(failed))


def show() -> None:
    """What there is."""
    print("scenarios")
    for name, scenario in SCENARIOS.items():
        print(f"  {name:<26}{(scenario.__doc__ or '').splitlines()[0]}")
    print("planted bugs")
    for plant in PLANTS.values():
        print(f"  {plant.name:<26}{plant.where:<9} in {plant.scenario:<9} {plant.what}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenarios", nargs="*", help="names of scenarios; default: all")
    parser.add_argument("--backend", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same network")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--plant", choices=PLANTS)
    parser.add_argument("--plants", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"unknown: {', '.join(unknown)}")
    if options.list:
        show()
        return 0
    print(HEADER, flush=True)
    if options.plant:
        return 0 if run_plant(PLANTS[options.plant], options.seed).ok else 1
    if options.plants:
        return run_plants(list(PLANTS.values()), options.seed)
    backends = list(BACKENDS) if options.backend == "both" else [options.backend]
    return run_scenarios(
        backends, options.scenarios, replace(SHORT if options.short else LONG, seed=options.seed)
    )


if __name__ == "__main__":
    sys.exit(main())
