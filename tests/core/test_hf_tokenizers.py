"""Tokenizers in folders that transformers wrote: the same ids, whatever was added, and a table of another size."""

import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Tokenizer, OpenAIGPTTokenizer

from gptcore.checkpoints.checkpoint import Checkpoint, load, save
from gptcore.checkpoints.hf import from_hf, to_hf
from gptcore.decode.generate import generate
from gptcore.errors import CheckpointError
from gptcore.text.styles import END_OF_TEXT, TASK_TOKENS, UNKNOWN
from gptcore.text.tokenizer import Tokenizer
from tests.core.conftest import TEXT, tiny
from tests.core.hf_folders import KINDS, edit, same_logits, written

TEXTS = [
    "The fox  lived\tunder a hill.\n\nDon't they'll WE'VE 3.14",
    " leading, trailing ",
    "où 😀👩‍👩‍👧 日本語 \u00a0 end",
    f"a {END_OF_TEXT} typed {UNKNOWN} <pad>",
    "a foo and foofoo, Foo!",
    "",
]
CLASSES = {"openai-gpt": OpenAIGPTTokenizer, "gpt2": GPT2Tokenizer}
STYLES = {"openai-gpt": "gpt1", "gpt2": "bytes"}
AS_TEXT = {"split_special_tokens": True, "add_special_tokens": False}
"""A typed "<|endoftext|>" is text in our program; theirs can be told so."""


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def plain(kind, tmp_path):
    """vocab.json and merges.txt, as the first versions wrote them, and how many entries they have."""
    trained = Tokenizer.train([TEXT] * 4, 320, STYLES[kind])
    trained.save(tmp_path / "trained")
    model = json.loads((tmp_path / "trained" / "tokenizer.json").read_text())["model"]
    folder = tmp_path / "hf"
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in model["merges"]))
    return folder, len(model["vocab"])


def same_ids(folder, kind):
    """Whether both programs cut all texts alike; our tokenizer."""
    theirs, ours = CLASSES[kind].from_pretrained(folder), load(folder).tokenizer
    for text in TEXTS:
        ids = list(ours.encode(text).ids)
        assert ids == theirs(text, **AS_TEXT)["input_ids"], text
        assert ours.decode(ids) == theirs.decode(ids, clean_up_tokenization_spaces=False)
    return ours


def test_the_first_versions_files(plain, kind):
    folder, size = plain
    written(folder, kind, vocab_size=size)
    assert same_ids(folder, kind).vocab_size == size


@pytest.mark.parametrize("prefix", [False, True])
def test_what_their_tokenizer_saves(plain, kind, prefix, tmp_path):
    folder, _ = plain
    extra = {"add_prefix_space": prefix} if kind == "gpt2" else {}
    theirs = CLASSES[kind].from_pretrained(folder, **extra)
    theirs.add_tokens(["foo"])
    theirs.add_special_tokens({"pad_token": "<pad>"})
    theirs.save_pretrained(tmp_path / "saved")
    written(tmp_path / "saved", kind, vocab_size=len(theirs))
    ours = same_ids(tmp_path / "saved", kind)
    assert ours.merges("foo") == () and ours.merges(" fox")  # what was added is found whole
    assert ours.id_of("foo") == len(theirs) - 2 and ours.id_of("<pad>") == len(theirs) - 1
    same_logits(tmp_path / "saved", kind)


@pytest.mark.parametrize("how", ["added_tokens.json", "added_tokens_decoder", "special_tokens_map.json"])
def test_tokens_added_beside_the_first_versions_files(plain, kind, how):
    folder, size = plain
    special = {
        "pad_token": "<pad>",
        "eos_token": {
            "content": END_OF_TEXT,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "single_word": False,
        },
    }
    if how == "added_tokens_decoder":
        foo, pad = {"content": "foo", "special": False}, {"content": "<pad>", "special": True}
        values = {"added_tokens_decoder": {str(size): foo, str(size + 1): pad}, "pad_token": "<pad>"}
        (folder / "tokenizer_config.json").write_text(json.dumps(values))
    else:
        (folder / "special_tokens_map.json").write_text(json.dumps(special))
    if how == "added_tokens.json":
        (folder / how).write_text(json.dumps({"<pad>": size + 1, "foo": size}))
    written(folder, kind, vocab_size=size + 2)
    ours = same_ids(folder, kind)
    assert ours.vocab_size == size + 2
    assert ours.id_of("<pad>") == len(CLASSES[kind].from_pretrained(folder)) - 1


