"""A tokenizer from a folder as transformers writes them: tokenizer.json, or vocab.json with merges.txt, and beside
them files that add tokens. What they add, and in which order, is as transformers 5 has it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenizers import AddedToken
from tokenizers import Tokenizer as Core

from gptcore.errors import CheckpointError, InputError
from gptcore.files import read_object
from gptcore.text.styles import read_bpe_files

_FILE, _VOCAB, _MERGES = "tokenizer.json", "vocab.json", "merges.txt"
_LISTS = ("additional_special_tokens", "extra_special_tokens")


def has_tokenizer(folder: Path) -> bool:
    """Whether a folder holds a tokenizer that can be read."""
    return (folder / _FILE).is_file() or ((folder / _VOCAB).is_file() and (folder / _MERGES).is_file())


def read_core(file: Path) -> Core:
    """A tokenizer.json.

    Raises:
        CheckpointError: the file is damaged.
    """
    try:
        return Core.from_file(str(file))
    except Exception as error:  # the library raises plain Exception for every kind of damage
        raise CheckpointError(f"{file} is no tokenizer ({error}); fetch or train it again") from error


def read_folder(folder: Path) -> Core:
    """A folder's tokenizer with all tokens that its files add.

    Raises:
        InputError: there is none.
        CheckpointError: a file is damaged, or the files contradict each other.
    """
    if not has_tokenizer(folder):
        raise InputError(f"{folder} has no {_FILE} (nor {_VOCAB} with {_MERGES})")
    settings = _optional(folder / "tokenizer_config.json")
    if (folder / _FILE).is_file():
        core = read_core(folder / _FILE)
    else:
        core = read_bpe_files(folder / _VOCAB, folder / _MERGES, settings.get("add_prefix_space") is True)
    for source, token_id, token in _added(folder, settings):
        core.add_tokens([token])
        if token_id is not None and core.token_to_id(token.content) != token_id:
            raise CheckpointError(
                f"{source} gives {token.content!r:.60} the id {token_id!r:.20}, but after the vocabulary its id is "
                f"{core.token_to_id(token.content)}; save the tokenizer again"
            )
    return core


def _added(folder: Path, settings: dict[str, Any]) -> Iterator[tuple[Path, int | None, AddedToken]]:
    """(file, id if the file says one, token), in the order of the ids they get."""
    path = folder / "tokenizer_config.json"
    try:
        if "added_tokens_decoder" in settings:
            numbered = {int(key): AddedToken(**value) for key, value in settings["added_tokens_decoder"].items()}
        else:
            path = folder / "special_tokens_map.json"
            settings = settings | _optional(path)
            path = folder / "added_tokens.json"
            special = {token.content for token in _named(settings)}
            numbered = {
                token_id: AddedToken(content, normalized=content not in special, special=content in special)
                for content, token_id in _optional(path).items()
            }
        for token_id in sorted(numbered):
            yield path, token_id, numbered[token_id]
        for token in _named(settings):
            yield path, None, token
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise CheckpointError(f"{path} does not describe tokens ({error}); save the tokenizer again") from error


def _named(settings: dict[str, Any]) -> list[AddedToken]:
    """The tokens with a role: {"eos_token": "</s>"}, say, or the same as an object."""
    tokens = [value for name, value in settings.items() if name.endswith("_token") and not name.startswith("add_")]
    tokens += [value for name in _LISTS if isinstance(values := settings.get(name), list) for value in values]
    contents = [value.get("content") if isinstance(value, dict) else value for value in tokens]
    return [AddedToken(content, normalized=False, special=True) for content in contents if isinstance(content, str)]


def _optional(path: Path) -> dict[str, Any]:
    return read_object(path) if path.exists() else {}
