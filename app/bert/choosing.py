"""Which models stand side by side, and what is said of the list of masked ones."""

from contextlib import suppress

import streamlit as st

from app.bert import keys
from app.bert import text as content
from app.shared import loaded, models, state
from app.shared.glossary import GLOSSARY
from app.shared.loaded import ModelKey
from app.shared.theme import escape
from gptcore.checkpoints.checkpoint import models as all_models
from gptcore.checkpoints.checkpoint import reads_text, task_in
from gptcore.checkpoints.masked import is_masked
from gptcore.errors import CheckpointError
from gptcore.model.parameters import parameter_count

_WIDTH = 220
"""Pixels of a list."""
_MUCH = 4
"""Times as large, or as long, from which two models are no fair pair."""


def masked_models() -> models.Titles:
    """Models of BERT's kind that are not fine-tuned."""
    found = {}
    for name, place in all_models().items():
        with suppress(CheckpointError):
            if is_masked(place) and reads_text(place) and task_in(place) is None:
                found[name] = name
    return found


def added_parameters(key: ModelKey) -> int:
    """How many parameters a masked model has that a GPT of its shape and vocabulary has not."""
    config = loaded.checkpoint(key).config
    return parameter_count(config) - parameter_count(config.with_changes(segments=0, mask="causal"))


def are_alike(gpt: ModelKey, masked: ModelKey) -> bool:
    """Whether both cut texts alike, but for the masked model's three marks."""
    ours, theirs = (loaded.checkpoint(key).tokenizer for key in (gpt, masked))
    return ours.with_mask_tokens().fingerprint == theirs.fingerprint


def unequal(gpt: ModelKey, masked: ModelKey) -> str:
    """What to say of two models of which one is much larger, or has read much more; empty for a fair pair."""
    known = [(key, parameter_count(loaded.checkpoint(key).config), _read(key)) for key in (gpt, masked)]
    (_, *ours), (_, *theirs) = known
    if all(max(pair) < _MUCH * min(pair) for pair in zip(ours, theirs, strict=True) if min(pair)):
        return ""
    said = [
        content.SIZE.format(model=escape(models.title(key.name)), size=size / 1e6)
        + (content.HAS_READ.format(tokens=tokens / 1e6) if tokens else "")
        for key, size, tokens in known
    ]
    return content.UNEQUAL.format(one=said[0], other=said[1])


def _read(key: ModelKey) -> int:
    """Tokens that a model read while it was trained, by its card; 0 if the card does not say."""
    result = loaded.checkpoint(key).card.get("result")
    seen = result.get("tokens_seen") if isinstance(result, dict) else None
    return seen if isinstance(seen, int) else 0


def choose_gpt() -> ModelKey:
    """Draws the list of GPTs."""
    return loaded.model_key(_choose(content.MODEL_LABEL, keys.MODEL, models.gpts(), GLOSSARY["model"]))


def choose_masked() -> ModelKey | None:
    """Draws the list of masked models, if there are any."""
    titles = masked_models()
    if not titles:
        return None
    return loaded.model_key(_choose(content.MASKED_LABEL, keys.MASKED, titles, content.MASKED_HELP))


def _choose(label: str, key: str, titles: models.Titles, explained: str) -> str:
    state.take_from_link(key, titles)
    chosen: str = st.selectbox(
        label,
        list(titles),
        format_func=state.labelled(titles),
        key=key,
        bind="query-params",
        help=explained,
        width=_WIDTH,
    )
    return chosen
