"""What a file format can hold of a text. Pure."""

from denkdiner.text import clean

__all__ = ["clean"]
