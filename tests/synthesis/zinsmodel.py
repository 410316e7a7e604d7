"""A model of sentences of a few bytes, made here: ``tokenizer.json`` and ``model.onnx`` as a real one has them.

The graph is one node: look each token's row up in a table. ONNX is protobuf; what little of it is needed is written by hand,
so that no other package has to be installed for it.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

FLOAT, INT64 = 1, 7


def _varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(raw)) + raw


def _value_info(name: str, kind: int, *dims: str | int) -> bytes:
    shape = b"".join(_field(1, _field(2, dim) if isinstance(dim, str) else _field(1, dim)) for dim in dims)
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, shape)))


def onnx_model(
    table: Sequence[Sequence[float]], inputs: Sequence[str] = ("input_ids", "attention_mask")
) -> bytes:
    """The bytes of a model that gives for each token its row of *table*."""
    width = len(table[0])
    raw = b"".join(struct.pack(f"<{width}f", *row) for row in table)
    tensor = _field(1, len(table)) + _field(1, width) + _field(2, FLOAT) + _field(8, "table") + _field(9, raw)
    node = _field(1, "table") + _field(1, inputs[0]) + _field(2, "last_hidden_state") + _field(4, "Gather")
    graph = _field(1, node) + _field(2, "zinsmodel") + _field(5, tensor)
    graph += b"".join(_field(11, _value_info(name, INT64, "batch", "tokens")) for name in inputs)
    graph += _field(12, _value_info("last_hidden_state", FLOAT, "batch", "tokens", width))
    return _field(1, 8) + _field(7, graph) + _field(8, _field(1, "") + _field(2, 13))


def tokenizer_json(words: Sequence[str]) -> str:
    """Splits at white space; what is not in *words* is [UNK]."""
    vocabulary = {"[PAD]": 0, "[UNK]": 1} | {word: number for number, word in enumerate(words, 2)}
    return json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [],
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "Whitespace"},
            "post_processor": None,
            "decoder": None,
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
        }
    )


def make_model(folder: Path, meaning: Mapping[str, Sequence[float]], **options: Sequence[str]) -> Path:
    """A folder in which each word of *meaning* has those numbers. Padding has large ones: whoever counts it sees it."""
    width = len(next(iter(meaning.values())))
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.json").write_text(tokenizer_json(list(meaning)), encoding="utf-8")
    table = [[99.0] * width, [0.0] * width, *meaning.values()]
    (folder / "model.onnx").write_bytes(onnx_model(table, **options))
    return folder
