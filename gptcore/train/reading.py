"""The first phases of pre-training: a text becomes a tokenizer and files of token ids, in the run's folder.

Whatever is whole there already is kept, so that a run stopped in the middle goes on with the rest.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gptcore.errors import InputError
from gptcore.text.corpus import TokenFile, open_token_file, read_documents, text_bytes, write_token_file
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.events import Preparing
from gptcore.train.phases import Report, Sitting, watched
from gptcore.train.plans import PretrainPlan
from gptcore.train.run_folder import RunFolder

_FEWEST_VALIDATION_TOKENS = 16
_HELD_OUT = 0.02
"""Share of the corpus kept back, at its end, when no validation text is given."""


def first_look(plan: PretrainPlan, sitting: Sitting) -> Iterator[Preparing]:
    """Makes sure that there is a text before anything is written.

    Raises:
        InputError: there is none.
        Halted: the sitting is over.
    """

    def look(report: Report) -> None:
        for source in (plan.corpus, plan.valid):
            if source is not None:
                next(read_documents(source, progress=report))

    yield from watched("reading", look, sitting)


def read_text(
    plan: PretrainPlan, folder: RunFolder, sitting: Sitting
) -> Generator[Preparing, None, tuple[Tokenizer, np.ndarray, np.ndarray, dict[str, Any]]]:
    """Tokenizer, training ids, validation ids, and what to say of them on the card; what the folder has is kept.

    Raises:
        InputError: a text is too short, or cannot be read.
        Halted: the sitting is over.
    """
    n_bytes = text_bytes(plan.corpus)
    if (folder.path / "tokenizer.json").exists():
        tokenizer = Tokenizer.load(folder.path)
    elif plan.tokenizer is not None:
        tokenizer = Tokenizer.load(plan.tokenizer)
    else:

        def learn(report: Report) -> Tokenizer:
            texts = read_documents(plan.corpus, progress=report)
            return Tokenizer.train(texts, plan.model.vocab_size, plan.style, lambda _: report())

        tokenizer = yield from watched("tokenizer", learn, sitting, n_bytes)
    if plan.objective == "masked":
        tokenizer = tokenizer.with_mask_tokens()
    folder.tokens.mkdir(exist_ok=True)
    tokenizer.save(folder.path)

    def token_file(source: str, name: str, notes: tuple[str, ...]) -> Generator[Preparing, None, TokenFile]:
        path = folder.tokens / name
        if path.exists():
            known = open_token_file(path)
            if known.fingerprint == tokenizer.fingerprint:
                return known
            del known  # Windows replaces no file that is still mapped
        said = list(notes)

        def cut(report: Report) -> TokenFile:
            documents = read_documents(source, said.append, lambda _: report())
            return write_token_file(documents, tokenizer, path, report, said)

        return (yield from watched("tokens", cut, sitting, text_bytes(source)))

    text = yield from token_file(plan.corpus, "train.bin", tokenizer.notes)
    ids, notes = text.ids, text.notes
    if plan.valid is not None:
        valid = yield from token_file(plan.valid, "valid.bin", ())
        valid_ids, notes = valid.ids, (*notes, *valid.notes)
        held_out = Path(plan.valid).name
        if len(valid_ids) < _FEWEST_VALIDATION_TOKENS:
            raise InputError(
                f"the validation text {plan.valid} has {len(valid_ids)} tokens, too few to say anything; give at least "
                f"{_FEWEST_VALIDATION_TOKENS}, better thousands, or leave it out to keep back the end of the corpus"
            )
    else:
        n_valid = max(2, round(len(ids) * _HELD_OUT))
        if len(ids) < n_valid + 2:
            raise InputError(f"{plan.corpus} has only {len(ids)} tokens; give a longer text")
        ids, valid_ids = ids[:-n_valid], ids[-n_valid:]
        held_out = f"the last {_HELD_OUT:.0%} of it"
    data = {
        "corpus": Path(plan.corpus).name,
        "train_tokens": len(ids),
        "validation": held_out,
        "valid_tokens": len(valid_ids),
        "notes": list(dict.fromkeys(notes)),
    }
    return tokenizer, ids, valid_ids, data
