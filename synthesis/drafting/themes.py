"""Group notes into themes.

Weighted average linkage (WPGMA), cut where modularity (Newman 2006) is highest, then notes are moved one by one.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from synthesis.drafting.corpus import Bags, Corpus, Matrix, normalise

Labels = npt.NDArray[np.int64]

DENSE_MAX = 2_500
"""Up to so many notes every pair is compared; above, notes are first gathered in small clusters."""
MAX_THEMES = 12
REFINE_FROM = 30
SMALL_CLUSTERS = 300
TREFWOORD_BONUS = 0.35
"""Added to the likeness of two notes to which people gave the same trefwoord: a strong hint, not a rule."""


def find_themes(
    corpus: Corpus,
    bags: Bags,
    *,
    groups: Sequence[str | None] | None = None,
    keywords: Sequence[frozenset[str]] | None = None,
    number: int | None = None,
) -> Labels:
    """A theme number for each note.

    Notes with the same *group* end up together and notes with different groups apart, always: a person put them there.
    Notes that share a *keyword* are pulled together. *number* fixes how many themes there are, as far as groups allow.
    """
    if len(bags) > DENSE_MAX:
        labels = _themes_of_many(corpus, bags, number)
    elif len(bags) < 4:
        labels = np.zeros(len(bags), dtype=np.int64)
    else:
        likeness = corpus.similarity(bags) + _keyword_bonus(keywords, len(bags))
        labels = _themes_of_few(likeness, number, groups)
    return _respect(groups, labels)


def _keyword_bonus(keywords: Sequence[frozenset[str]] | None, size: int) -> Matrix | float:
    if not keywords or not any(keywords):
        return 0.0
    bonus = np.zeros((size, size))
    having: dict[str, list[int]] = {}
    for note, own in enumerate(keywords):
        for keyword in own:
            having.setdefault(keyword, []).append(note)
    for notes in having.values():
        bonus[np.ix_(notes, notes)] = TREFWOORD_BONUS
    np.fill_diagonal(bonus, 0)
    return bonus


def _group_bonus(groups: Sequence[str | None] | None, likeness: Matrix) -> Matrix:
    """Likeness with people's placements written into it: together is most alike, apart is least alike."""
    if not groups or not any(groups):
        return likeness
    names = np.array([group or "" for group in groups])
    placed = names != ""
    both = placed[:, None] & placed[None, :]
    same = names[:, None] == names[None, :]
    likeness = likeness.copy()
    likeness[both & same] = likeness.max()
    likeness[both & ~same] = likeness.min()
    return likeness


def _themes_of_few(likeness: Matrix, number: int | None, groups: Sequence[str | None] | None) -> Labels:
    size = len(likeness)
    likeness = _group_bonus(groups, likeness)
    tree = _tree(likeness)
    weight = np.clip(likeness, 0, None)
    np.fill_diagonal(weight, 0)
    if number:
        labels = fcluster(tree, min(number, size), "maxclust")
    else:
        labels = _best_cut(tree, weight, min(MAX_THEMES, max(3, size // 2)))
    return _refine(weight, labels) if size > REFINE_FROM else labels.astype(np.int64)


def _tree(likeness: Matrix) -> Matrix:
    distance = np.clip(likeness.max() - likeness, 0, None)
    np.fill_diagonal(distance, 0)
    tree: Matrix = linkage(squareform((distance + distance.T) / 2, checks=False), "weighted")
    return tree


def _best_cut(tree: Matrix, weight: Matrix, most: int) -> Labels:
    """The cut of *tree* into 2 … *most* themes with the highest modularity of *weight*."""
    strength, total = weight.sum(1), weight.sum()
    best, chosen = -np.inf, np.ones(len(weight), dtype=np.int64)
    if total <= 0:
        return chosen
    for number in range(2, most + 1):
        labels = fcluster(tree, number, "maxclust")
        member = np.zeros((len(labels), labels.max()))
        member[np.arange(len(labels)), labels - 1] = 1
        modularity = np.trace(member.T @ weight @ member) / total - (((strength @ member) / total) ** 2).sum()
        if modularity > best + 1e-12:
            best, chosen = modularity, labels.astype(np.int64)
    return chosen


def _refine(weight: Matrix, labels: npt.NDArray[np.int64], rounds: int = 20) -> Labels:
    """Move single notes to another theme while that raises modularity: the tree alone is coarse for many notes."""
    theme: Labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    number = int(theme.max()) + 1
    strength, total = weight.sum(1), weight.sum()
    member = np.zeros((len(theme), number))
    member[np.arange(len(theme)), theme] = 1
    pull, volume = weight @ member, strength @ member
    if total <= 0:
        return theme
    for _ in range(rounds):
        moved = False
        for note in range(len(theme)):
            own = theme[note]
            others = volume.copy()
            others[own] -= strength[note]
            gain = pull[note] - strength[note] * others / total
            best = int(gain.argmax())
            if best != own and gain[best] > gain[own] + 1e-12:
                pull[:, own] -= weight[:, note]
                pull[:, best] += weight[:, note]
                volume[own] -= strength[note]
                volume[best] += strength[note]
                theme[note] = best
                moved = True
        if not moved:
            break
    return theme


def _themes_of_many(corpus: Corpus, bags: Bags, number: int | None) -> Labels:
    """Spherical k-means (Dhillon & Modha 2001) into small clusters, then the same tree and cut over their centres."""
    space = corpus.space(bags)
    centres = space[np.linspace(0, len(space) - 1, SMALL_CLUSTERS).astype(int)]
    small = np.zeros(len(space), dtype=np.int64)
    for _ in range(12):
        small = np.concatenate(
            [(space[i : i + 4000] @ centres.T).argmax(1) for i in range(0, len(space), 4000)]
        )
        for cluster in range(SMALL_CLUSTERS):
            members = space[small == cluster]
            if len(members):
                centres[cluster] = members.mean(0)
        centres = normalise(centres)
    size = np.bincount(small, minlength=SMALL_CLUSTERS).astype(float)
    likeness = centres @ centres.T
    tree = _tree(likeness)
    if number:
        fixed: Labels = fcluster(tree, number, "maxclust").astype(np.int64)[small]
        return fixed
    weight = np.clip(likeness, 0, None) * size[:, None] * size[None, :]
    np.fill_diagonal(weight, 0)
    return _best_cut(tree, weight, MAX_THEMES)[small]


def _respect(groups: Sequence[str | None] | None, labels: Labels) -> Labels:
    """Whatever the numbers say, people's placements hold: each group is one theme, and no theme holds two groups.

    The unplaced notes of a theme stay with the group that has most notes in it; the other groups become themes of their own.
    """
    if not groups or not any(groups):
        return labels
    result = labels.copy()
    following = int(labels.max()) + 1
    home: dict[str, int] = {}
    count: dict[tuple[int, str], int] = {}
    for label, group in zip(labels.tolist(), groups, strict=True):
        if group:
            count[label, group] = count.get((label, group), 0) + 1
    taken: set[int] = set()
    for (label, group), _ in sorted(count.items(), key=lambda item: (-item[1], item[0][1], item[0][0])):
        if group not in home and label not in taken:
            home[group] = label
            taken.add(label)
    for group in sorted({group for group in groups if group} - home.keys()):
        home[group] = following
        following += 1
    for note, group in enumerate(groups):
        if group:
            result[note] = home[group]
    return result
