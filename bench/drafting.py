"""How good, how fast and how large a draft is, beside TF-IDF with KMeans and with NMF of scikit-learn, in one run.

``python bench/drafting.py``           notes that this script makes itself
``python bench/drafting.py FOLDER``    notes that a person grouped (or DRAFTING_EVAL=FOLDER): FOLDER/gold/items_dev.json
                                       {stelling: {"stelling", "items": [{"id", "text"}]}} and FOLDER/gold/gold_dev.json
                                       {"stellingen": {stelling: {"clusters": {id: group}}}}

scikit-learn is of this bench alone: ``pip install --require-hashes -r requirements/bench.txt`` in an environment of its own.
Everything runs on one core.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy is loaded

import pickle  # noqa: E402
import random  # noqa: E402
import resource  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterable  # noqa: E402
from functools import partial  # noqa: E402
from pathlib import Path  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from drafting_sets import (  # noqa: E402
    Labels,
    Stelling,
    ami,
    ari,
    b_cubed,
    from_folder,
    moves_saved,
    samples,
    self_made,
    told,
)

from synthesis.drafting import Notitie  # noqa: E402
from synthesis.drafting.corpus import Corpus  # noqa: E402
from synthesis.drafting.lexical import LexicalDrafter  # noqa: E402
from synthesis.drafting.words import STOP  # noqa: E402

try:
    from sklearn.cluster import KMeans
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer
except ImportError:
    KMeans = None

SEEDS = 20
PLACED = 0.2
SIZES = (200, 2_000, 20_000)
SAMPLE = 3_000
"""As ``synthesis.queries.concepten.STEEKPROEF``."""
Method = Callable[[list[Stelling]], list[Labels]]


# --- methods ---------------------------------------------------------------------------------------------------------
def labels_of(
    drafter: LexicalDrafter, stelling: Stelling, groepen: dict[str, str] | None = None
) -> list[int]:
    notes = [
        Notitie(pk, tekst, groep=(groepen or {}).get(pk))
        for pk, tekst in zip(stelling.ids, stelling.notities, strict=True)
    ]
    concepts = drafter.draft(notes, stelling=stelling.tekst)
    home = {pk: number for number, concept in enumerate(concepts) for pk in concept.bijdragen}
    return [home[pk] for pk in stelling.ids]


def drafter_of(stellingen: list[Stelling]) -> LexicalDrafter:
    return LexicalDrafter(Corpus([tekst for stelling in stellingen for tekst in stelling.notities]))


def embedded(stellingen: list[Stelling]) -> list[Labels]:
    drafter = drafter_of(stellingen)
    return [labels_of(drafter, stelling) for stelling in stellingen]


def chance(stellingen: list[Stelling]) -> list[Labels]:
    rng = random.Random(1)
    return [[rng.randrange(round(len(s.ids) ** 0.5)) for _ in s.ids] for s in stellingen]


def _tfidf(stellingen: list[Stelling]) -> Iterable[object]:
    """Fitted on the whole reeks, with our stop words: as fair as it gets."""
    words = TfidfVectorizer(stop_words=sorted(STOP), sublinear_tf=True, token_pattern=r"(?u)\b\w\w+\b")
    words.fit([tekst for stelling in stellingen for tekst in stelling.notities])
    return (words.transform(stelling.notities) for stelling in stellingen)


def root(stelling: Stelling) -> int:
    return max(2, round(len(stelling.ids) ** 0.5))


def known(stelling: Stelling) -> int:
    """How many groups the person made: more than any method could know."""
    return len(set(stelling.echt))


def kmeans(
    stellingen: list[Stelling], seed: int = 0, number: Callable[[Stelling], int] = root
) -> list[Labels]:
    return [
        KMeans(number(stelling), n_init=10, random_state=seed).fit_predict(rows).tolist()
        for stelling, rows in zip(stellingen, _tfidf(stellingen), strict=True)
    ]


def nmf(stellingen: list[Stelling], seed: int = 0, number: Callable[[Stelling], int] = root) -> list[Labels]:
    found = []
    for stelling, rows in zip(stellingen, _tfidf(stellingen), strict=True):
        model = NMF(number(stelling), init="nndsvda", random_state=seed, max_iter=1_000)
        found.append(model.fit_transform(rows).argmax(1).tolist())
    return found


METHODS: dict[str, Method] = {"embedded drafter": embedded, "chance": chance}
if KMeans is not None:
    METHODS |= {
        "TF-IDF + KMeans": kmeans,
        "TF-IDF + NMF": nmf,
        "TF-IDF + KMeans, K known": partial(kmeans, number=known),
        "TF-IDF + NMF, K known": partial(nmf, number=known),
    }
SPEED = ("embedded drafter", "TF-IDF + KMeans", "TF-IDF + NMF")


# --- quality ---------------------------------------------------------------------------------------------------------
def quality(stellingen: list[Stelling]) -> None:
    """A table of all methods, averaged over stellingen; those of scikit-learn over ten seeds."""
    print(f"\n{len(stellingen)} stellingen, {sum(len(s.ids) for s in stellingen)} notes")
    print(f"{'':24}  ARI    AMI    B3     moves saved")
    scores = {}
    for name, method in METHODS.items():
        seeds = [{"seed": n} for n in range(10)] if name.startswith("TF-IDF") else [{}]
        found = [
            (ari(labels, s.echt), ami(labels, s.echt), b_cubed(labels, s.echt), moves_saved(labels, s.echt))
            for seed in seeds
            for s, labels in zip(stellingen, method(stellingen, **seed), strict=True)
        ]
        scores[name] = [statistics.mean(column) for column in zip(*found, strict=True)]
        print(f"{name:24}  " + "  ".join(f"{score:5.3f}" for score in scores[name]))
    if KMeans is None:
        print("scikit-learn is not installed here: no comparison (see the top of this file)")
        return
    best = max(score[0] for name, score in scores.items() if name.startswith("TF-IDF"))
    own = scores["embedded drafter"][0]
    ratio = f"{own / best:.1f} x" if best > 0.005 else "no ratio, as that is no better than chance"
    print(f"ARI against the best of scikit-learn ({best:.3f}): {ratio}")


Scores = tuple[float, ...]


def with_placed(reeksen: list[list[Stelling]]) -> None:
    """A person put a fifth of the notes in a group; what becomes of the others, against a draft that does not know it.

    *reeksen* hold the same stellingen, or samples of them. The error is that of the mean over stellingen, for the placements
    and samples of one stelling are no evidence about another.
    """
    before: list[list[Scores]] = [[] for _ in reeksen[0]]
    after: list[list[Scores]] = [[] for _ in reeksen[0]]
    moved = 0
    for stellingen in reeksen:
        drafter = drafter_of(stellingen)
        for number, stelling in enumerate(stellingen):
            blind = labels_of(drafter, stelling)
            for seed in range(SEEDS):
                rng = random.Random(f"{stelling.ids[0]} {seed}")
                placed = set(rng.sample(range(len(blind)), max(1, round(PLACED * len(blind)))))
                found = labels_of(drafter, stelling, {stelling.ids[i]: stelling.echt[i] for i in placed})
                moved += sum(
                    (found[i] == found[j]) != (stelling.echt[i] == stelling.echt[j])
                    for i in placed
                    for j in placed
                )
                others = [i for i in range(len(blind)) if i not in placed]
                before[number].append(_of_the_others(blind, stelling.echt, others))
                after[number].append(_of_the_others(found, stelling.echt, others))
    names = (
        "B3 of the others, among all",
        "B3 among themselves",
        "moves saved",
        "ARI among themselves",
        "ARI of all, placed ones too",
    )
    for measure, name in enumerate(names):
        was, now = (
            [statistics.mean(s[measure] for s in own) for own in scores] for scores in (before, after)
        )
        gains = [b - a for a, b in zip(was, now, strict=True)]
        error = f" ± {statistics.stdev(gains) / len(gains) ** 0.5:.3f}" if len(gains) > 1 else ""
        line = (
            f"{name:28} {statistics.mean(was):.3f}  {statistics.mean(now):.3f}  {statistics.mean(gains):+.3f}"
        )
        print(f"{line}{error}")
    print(f"placed notes moved: {moved}")


def _of_the_others(labels: list[int], echt: list[str], others: list[int]) -> Scores:
    own, true = [labels[i] for i in others], [echt[i] for i in others]
    return (
        b_cubed(labels, echt, others),
        b_cubed(own, true),
        moves_saved(own, true),
        ari(own, true),
        ari(labels, echt),
    )


# --- speed -----------------------------------------------------------------------------------------------------------
def notes(number: int) -> list[Stelling]:
    """*number* notes with the words of the demo, mixed: as uneven as real ones, never the same twice."""
    rng, said = random.Random(number), told()
    teksten = [f"{rng.choice(said)} {' '.join(rng.choice(said).split()[:4])}" for _ in range(number)]
    return [Stelling("", [f"{n:06}" for n in range(number)], teksten, [])]


def peak() -> float:
    """Most memory that this process ever held, in MB (Linux counts kilobytes, a Mac bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def cost(name: str, number: int) -> None:
    """One draft of *number* notes in this process: seconds of processor, and the most memory."""
    METHODS[name](notes(50))  # imports
    material = notes(number)
    began = time.process_time()
    METHODS[name](material)
    print(f"{time.process_time() - began:.2f} {peak():.0f}")


def speed() -> None:
    """Each size in a process of its own, since memory that was once held never shows as given back."""
    print(f"\n{'notes':>6}  " + "".join(f"{name:>22}" for name in SPEED if name in METHODS))
    for number in SIZES:
        line = f"{number:6}  "
        for name in SPEED:
            if name not in METHODS:
                continue
            if name != "embedded drafter" and number > 2_000:
                line += f"{'–':>22}"
                continue
            run = subprocess.run(
                [sys.executable, __file__, "--cost", name, str(number)],
                capture_output=True,
                text=True,
                check=True,
            )
            seconds, memory = run.stdout.split()
            line += f"{seconds + ' s, ' + memory + ' MB':>22}"
        print(line)


def learning() -> None:
    """What it takes to learn the words of a reeks of 30,000 notes from all of them, from a sample, and to keep that."""
    teksten = notes(30_000)[0].notities
    cost_of = {}
    for number in (30_000, SAMPLE):
        began = time.process_time()
        corpus = Corpus(teksten[:number])
        cost_of[number] = time.process_time() - began
        print(f"words learnt from {number:6} notes: {cost_of[number]:.2f} s")
    began = time.process_time()
    kept = pickle.dumps(corpus)
    put = time.process_time() - began
    began = time.process_time()
    pickle.loads(kept)
    print(
        f"kept: {len(kept) / 1e6:.1f} MB, {1000 * put:.0f} ms in and {1000 * (time.process_time() - began):.0f} ms out"
    )


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DRAFTING_EVAL", "")
    stellingen = from_folder(Path(folder)) if folder else self_made()
    print(
        "notes that a person grouped"
        if folder
        else "notes that this script made: only to compare with itself"
    )
    quality(stellingen)
    print(f"\n{PLACED:.0%} placed by a person, {SEEDS} seeds; the other notes, without and with")
    with_placed([stellingen])
    print("\nthe same on samples with an eighth of the notes left out")
    with_placed(samples(stellingen))
    print("\nthe same with 120 and with 400 notes about one stelling, made by this script")
    with_placed([self_made(stellingen=2, notities=120, themes=7)])
    with_placed([self_made(stellingen=1, notities=400, themes=8)])
    speed()
    print()
    learning()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--cost"]:
        cost(sys.argv[2], int(sys.argv[3]))
    else:
        main()
