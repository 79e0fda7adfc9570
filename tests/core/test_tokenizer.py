"""The tokenizer: nothing lost, offsets in the learner's own text, and GPT-1's cutting as transformers does it."""

import hashlib
import json
import random
from pathlib import Path

import pytest
from tokenizers import Tokenizer as Core
from tokenizers import models

from gptcore.errors import CheckpointError, InputError
from gptcore.text.tokenizer import END_OF_TEXT, STYLES, UNKNOWN, Tokenizer

PARAGRAPH = """The old fox sat by the river, and the river ran to the sea. "Why do you sit?" asked the hare.
"I'm waiting," said the fox; "it's the waiting that I like." In 1918 the café by the bridge had 36 chairs!
The hare sat down too. They waited, they'd waited before, and the water went on running, running, running."""
HOSTILE = [
    "",
    " ",
    "\n",
    "  two  spaces \t tab\r\nline\n\n\nend  ",
    "\x00\x01\x1f\x7f control",
    "don't I'll we've THEY'RE",
    "İstanbul İİ ß ẞ ﬃ Ǆ",
    "e\u0301 n\u0303 combining, Ångström",
    "emoji 😀👩‍👩‍👧🇬🇧 end",
    "中文字符 한국어 日本語",
    "שלום עולם مرحبا",
    "<script>alert('$x$')</script> <unk> </w> \ufffd",
    END_OF_TEXT,
    f"a{END_OF_TEXT}b",
    "\u200b\u00a0\u2028\ufeff odd spaces",
    "x" * 3_000,
    "\U0010ffff\u0378",
]
TRANSFORMERS_SPECIAL = {"split_special_tokens": True, "add_special_tokens": False}


def _sentences(count: int) -> list[str]:
    """Sentences of real and invented words, with odd characters strewn in."""
    draw = random.Random(7)
    words = PARAGRAPH.split()
    odd = "éüÅßİŉ中한😀\u0301\u200d\u00a0\x07—“”…()[]{}<>|/\\'\"_-0123456789"
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

    def word() -> str:
        kind = draw.random()
        if kind < 0.5:
            return draw.choice(words)
        alphabet = letters if kind < 0.9 else letters[:6] + odd
        return "".join(draw.choices(alphabet, k=draw.randint(1, 12)))

    return [draw.choice(" \n\t").join(word() for _ in range(draw.randint(1, 15))) for _ in range(count)]


@pytest.fixture(scope="module")
def tokenizers() -> dict[str, Tokenizer]:
    return {style: Tokenizer.train([PARAGRAPH], 340, style) for style in STYLES}


@pytest.fixture(scope="module", params=STYLES)
def tokenizer(request, tokenizers) -> Tokenizer:
    return tokenizers[request.param]


@pytest.fixture(scope="module")
def gpt1_folder(tokenizers, tmp_path_factory) -> Path:
    """A small BPE as Hugging Face ships GPT-1's: vocab.json and merges.txt."""
    folder = tmp_path_factory.mktemp("gpt1")
    tokenizers["gpt1"].save(folder)
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]), encoding="utf-8")
    merges = "".join(f"{left} {right}\n" for left, right in model["merges"])
    (folder / "merges.txt").write_text("#version: 0.2\n" + merges, encoding="utf-8")
    return folder


@pytest.mark.parametrize("text", HOSTILE)
def test_bytes_style_loses_nothing(tokenizers, text):
    tokenizer = tokenizers["bytes"]
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_bytes_style_loses_nothing_of_generated_text(tokenizers):
    tokenizer = tokenizers["bytes"]
    texts = _sentences(500)
    assert [tokenizer.decode(ids) for ids in tokenizer.encode_batch(texts)] == texts


@pytest.mark.parametrize("text", HOSTILE + _sentences(50))
def test_bytes_style_offsets_hold_the_text_of_each_token(tokenizers, text):
    """Its bytes lie within those of its slice, the slices run from start to end, and no character is left out."""
    tokenizer = tokenizers["bytes"]
    encoding = tokenizer.encode(text)
    covered = set()
    previous = (0, 0)
    for token_id, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
        part = tokenizer.decode([token_id])
        assert part == text[start:end] or "\ufffd" in part
        assert start <= previous[1]  # no gap
        assert (start, end) >= previous and start < end
        covered.update(range(start, end))
        previous = (start, end)
    assert covered == set(range(len(text)))


@pytest.mark.parametrize("text", HOSTILE + _sentences(50))
def test_offsets_are_ordered_slices_of_the_text_in_every_style(tokenizer, text):
    encoding = tokenizer.encode(text)
    assert len(encoding.ids) == len(encoding.tokens) == len(encoding.offsets)
    assert all(0 <= start < end <= len(text) for start, end in encoding.offsets)
    assert list(encoding.offsets) == sorted(encoding.offsets)


