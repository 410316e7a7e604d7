"""Pictures of our own drawing as a template takes them, each beside the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from capture import pictures as peilingbeelden
from capture.queries import Verschuiving
from denkdiner.drawing import LICHT
from synthesis import pictures, queries
from synthesis.queries.dinersynthese import Synthesestelling
from synthesis.queries.verschuiving import Peilingrij


def safe(svg: str) -> SafeString:
    """Drawn here, with every word in it escaped (``denkdiner.drawing``)."""
    return mark_safe(svg)  # noqa: S308


@dataclass(frozen=True, slots=True)
class Peilingbeeld:
    """A peiling on a page: drawn, in words, and as numbers."""

    verschuiving: Verschuiving
    beeld: SafeString
    tafels: SafeString
    woorden: str
    woorden_tafels: str
    bron: str
    rijen: tuple[Peilingrij, ...]


def peilingbeeld(verschuiving: Verschuiving, *, per_tafel: bool = True) -> Peilingbeeld:
    """Without *per_tafel* only the room is drawn: sixty peilingen of fifty tables would be a page of megabytes."""
    rijen = queries.peilingrijen(verschuiving)
    return Peilingbeeld(
        verschuiving,
        safe(peilingbeelden.peiling_svg(verschuiving)),
        safe(peilingbeelden.tafels_svg(verschuiving) if per_tafel else ""),
        peilingbeelden.peiling_words(verschuiving),
        peilingbeelden.tafels_words(verschuiving),
        peilingbeelden.bron_words(verschuiving),
        rijen if per_tafel else rijen[:1],
    )


@dataclass(frozen=True, slots=True)
class Horizonbeeld:
    """How far is looked: the whole in words, drawn with its parts, and as numbers."""

    woorden: str
    beeld: SafeString
    rijen: tuple[pictures.Horizonrij, ...]
    jaar: int


def horizonbeeld(
    geheel: pictures.Horizonrij, delen: Sequence[pictures.Horizonrij], jaar: int
) -> Horizonbeeld:
    rijen = (geheel, *delen)
    return Horizonbeeld(
        pictures.horizon_words(geheel, jaar),
        safe(pictures.horizon_svg(rijen, jaar, LICHT)) if geheel.totaal else SafeString(""),
        rijen,
        jaar,
    )


@dataclass(frozen=True, slots=True)
class Stellingbeeld:
    """A stelling on the page of its diner."""

    een: Synthesestelling
    breedte: SafeString
    kruis: SafeString
    peiling: Peilingbeeld | None


def stellingbeeld(een: Synthesestelling) -> Stellingbeeld:
    titel = f"stelling {een.stelling.nummer}"
    return Stellingbeeld(
        een,
        safe(pictures.breedte_svg(een.breedten, len(een.besproken), titel=titel)),
        safe(pictures.kruis_svg(een.breedten, een.besproken, titel=titel)),
        peilingbeeld(een.verschuiving) if een.verschuiving else None,
    )
