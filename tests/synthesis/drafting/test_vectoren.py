"""Sentence vectors of a model in a folder: really loaded, really run."""

import sys

import numpy as np
import pytest

from synthesis.drafting.corpus import Corpus
from synthesis.drafting.lexical import LexicalDrafter
from synthesis.drafting.types import Notitie
from synthesis.drafting.vectoren import BATCH, MAX_TOKENS, Modelfout, Vectoren, load_vectoren
from tests.synthesis.zinsmodel import make_model, onnx_model

VERVOER, BOUW = [1.0, 0.1, 0.0], [0.0, 0.1, 1.0]
MEANING = {
    **dict.fromkeys("bus trein halte reiziger perron spoor".split(), VERVOER),
    **dict.fromkeys("huis muur dak kozijn baksteen steiger".split(), BOUW),
}


@pytest.fixture
def folder(tmp_path):
    return make_model(tmp_path / "model", MEANING)


def test_text_is_the_mean_of_its_tokens_of_length_one_and_padding_is_none(folder):
    short, long, mixed, unknown = Vectoren(folder)(["Bus", "bus trein halte perron", "bus huis", "zzz"])
    length = np.linalg.norm(VERVOER)
    assert np.allclose(short, np.array(VERVOER) / length, atol=1e-6)
    assert np.allclose(long, short, atol=1e-6)
    middle = np.array([0.5, 0.1, 0.5])
    assert np.allclose(mixed, middle / np.linalg.norm(middle), atol=1e-6)
    assert np.allclose(unknown, 0)


def test_texts_come_back_in_their_own_order_whatever_their_length_and_number(folder):
    teksten = [" ".join(["bus"] * (n % 7 + 1) + ["huis"] * (n % 3)) for n in range(BATCH * 2 + 5)]
    alone = np.stack([Vectoren(folder)([tekst])[0] for tekst in teksten])
    heard = []
    vectoren = Vectoren(folder)
    vectoren.read(teksten, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1
    assert np.allclose(vectoren(teksten), alone, atol=1e-5)
    vectoren.read(teksten, lambda part: pytest.fail("it knew them all"))


def test_long_text_is_cut_off(folder):
    one, other = Vectoren(folder)(["bus " * MAX_TOKENS, "bus " * MAX_TOKENS + "huis " * 500])
    assert np.allclose(one, other)


@pytest.mark.parametrize(
    "inputs",
    [("input_ids",), ("input_ids", "token_type_ids", "attention_mask")],
)
def test_model_may_ask_for_less_or_more(tmp_path, inputs):
    folder = make_model(tmp_path / "m", MEANING, inputs=inputs)
    assert np.allclose(Vectoren(folder)(["bus"])[0], np.array(VERVOER) / np.linalg.norm(VERVOER), atol=1e-6)


def test_notes_without_a_word_in_common_are_told_apart_by_what_they_mean(folder):
    teksten = [
        "bus halte", "trein perron", "reiziger spoor", "huis dak", "muur kozijn", "baksteen steiger"
    ]  # fmt: skip
    notes = [Notitie(str(n), tekst, tafel=n) for n, tekst in enumerate(teksten)]
    corpus = Corpus(teksten)
    meant = {frozenset(c.bijdragen) for c in LexicalDrafter(corpus, Vectoren(folder)).draft(notes, aantal=2)}
    assert meant == {frozenset("012"), frozenset("345")}
    assert {frozenset(c.bijdragen) for c in LexicalDrafter(corpus).draft(notes, aantal=2)} != meant


def test_what_a_person_placed_holds_here_too_for_few_and_for_many(folder):
    words = list(MEANING)
    for number in (40, 2_600):
        teksten = [f"{words[n % 12]} {words[n * 7 % 12]} {n % 50}" for n in range(number)]
        notes = [
            Notitie(f"{n:05}", tekst, tafel=n % 8, groep=f"g{n % 3}" if n % 10 == 0 else None)
            for n, tekst in enumerate(teksten)
        ]
        concepts = LexicalDrafter(Corpus(teksten), Vectoren(folder)).draft(notes)
        assert sorted(pk for c in concepts for pk in c.bijdragen) == [note.id for note in notes]
        for concept in concepts:
            groups = {note.groep for note in notes if note.groep and note.id in set(concept.bijdragen)}
            assert groups in ({concept.groep}, set())


# --- a folder that is not right -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["tokenizer.json", "model.onnx"])
def test_missing_file_is_said_by_its_name(folder, name):
    (folder / name).unlink()
    with pytest.raises(Modelfout, match=f"ontbreekt {name}"):
        load_vectoren(str(folder))


@pytest.mark.parametrize("name", ["tokenizer.json", "model.onnx"])
@pytest.mark.parametrize(
    "inhoud", [b"", b"{}", b"\x00\xff" * 500, b"version https://git-lfs.github.com/spec/v1\n"]
)
def test_broken_file_is_said_by_its_name(folder, name, inhoud):
    (folder / name).write_bytes(inhoud)
    with pytest.raises(Modelfout, match=f"{name} in de map van de taalvectoren is niet te lezen"):
        load_vectoren(str(folder))


def test_model_of_another_kind_is_refused(folder, tmp_path):
    (folder / "model.onnx").write_bytes(onnx_model([[1.0]] * 20, inputs=("pixels",)))
    with pytest.raises(Modelfout, match="geen model voor zinnen"):
        load_vectoren(str(folder))


def test_model_that_knows_fewer_tokens_than_the_tokenizer_is_refused(folder):
    (folder / "model.onnx").write_bytes(onnx_model([[1.0, 0.0]] * 3))
    with pytest.raises(Modelfout, match="passen niet bij elkaar"):
        load_vectoren(str(folder))(["huis dak steiger"])


def test_model_that_gives_no_numbers_is_refused(folder):
    (folder / "model.onnx").write_bytes(onnx_model([[float("nan")]] * 20))
    with pytest.raises(Modelfout, match="geen vectoren"):
        load_vectoren(str(folder))(["huis"])


def test_without_the_extra_packages_it_says_so(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(Modelfout, match=r"requirements/vectors\.txt"):
        Vectoren(folder)


def test_model_is_loaded_once_and_again_when_it_changed(folder):
    first = load_vectoren(str(folder))
    assert load_vectoren(str(folder)) is first
    (folder / "tokenizer.json").write_text((folder / "tokenizer.json").read_text() + "\n")
    import os

    os.utime(folder / "tokenizer.json", ns=(1, 1))
    assert load_vectoren(str(folder)) is not first
