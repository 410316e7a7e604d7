"""Sentence vectors of a model in a folder on this server: ``tokenizer.json`` and ``model.onnx``. Optional; never fetched.

What the model thinks of a note is mixed with what its words say (``Corpus.similarity``); groups, trefwoorden and everything
else go as in the embedded drafter. onnxruntime and tokenizers are no part of the app: ``requirements/vectors.txt``.
"""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from denkdiner.errors import DenkdinerError
from synthesis.drafting.corpus import Matrix, normalise

TOKENIZER, MODEL = "tokenizer.json", "model.onnx"
MAX_TOKENS = 256
"""Of a note; what comes after it is not read."""
BATCH = 32
_KNOWN_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
Report = Callable[[float], None]


class Modelfout(DenkdinerError):
    """The folder does not hold a model that can be used."""


class Vectoren:
    """Texts in, rows of length 1 out. Remembers what it read before. Of one thread."""

    def __init__(self, folder: Path) -> None:
        tokenizers, onnxruntime = _libraries()
        for name in (TOKENIZER, MODEL):
            if not (folder / name).is_file():
                raise Modelfout(f"In de map van de taalvectoren ontbreekt {name}. Vraag het de beheerder.")
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
            self._tokenizer.enable_truncation(MAX_TOKENS)
            self._tokenizer.enable_padding()
        except Exception:  # the library raises no kind of its own
            raise Modelfout(f"{TOKENIZER} in de map van de taalvectoren is niet te lezen.") from None
        try:
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 4
            self._session = onnxruntime.InferenceSession(
                str(folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
        except Exception:
            raise Modelfout(f"{MODEL} in de map van de taalvectoren is niet te lezen.") from None
        self._inputs = {each.name for each in self._session.get_inputs()}
        if "input_ids" not in self._inputs or self._inputs - _KNOWN_INPUTS:
            raise Modelfout(f"{MODEL} is geen model voor zinnen: het vraagt om andere gegevens.")
        self._known: dict[str, Matrix] = {}

    def read(self, teksten: Sequence[str], report: Report = lambda part: None) -> None:
        """Work out those that are new; *report* hears after each batch which part is done. Seconds for thousands."""
        new = sorted(set(teksten) - self._known.keys(), key=lambda tekst: (len(tekst), tekst))
        for begin in range(0, len(new), BATCH):
            batch = new[begin : begin + BATCH]  # of about one length: little padding
            self._known.update(zip(batch, self._encode(batch), strict=True))
            report((begin + len(batch)) / len(new))

    def __call__(self, teksten: Sequence[str]) -> Matrix:
        self.read(teksten)
        return np.stack([self._known[tekst] for tekst in teksten])

    def _encode(self, teksten: list[str]) -> Matrix:
        read = self._tokenizer.encode_batch(teksten)
        mask = np.array([each.attention_mask for each in read], dtype=np.int64)
        given = {
            "input_ids": np.array([each.ids for each in read], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([each.type_ids for each in read], dtype=np.int64),
        }
        try:
            (out, *_) = self._session.run(None, {name: given[name] for name in self._inputs})
        except Exception:
            raise Modelfout(f"{MODEL} en {TOKENIZER} passen niet bij elkaar.") from None
        return _pooled(np.asarray(out), mask)


def _pooled(out: Matrix, mask: Any) -> Matrix:
    """The mean over the tokens that are there (padding is none), of length 1; a model may have done the mean itself."""
    if out.ndim == 3 and out.shape[:2] == mask.shape:
        weight = mask[:, :, None].astype(out.dtype)
        out = (out * weight).sum(1) / np.clip(weight.sum(1), 1, None)
    if out.ndim != 2 or len(out) != len(mask) or not np.isfinite(out).all():
        raise Modelfout(f"{MODEL} geeft geen vectoren.")
    return np.asarray(normalise(out.astype(np.float32)))


def _libraries() -> tuple[Any, Any]:
    try:
        import onnxruntime
        import tokenizers
    except ImportError:
        raise Modelfout(
            "Voor taalvectoren zijn extra pakketten nodig (requirements/vectors.txt). Vraag het de beheerder."
        ) from None
    return tokenizers, onnxruntime


def load_vectoren(folder: str) -> Vectoren:
    """The model in *folder*; loaded again when a file changed. Raises ``Modelfout``."""
    path = Path(folder)
    times = tuple(
        (path / name).stat().st_mtime_ns if (path / name).is_file() else 0 for name in (TOKENIZER, MODEL)
    )
    return _loaded(path, times)


@functools.lru_cache(maxsize=1)
def _loaded(path: Path, times: tuple[int, ...]) -> Vectoren:
    return Vectoren(path)