@pytest.mark.parametrize("rows", [1, 40])
def test_rows_of_the_table_beyond_the_vocabulary_say_what_they_are(plain, kind, rows, tmp_path):
    folder, size = plain
    written(folder, kind, vocab_size=size + rows)
    ours = same_logits(folder, kind)
    same_ids(folder, kind)
    tokenizer, last = ours.tokenizer, size + rows - 1
    assert tokenizer.vocab_size == ours.config.vocab_size == size + rows
    assert tokenizer.token_text(last) == tokenizer.decode([last]) == f"[unused {last}]"
    assert not {*range(size, size + rows)} & {*tokenizer.encode(f"a [unused {last}] typed").ids}
    assert all(step.id < size + rows and tokenizer.token_text(step.id) for step in generate(ours.model, [1], 30))
    save(ours, tmp_path / "ours")
    assert load(tmp_path / "ours").tokenizer.fingerprint == tokenizer.fingerprint
    more = tokenizer.with_task_tokens()
    assert [more.id_of(token) for token in TASK_TOKENS] == [last + 1, last + 2, last + 3]


def test_added_tokens_that_the_table_does_not_have_are_left_out(plain, kind):
    """A [PAD] that was added without the model being told: transformers opens the folder, and so do we."""
    folder, size = plain
    (folder / "added_tokens.json").write_text(json.dumps({"<pad>": size + 1, "foo": size}))
    (folder / "special_tokens_map.json").write_text(json.dumps({"pad_token": "<pad>"}))
    written(folder, kind, vocab_size=size + 1)
    tokenizer = same_ids(folder, kind)
    assert tokenizer.vocab_size == size + 1 and tokenizer.id_of("foo") == size


def test_a_table_too_small_for_the_vocabulary_is_refused_with_the_numbers(plain, kind):
    folder, size = plain
    written(folder, kind, vocab_size=size - 5)
    with pytest.raises(CheckpointError, match=f"has {size} entries, but the model's table only {size - 5} rows"):
        load(folder)


@pytest.mark.parametrize(
    "file, content",
    [
        ("added_tokens.json", {"foo": 7}),
        ("added_tokens.json", {"foo": 10**30}),
        ("added_tokens.json", {"foo": "x"}),
        ("added_tokens.json", {"": 321}),
        ("added_tokens.json", []),
        ("special_tokens_map.json", 3),
        ("tokenizer_config.json", {"added_tokens_decoder": {"x": {}}}),
        ("tokenizer_config.json", {"added_tokens_decoder": {"320": "foo"}}),
        ("tokenizer_config.json", {"added_tokens_decoder": {"320": {"content": 5}}}),
        ("tokenizer_config.json", {"added_tokens_decoder": {"9" * 5_000: {"content": "foo"}}}),
        ("tokenizer_config.json", {"added_tokens_decoder": [1]}),
        ("vocab.json", {"a": -1}),
        ("vocab.json", {"a": 2**40}),
        ("vocab.json", []),
        ("tokenizer.json", {"model": {}}),
        ("tokenizer.json", []),
    ],
    ids=str,
)
def test_damaged_tokenizer_files_are_named_in_a_line(plain, kind, file, content):
    folder, size = plain
    (folder / file).write_text(json.dumps(content))
    written(folder, kind, vocab_size=size)
    with pytest.raises(CheckpointError, match=file.replace(".", r"\.")) as caught:
        load(folder)
    assert len(str(caught.value)) < 300 + 2 * len(str(folder)) and "\n" not in str(caught.value)


@pytest.mark.parametrize("norm", ["post", "pre"])
def test_transformers_opens_what_is_exported(tokenizer, tmp_path, norm):
    model = tiny(vocab_size=tokenizer.vocab_size, norm=norm)
    to_hf(Checkpoint(model, tokenizer, model.config), tmp_path / "hf")
    theirs = AutoModelForCausalLM.from_pretrained(tmp_path / "hf").eval()
    their_tokenizer = AutoTokenizer.from_pretrained(tmp_path / "hf")
    assert theirs.config.eos_token_id == their_tokenizer.eos_token_id == tokenizer.end_of_text_id
    for text in TEXTS:
        ids = list(tokenizer.encode(text).ids)
        assert their_tokenizer(text, **AS_TEXT)["input_ids"] == ids and their_tokenizer.decode(ids) == text
    ids = torch.tensor([tokenizer.encode(TEXT).ids[:24]])
    with torch.no_grad():
        torch.testing.assert_close(theirs(ids).logits, model(ids), atol=1e-4, rtol=0)
    back = from_hf(tmp_path / "hf")
    assert back.config == model.config and back.tokenizer.fingerprint == tokenizer.fingerprint


def test_an_export_without_an_end_of_text_names_none(tmp_path):
    model = tiny(norm="pre")
    to_hf(Checkpoint(model, None, model.config), tmp_path / "hf")
    assert json.loads((tmp_path / "hf" / "config.json").read_text())["eos_token_id"] is None


def test_a_tokenizer_of_another_style_is_refused(plain, kind):
    folder, size = plain
    (folder / "tokenizer.json").write_text(
        json.dumps(
            {
                "version": "1.0",
                "truncation": None,
                "padding": None,
                "added_tokens": [],
                "normalizer": None,
                "pre_tokenizer": None,
                "post_processor": None,
                "decoder": None,
                "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []},
            }
        )
    )
    written(folder, kind, vocab_size=size)
    edit(folder)
    with pytest.raises(Exception, match="none of the styles"):
        load(folder)
