"""Group notes into themes.

Average linkage (UPGMA), cut where modularity (Newman 2006) is highest, then notes are moved one by one. What people placed
is not written into the tree: measured, that made the proposal for the other notes worse. It decides afterwards: a theme
that two draden of people claim is parted between them, and what was placed stays while the others move.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from synthesis.drafting.corpus import Bags, Corpus, Matrix, normalise, with_company

Labels = npt.NDArray[np.int64]
Groups = Sequence[str | None]
Keywords = Sequence[frozenset[str]]

DENSE_MAX = 2_500
"""Up to so many notes every pair is compared; above, notes are first gathered in small clusters."""
MAX_THEMES = 12
REFINE_FROM = 30
SMALL_CLUSTERS = 300
ROUNDS = 8
"""Of k-means; more changed nothing that matters."""
TREFWOORD_BONUS = 0.35
"""Added to the likeness of two notes to which people gave the same trefwoord: a strong hint, not a rule."""
MAX_TREFWOORDEN = 100
"""Of many notes only the trefwoorden that most of them have."""
BUREN = 3
"""How many of a group's notes, the likest, say whether another note looks like that group."""


def find_themes(
    corpus: Corpus,
    bags: Bags,
    *,
    groups: Groups | None = None,
    keywords: Keywords | None = None,
    number: int | None = None,
    likeness: Matrix | None = None,
    vectors: Matrix | None = None,
) -> Labels:
    """A theme number for each note.

    Notes with the same *group* end up together and notes with different groups apart, always: a person put them there.
    Notes that share a *keyword* are pulled together. *number* fixes how many themes there are, as far as groups allow.
    *vectors*: what a model thinks of the notes; *likeness* is ``corpus.similarity(bags, vectors)`` when the caller has it.
    """
    groups = groups if groups and any(groups) else None
    if len(bags) > DENSE_MAX:
        return _themes_of_many(_with_keywords(corpus.space(bags, vectors), keywords), number, groups)
    if len(bags) < 4:
        return _claim(np.zeros(len(bags), dtype=np.int64), groups, None)
    if likeness is None:
        likeness = corpus.similarity(bags, vectors)
    likeness = with_company(likeness + _keyword_bonus(keywords, len(bags)))
    return _themes_of_few(likeness, number, groups)


def _keyword_bonus(keywords: Sequence[frozenset[str]] | None, size: int) -> Matrix | float:
    if not keywords or not any(keywords):
        return 0.0
    bonus = np.zeros((size, size), dtype=np.float32)
    having: dict[str, list[int]] = {}
    for note, own in enumerate(keywords):
        for keyword in own:
            having.setdefault(keyword, []).append(note)
    for notes in having.values():
        bonus[np.ix_(notes, notes)] = TREFWOORD_BONUS
    np.fill_diagonal(bonus, 0)
    return bonus


def _with_keywords(space: Matrix, keywords: Keywords | None) -> Matrix:
    """The same pull as coordinates."""
    having: dict[str, list[int]] = {}
    for note, own in enumerate(keywords or ()):
        for keyword in own:
            having.setdefault(keyword, []).append(note)
    most = sorted((k for k in having if len(having[k]) > 1), key=lambda k: (-len(having[k]), k))
    if not most:
        return space
    shared = np.zeros((len(space), min(MAX_TREFWOORDEN, len(most))), dtype=space.dtype)
    for column, keyword in enumerate(most[:MAX_TREFWOORDEN]):
        shared[having[keyword], column] = 1
    return np.hstack([space, np.sqrt(TREFWOORD_BONUS, dtype=space.dtype) * normalise(shared)])