def test_offsets_point_into_the_text_as_typed_where_its_length_changes(tokenizers):
    text = "  İ CAFÉ e\u0301\x00 the River"
    encoding = tokenizers["gpt1"].encode(text)
    slices = {token: text[start:end] for token, (start, end) in zip(encoding.tokens, encoding.offsets, strict=True)}
    assert slices["i</w>"] == "İ" and slices["e</w>"] == "e"
    assert slices["the</w>"] == "the" and slices["river</w>"] == "River"


def test_an_emoji_s_bytes_all_cover_the_emoji(tokenizers):
    encoding = tokenizers["bytes"].encode("a😀b")
    assert encoding.offsets == ((0, 1), (1, 2), (1, 2), (1, 2), (1, 2), (2, 3))
    assert [tokenizers["bytes"].token_text(i) for i in encoding.ids] == ["a", "\\xf0", "\\x9f", "\\x98", "\\x80", "b"]


def test_half_a_surrogate_pair_is_one_replacement_character_and_moves_no_offset(tokenizers):
    encoding = tokenizers["bytes"].encode("\ud83d\ude00 the")
    assert encoding.offsets[-1] == (2, 6)
    assert tokenizers["bytes"].decode(encoding.ids) == "\ufffd\ufffd the"


@pytest.mark.parametrize("style", STYLES)
def test_typed_special_tokens_are_ordinary_text(tokenizers, style):
    tokenizer = tokenizers[style]
    assert tokenizer.end_of_text_id is not None
    typed = tokenizer.encode(f"the {END_OF_TEXT} fox")
    assert tokenizer.stop_ids == (tokenizer.end_of_text_id,) and tokenizer.end_of_text_id not in typed.ids
    assert tokenizer.encode_batch([f"the {END_OF_TEXT} fox"]) == [list(typed.ids)]


def test_bytes_style_keeps_its_promises(tokenizers):
    tokenizer = tokenizers["bytes"]
    assert tokenizer.end_of_text_id == 0
    assert all(tokenizer.decode([tokenizer.id_of(token)]) for token in tokenizer.vocab)
    assert tokenizer.encode("fox and the").tokens[-2:] == ("Ġand", "Ġthe")
    assert tokenizer.decode([*tokenizer.encode("fox").ids, 0]) == "fox" + END_OF_TEXT


def test_unknown_text_in_the_other_styles(tokenizers):
    assert tokenizers["gpt1"].encode("fox 😀").tokens[-1] == UNKNOWN
    assert tokenizers["words"].encode("fox zebra").tokens == ("fox", UNKNOWN)


def test_decoding_joins_words(tokenizers):
    gpt1, words = tokenizers["gpt1"], tokenizers["words"]
    assert gpt1.decode(gpt1.encode("The Fox, waiting").ids) == "the fox , waiting"
    assert words.decode(words.encode("the fox sat").ids) == "the fox sat"


def test_batches_are_encoded_alike(tokenizer):
    texts = HOSTILE + _sentences(20)
    assert tokenizer.encode_batch(texts) == [list(tokenizer.encode(text).ids) for text in texts]


def test_training_again_gives_the_same_vocabulary(tokenizer):
    """In each style, though the library's own order of GPT-1's word ends changes from one training to the next."""
    again = Tokenizer.train(iter([PARAGRAPH]), 340, tokenizer.style)
    assert again.fingerprint == tokenizer.fingerprint


def test_vocabulary_is_listed_by_id(tokenizer):
    assert [tokenizer.id_of(token) for token in tokenizer.vocab] == list(range(tokenizer.vocab_size))
    assert tuple(tokenizer.token(i) for i in range(tokenizer.vocab_size)) == tokenizer.vocab
    assert tokenizer.id_of("no such entry") is None


def test_saved_and_loaded_is_the_same(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "deep" / "folder")
    file = tmp_path / "deep" / "folder" / "tokenizer.json"
    for path in (file, file.parent, str(file.parent)):
        loaded = Tokenizer.load(path)
        assert loaded.style == tokenizer.style and loaded.vocab == tokenizer.vocab
        assert [loaded.encode(text) for text in HOSTILE] == [tokenizer.encode(text) for text in HOSTILE]
    assert loaded.fingerprint == hashlib.sha256(file.read_bytes()).hexdigest()
    assert [path.name for path in file.parent.iterdir()] == ["tokenizer.json"]


def test_settings_that_others_saved_do_not_cut_or_pad(tokenizers, tmp_path):
    tokenizers["bytes"].save(tmp_path)
    foreign = Core.from_file(str(tmp_path / "tokenizer.json"))
    foreign.enable_truncation(3)
    foreign.enable_padding(length=100)
    foreign.save(str(tmp_path / "tokenizer.json"))
    assert Tokenizer.load(tmp_path).encode(PARAGRAPH) == tokenizers["bytes"].encode(PARAGRAPH)


