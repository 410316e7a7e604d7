"""The manual: one Markdown file per role in ``docs/handleiding``, shown by the app as it stands there."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

MAP = settings.BASE_DIR / "docs" / "handleiding"
ROLLEN = {
    "organisator": "De avond voorbereiden en leiden",
    "facilitator": "Noteren aan een tafel",
    "verslaglegger": "Van notities naar een verslag",
    "beheerder": "De server draaiend houden",
}
"""Role, which is also the name of its file, and what it is about."""


@dataclass(frozen=True, slots=True)
class Hoofdstuk:
    titel: str
    html: SafeString
    """Everything under the title; the only HTML in it is what Markdown itself makes."""


@cache
def chapter_of(rol: str) -> Hoofdstuk:
    """The chapter of *rol*, one of ``ROLLEN``. Read and rendered once per process."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    titel, _, tekst = (MAP / f"{rol}.md").read_text(encoding="utf-8").partition("\n")
    tokens = markdown.parse(tekst)
    for token in _all(tokens):
        _point_home(token)
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Hoofdstuk(titel.removeprefix("# "), SafeString(html))


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _point_home(token: Token) -> None:
    """A picture or a chapter beside this file, at its address in the app; wide things may be scrolled by keyboard."""
    if token.type == "image":
        token.attrs["src"] = static(f"handleiding/{token.attrs['src']}")
        token.attrs["loading"] = "lazy"
    elif token.type == "link_open" and str(token.attrs["href"]).endswith(".md"):
        token.attrs["href"] = reverse("hulp_rol", args=[str(token.attrs["href"]).removesuffix(".md")])