def _themes_of_few(likeness: Matrix, number: int | None, groups: Groups | None) -> Labels:
    size = len(likeness)
    tree = _tree(likeness)
    weight = np.clip(likeness, 0, None)
    np.fill_diagonal(weight, 0)
    pull = _likeness_to_groups(likeness, groups) if groups else None
    if number:
        labels = _claimed_cut(tree, min(number, size), groups, pull)
    else:
        labels = _claim(_best_cut(tree, weight, min(MAX_THEMES, max(3, size // 2))), groups, pull)
    return _refine(weight, labels, groups) if size > REFINE_FROM else labels


def _members(groups: Groups) -> list[list[int]]:
    """The notes of each group, the groups by name."""
    names = sorted({group for group in groups if group})
    return [[note for note, own in enumerate(groups) if own == name] for name in names]


def _likeness_to_groups(likeness: Matrix, groups: Groups) -> Matrix:
    """Of each note (row) to each group (column, by name): the mean of its likest notes there."""
    return np.stack(
        [np.sort(likeness[:, own], axis=1)[:, -BUREN:].mean(1) for own in _members(groups)], axis=1
    )


def _claimed_cut(
    tree: Matrix, number: int, groups: Groups | None, pull: Matrix | None, leaf: Labels | slice = slice(None)
) -> Labels:
    """*number* themes together with what people made: fewer from the tree when people's draden come on top of it.

    *leaf*: which leaf of the tree each note is in.
    """
    for cut in range(number, 0, -1):
        labels = _claim(fcluster(tree, cut, "maxclust").astype(np.int64)[leaf], groups, pull)
        if len(set(labels.tolist())) <= number:
            break
    return labels


def _tree(likeness: Matrix) -> Matrix:
    distance = np.clip(likeness.max() - likeness, 0, None)
    np.fill_diagonal(distance, 0)
    tree: Matrix = linkage(squareform((distance + distance.T) / 2, checks=False), "average")
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


def _refine(weight: Matrix, labels: Labels, groups: Groups | None, rounds: int = 20) -> Labels:
    """Move single notes to another theme while that raises modularity: the tree alone is coarse for many notes.

    What a person placed stays.
    """
    theme: Labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    number = int(theme.max()) + 1
    strength, total = weight.sum(1), weight.sum()
    member = np.zeros((len(theme), number))
    member[np.arange(len(theme)), theme] = 1
    pull, volume = weight @ member, strength @ member
    if total <= 0:
        return theme
    free = [note for note in range(len(theme)) if not (groups and groups[note])]
    for _ in range(rounds):
        moved = False
        for note in free:
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


def _themes_of_many(space: Matrix, number: int | None, groups: Groups | None) -> Labels:
    """Spherical k-means (Dhillon & Modha 2001) into small clusters, the same tree and cut over their centres, and k-means
    again over the themes, in which what people placed stays where it is (Basu, Banerjee & Mooney 2002)."""
    centres = space[np.linspace(0, len(space) - 1, SMALL_CLUSTERS).astype(int)]
    small = _nearest(space, centres)
    for _ in range(ROUNDS):
        centres = _centres(space, small, centres)
        small = _nearest(space, centres)
    size = np.bincount(small, minlength=SMALL_CLUSTERS).astype(float)
    likeness = centres @ centres.T
    tree = _tree(likeness)
    pull = _near_groups(space, groups) if groups else None
    if number:
        labels = _claimed_cut(tree, number, groups, pull, small)
    else:
        weight = np.clip(likeness, 0, None) * size[:, None] * size[None, :]
        np.fill_diagonal(weight, 0)
        labels = _claim(_best_cut(tree, weight, MAX_THEMES)[small], groups, pull)
    return _settle(space, labels, groups)


def _nearest(space: Matrix, centres: Matrix) -> Labels:
    return np.concatenate([(space[i : i + 4000] @ centres.T).argmax(1) for i in range(0, len(space), 4000)])


def _centres(space: Matrix, labels: Labels, old: Matrix) -> Matrix:
    """The middle of each cluster, as directions; an empty one keeps its *old* place."""
    size = np.bincount(labels, minlength=len(old))
    member = sp.csr_matrix((np.ones(len(labels), space.dtype), labels, np.arange(len(labels) + 1)))
    member.resize(len(labels), len(old))
    total = member.T @ space
    return np.asarray(normalise(np.where(size[:, None] > 0, total, old)))


def _near_groups(space: Matrix, groups: Groups) -> Matrix:
    middles = [space[own].mean(0) for own in _members(groups)]
    return np.asarray(space @ normalise(np.stack(middles)).T)


def _settle(space: Matrix, labels: Labels, groups: Groups | None, rounds: int = 4) -> Labels:
    theme: Labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    centres = np.zeros((int(theme.max()) + 1, space.shape[1]), dtype=space.dtype)
    placed = np.array([bool(group) for group in groups or [None] * len(theme)])
    for _ in range(rounds):
        centres = _centres(space, theme, centres)
        theme = np.where(placed, theme, _nearest(space, centres))
    return theme


def _claim(labels: Labels, groups: Groups | None, pull: Matrix | None) -> Labels:
    """Whatever the numbers say, people's placements hold: each group is one theme, and no theme holds two groups.

    The unplaced notes of a theme stay with the group that has most notes in it. When several groups have notes in it, it is
    parted by which of them each is most like (*pull*: note × group, by name); a part that is like a group with most of its
    notes elsewhere becomes a theme of its own: to send it there scored worse.
    """
    if groups is None:
        return labels
    names = sorted({group for group in groups if group})
    count: dict[tuple[int, str], int] = {}
    for label, group in zip(labels.tolist(), groups, strict=True):
        if group:
            count[label, group] = count.get((label, group), 0) + 1
    home: dict[str, int] = {}
    for (label, group), _ in sorted(count.items(), key=lambda item: (-item[1], item[0][1], item[0][0])):
        if group not in home and label not in home.values():
            home[group] = label
    elsewhere = set(home)
    following = int(labels.max()) + 1
    for group in names:
        if group not in home:
            home[group] = following
            following += 1
    claims: dict[int, list[int]] = {}
    for label, group in sorted(count):
        claims.setdefault(label, []).append(names.index(group))
    result = labels.copy()
    parts: dict[tuple[int, str], int] = {}
    for note, (label, group) in enumerate(zip(labels.tolist(), groups, strict=True)):
        rivals = claims.get(label, [])
        if group:
            result[note] = home[group]
        elif len(rivals) > 1 and pull is not None:
            likest = names[rivals[int(pull[note, rivals].argmax())]]
            if home[likest] != label and likest in elsewhere:
                result[note] = parts.setdefault((label, likest), following + len(parts))
            else:
                result[note] = home[likest]
    return result