def test_gpt1_files_cut_as_transformers_does(gpt1_folder):
    """Typed special tokens apart (`<unk>` is text here), which transformers too can be told to leave alone."""
    transformers = pytest.importorskip("transformers")
    theirs = transformers.OpenAIGPTTokenizer.from_pretrained(str(gpt1_folder))
    ours = Tokenizer.load(gpt1_folder)
    assert ours.vocab_size == len(theirs) and ours.style == "gpt1"
    texts = HOSTILE + _sentences(3_000)
    expected = theirs(texts, **TRANSFORMERS_SPECIAL)["input_ids"]
    assert ours.encode_batch(texts) == expected
    assert [list(ours.encode(text).ids) for text in texts[:300]] == expected[:300]
    assert [ours.decode(ids) for ids in expected[:300]] == theirs.batch_decode(expected[:300])


def test_gpt1_files_equal_the_tokenizer_they_came_from(gpt1_folder, tokenizers):
    loaded = Tokenizer.load(gpt1_folder)
    assert [loaded.encode(text) for text in HOSTILE] == [tokenizers["gpt1"].encode(text) for text in HOSTILE]


REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "gpt1-bpe"


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="GPT-1's own files are not here")
def test_gpt1_s_own_files(tmp_path):
    transformers = pytest.importorskip("transformers")
    (tmp_path / "vocab.json").symlink_to(REFERENCE / "encoder_bpe_40000.json")
    (tmp_path / "merges.txt").symlink_to(REFERENCE / "vocab_40000.bpe")
    theirs = transformers.OpenAIGPTTokenizer.from_pretrained(str(tmp_path))
    ours = Tokenizer.load(tmp_path)
    assert ours.vocab_size == 40_478
    texts = HOSTILE + _sentences(1_000)
    assert ours.encode_batch(texts) == theirs(texts, **TRANSFORMERS_SPECIAL)["input_ids"]


def test_bad_training_arguments(tmp_path):
    with pytest.raises(InputError, match="style"):
        Tokenizer.train([PARAGRAPH], 300, "letters")
    for size in (256, 0, 1.5, True, 10**9):
        with pytest.raises(InputError, match="vocab_size"):
            Tokenizer.train([PARAGRAPH], size)
    with pytest.raises(InputError, match="list"):
        Tokenizer.train(PARAGRAPH, 300)
    for style in ("gpt1", "words"):
        with pytest.raises(InputError, match="no words"):
            Tokenizer.train(["", " \n"], 300, style)


def test_text_without_words_still_makes_a_bytes_tokenizer():
    tokenizer = Tokenizer.train([""], 300)
    assert tokenizer.vocab_size == 257
    assert tokenizer.decode(tokenizer.encode("héllo").ids) == "héllo"


def test_files_that_are_no_tokenizer(tokenizers, tmp_path):
    with pytest.raises(InputError, match=r"tokenizer\.json"):
        Tokenizer.load(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CheckpointError, match="no tokenizer"):
        Tokenizer.load(tmp_path)
    Core(models.WordPiece({UNKNOWN: 0}, unk_token=UNKNOWN)).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(InputError, match="none of the styles"):
        Tokenizer.load(tmp_path)
    Core(models.WordLevel({"a": 0, UNKNOWN: 5}, unk_token=UNKNOWN)).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(InputError, match="not 0 to 1"):
        Tokenizer.load(tmp_path)
    Core(models.WordLevel({"a": 0}, unk_token=UNKNOWN)).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(InputError, match=UNKNOWN):
        Tokenizer.load(tmp_path)
    Core(models.WordLevel({"a": 0, UNKNOWN: 1}, unk_token="b")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(InputError, match="none of the styles"):
        Tokenizer.load(tmp_path)


def test_damaged_gpt1_files(gpt1_folder, tmp_path):
    (tmp_path / "vocab.json").write_bytes((gpt1_folder / "vocab.json").read_bytes())
    (tmp_path / "merges.txt").write_text("#version: 0.2\nzz qq\n", encoding="utf-8")
    with pytest.raises(CheckpointError, match="GPT-1"):
        Tokenizer.load(tmp_path)


def test_ids_outside_the_vocabulary_and_texts_too_long(tokenizers, monkeypatch):
    tokenizer = tokenizers["bytes"]
    for token_id in (-1, tokenizer.vocab_size):
        with pytest.raises(InputError, match=str(token_id)):
            tokenizer.decode([token_id])
        with pytest.raises(InputError, match=str(token_id)):
            tokenizer.token_text(token_id)
    monkeypatch.setattr("gptcore.text.tokenizer.MAX_CHARACTERS", 10)
    with pytest.raises(InputError, match="11"):
        tokenizer.encode("x" * 11)
