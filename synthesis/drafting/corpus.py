"""What a word is worth in this reeks, and how alike two notes are.

Similarity = centred cosine of IDF-weighted word families (0.7), mixed with the centred cosine of note vectors made of PPMI
word vectors (0.3; Levy & Goldberg 2014, context-distribution smoothing 0.75) fitted on the reeks itself. Centring removes
what all notes of a stelling share: they all use the stelling's own words.
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

Matrix = npt.NDArray[np.float64]
Bags = Sequence[Counter[str]]

PPMI_WEIGHT = 0.3
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

    def weighted(self, bags: Bags) -> Any:
        """Sparse rows of tf-idf weights, length 1."""
        vocabulary: dict[str, int] = {}
        rows, columns, values = [], [], []
        for row, counts in enumerate(bags):
            for word, count in counts.items():
                rows.append(row)
                columns.append(vocabulary.setdefault(word, len(vocabulary)))
                values.append((1 + math.log(count)) * self.idf(word))
        shape = (len(bags), max(1, len(vocabulary)))
        return normalise(sp.csr_matrix((values, (rows, columns)), shape=shape))

    def embedded(self, bags: Bags) -> Matrix | None:
        """Rows of summed word vectors, length 1; None when the reeks is too small to have any."""
        if self.vectors is None:
            return None
        rows, columns, values = [], [], []
        for row, counts in enumerate(bags):
            for word, count in counts.items():
                if (index := self.vocabulary.get(word)) is not None:
                    rows.append(row)
                    columns.append(index)
                    values.append(count * self.idf(word))
        weights = sp.csr_matrix((values, (rows, columns)), shape=(len(bags), len(self.vocabulary)))
        result: Matrix = normalise(weights @ self.vectors)
        return result

    def similarity(self, bags: Bags) -> Matrix:
        """Centred likeness of every pair: n × n, about -1 … 1."""
        rows = self.weighted(bags)
        likeness: Matrix = (rows @ rows.T).toarray()
        likeness = likeness - likeness.mean(0) - likeness.mean(1)[:, None] + likeness.mean()
        length = np.sqrt(np.clip(np.diag(likeness), 1e-9, None))
        likeness = likeness / length[:, None] / length[None, :]
        embedded = self.embedded(bags)
        if embedded is None:
            return likeness
        centred: Matrix = normalise(embedded - embedded.mean(0))
        return (1 - PPMI_WEIGHT) * likeness + PPMI_WEIGHT * (centred @ centred.T)

    def space(self, bags: Bags, dimensions: int = 150) -> Matrix:
        """The same likeness as coordinates, for more notes than fit in an n × n matrix."""
        rows = self.weighted(bags)
        rank = min(dimensions, min(rows.shape) - 2)
        left, strength, _ = svds(rows, k=rank, random_state=0)
        direct = left * strength
        direct = normalise(direct - direct.mean(0))
        embedded = self.embedded(bags)
        if embedded is None:
            return np.asarray(direct)
        centred = normalise(embedded - embedded.mean(0))
        return np.hstack([math.sqrt(1 - PPMI_WEIGHT) * direct, math.sqrt(PPMI_WEIGHT) * centred])
