"""Pictures of what the tables said, as SVG, and the same in words. Pure: plain data in, strings out.

One picture for page, paper and Word: ``denkdiner.drawing`` says how it is drawn. Every picture has its ``…_words``, which
hold every number that it shows; a page puts a real table beside it. Those of a peiling are in ``capture.pictures``, because
the scherm shows them during the evening.
"""

from synthesis.pictures.breedte import (
    Draadbreedte,
    breedte_svg,
    breedte_words,
    kruis_pages,
    kruis_svg,
    kruis_words,
)
from synthesis.pictures.horizon import Horizonrij, horizon_svg, horizon_words

__all__ = [
    "Draadbreedte",
    "Horizonrij",
    "breedte_svg",
    "breedte_words",
    "horizon_svg",
    "horizon_words",
    "kruis_pages",
    "kruis_svg",
    "kruis_words",
]
