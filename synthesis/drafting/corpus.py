"""What a word is worth in this reeks, and how alike two notes are.

Likeness = half the centred cosine of IDF-weighted word families, half the centred cosine of note vectors made of PPMI word
vectors (Levy & Goldberg 2014, context-distribution smoothing 0.75) fitted on the reeks itself. Centring removes what all
notes of a stelling share: they all use the stelling's own words.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.linalg import svds

from synthesis.drafting.words import bag

Matrix = npt.NDArray[np.floating[Any]]
Bags = Sequence[Counter[str]]

PPMI_WEIGHT = 0.5
COMPANY_WEIGHT = 0.35
"""Of the likeness to the same others. From 0.3 to 0.4, with a PPMI_WEIGHT of 0.5 or 0.6, the scores hardly differ."""
MEANING_WEIGHT = 0.5
"""Of sentence vectors, when there are any (``vectoren``): not tuned, for want of a model to tune on."""
DIMENSIONS = 100
MAX_FIT = 20_000
MAX_VOCABULARY = 12_000
MIN_WORDS, MIN_TEXTS = 30, 20
"""Below these a reeks is too small to learn word vectors from; then only the words themselves count."""


def normalise(rows: Any) -> Any:
    """Rows scaled to length 1; empty rows stay empty."""
    if sp.issparse(rows):
        length = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
        length[length == 0] = 1
        return sp.diags(1 / length) @ rows
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    length[length == 0] = 1
    return rows / length


class Corpus:
    """Word weights and word vectors of all notes of a reeks; fit once, use for every stelling."""

    def __init__(self, teksten: Sequence[str]) -> None:
        bags = [bag(tekst) for tekst in sorted(teksten)]  # sorted: the order of notes must not matter
        self.size = len(bags)
        self.document_frequency = Counter(word for counts in bags for word in counts)
        self.vocabulary: dict[str, int] = {}
        self.vectors: Matrix | None = None
        self._fit(bags if self.size <= MAX_FIT else bags[:: -(-self.size // MAX_FIT)])

    def _fit(self, bags: Bags) -> None:
        frequency = Counter(word for counts in bags for word in counts)
        keep = [word for word, count in frequency.items() if count >= 2 and word[0] in "sx"]
        keep = sorted(keep, key=lambda word: (-frequency[word], word))[:MAX_VOCABULARY]
        if len(keep) < MIN_WORDS or len(bags) < MIN_TEXTS:
            return
        self.vocabulary = {word: index for index, word in enumerate(keep)}
        rows = [row for row, counts in enumerate(bags) for word in counts if word in self.vocabulary]
        columns = [self.vocabulary[word] for counts in bags for word in counts if word in self.vocabulary]
        present = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(bags), len(keep)))
        together = (present.T @ present).tocoo()
        word_count = np.asarray(present.sum(0)).ravel()
        smoothed = word_count**0.75
        smoothed *= word_count.sum() / smoothed.sum()
        apart = together.row != together.col
        i, j, count = together.row[apart], together.col[apart], together.data[apart]
        pmi = np.log(count * len(bags) / (word_count[i] * smoothed[j]))
        positive = pmi > 0
        ppmi = sp.csr_matrix((pmi[positive], (i[positive], j[positive])), shape=together.shape)
        rank = min(DIMENSIONS, min(ppmi.shape) - 2)
        left, strength, _ = svds(ppmi, k=rank, random_state=0)
        self.vectors = normalise(left * np.sqrt(strength))

    def idf(self, word: str) -> float:
        return math.log((self.size + 1) / (self.document_frequency.get(word, 0) + 0.5))

    def counted(self, bags: Bags) -> tuple[Any, list[str], Matrix]:
        """How often (row: note) which word family (column) occurs, the families, and what each is worth."""
        columns: dict[str, int] = {}
        lengths = [len(counts) for counts in bags]
        indices = [columns.setdefault(word, len(columns)) for counts in bags for word in counts]
        values = [count for counts in bags for count in counts.values()]
        shape = (len(bags), max(1, len(columns)))
        starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        rows = sp.csr_matrix((np.array(values, dtype=np.float64), indices, starts), shape=shape)
        worth = np.array([self.idf(word) for word in columns] or [0.0])
        return rows, list(columns), worth

    def weighted(self, bags: Bags) -> tuple[Any, Matrix | None]:
        """Two views of each note, as rows of length 1: its words (sparse), and its place among the word vectors.

        The second is None when the reeks is too small to have any.
        """
        rows, families, worth = self.counted(bags)
        words = rows.copy()
        words.data = 1 + np.log(words.data)
        words = normalise(words @ sp.diags(worth))
        if self.vectors is None:
            return words, None
        known = [
            (column, self.vocabulary[word]) for column, word in enumerate(families) if word in self.vocabulary
        ]
        vectors = np.zeros((rows.shape[1], self.vectors.shape[1]))
        if known:
            here, there = zip(*known, strict=True)
            vectors[list(here)] = self.vectors[list(there)] * worth[list(here), None]
        return words, normalise(rows @ vectors)

    def similarity(self, bags: Bags, vectors: Matrix | None = None) -> Matrix:
        """Likeness of every pair, by what they say: n × n, about -1 … 1. For grouping see ``with_company``.

        *vectors*: what a model thinks of the same notes, a row each.
        """
        words, embedded = self.weighted(bags)
        likeness: Matrix = (words @ words.T).toarray().astype(np.float32)
        mean = likeness.mean(0)
        likeness += mean.mean() - mean[:, None] - mean[None, :]
        length = np.sqrt(np.clip(np.diag(likeness), 1e-9, None))
        likeness /= length[:, None]
        likeness /= length[None, :]
        if embedded is not None:
            centred = normalise(embedded - embedded.mean(0)).astype(np.float32)
            likeness *= 1 - PPMI_WEIGHT
            likeness += PPMI_WEIGHT * (centred @ centred.T)
        if vectors is not None:
            meaning = normalise(vectors - vectors.mean(0)).astype(np.float32)
            likeness *= 1 - MEANING_WEIGHT
            likeness += MEANING_WEIGHT * (meaning @ meaning.T)
        return likeness

    def space(self, bags: Bags, vectors: Matrix | None = None, dimensions: int = 150) -> Matrix:
        """Much the same likeness as coordinates, for more notes than fit in an n × n matrix."""
        words, embedded = self.weighted(bags)
        rank = min(dimensions, min(words.shape) - 2)
        left, strength, _ = svds(words, k=rank, random_state=0)
        direct = left * strength
        direct = normalise(direct - direct.mean(0)).astype(np.float32)
        views = [direct]
        if embedded is not None:
            centred = normalise(embedded - embedded.mean(0)).astype(np.float32)
            views = [math.sqrt(1 - PPMI_WEIGHT) * direct, math.sqrt(PPMI_WEIGHT) * centred]
        if vectors is not None:
            meaning = normalise(vectors - vectors.mean(0)).astype(np.float32)
            views = [math.sqrt(1 - MEANING_WEIGHT) * view for view in views]
            views.append(math.sqrt(MEANING_WEIGHT) * meaning)
        return np.hstack(views)


def with_company(likeness: Matrix) -> Matrix:
    """*likeness* for grouping: two short notes about one thing often share no word, but are like the same other notes.

    So a third of it becomes how alike two notes' likenesses to all the others are. A note's likeness to itself says nothing
    about its company. For the question what looks most like one note it brings nothing.
    """
    company = likeness.copy()
    np.fill_diagonal(company, 0)
    company = normalise(company - company.mean(0))
    mixed: Matrix = (1 - COMPANY_WEIGHT) * likeness + COMPANY_WEIGHT * (company @ company.T)
    return mixed
