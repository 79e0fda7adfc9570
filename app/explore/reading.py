"""What the Explore page shows right now, as one record that every lens reads: no lens asks the model by itself."""

from dataclasses import dataclass, replace

import numpy as np

from app.explore import cache
from app.explore.off import NOTHING_OFF, Off
from app.explore.prompt import MAX_PROMPT, Prompt
from app.shared import loaded
from app.shared.loaded import ModelKey
from app.shared.stamp import stamp
from app.shared.theme import display_token, plain_token
from gptcore.checkpoints.checkpoint import TextModel
from gptcore.familiar import Familiarity, Usual, compare, look_up
from gptcore.lazy import cached_property
from gptcore.measures import Perplexity, TokenScores, perplexity, token_scores
from gptcore.model.capture import Part
from gptcore.model.intervention import Intervention
from gptcore.provenance.cells import Cell, checked
from gptcore.provenance.explain import explain
from gptcore.provenance.explanation import Explanation
from gptcore.provenance.needs import needs
from gptcore.text.tokenizer import Encoding
from gptcore.trace.path import PARTS as PATH_PARTS
from gptcore.trace.path import TokenPath, token_path
from gptcore.trace.roles import Role
from gptcore.trace.trace import Trace


@dataclass(frozen=True)
class Reading:
    """A text as one model reads it."""

    key: ModelKey
    checkpoint: TextModel
    """The model that reads."""
    prompt: Prompt
    """All of it, with the ids that it keeps."""
    text: str
    """What was read: the prompt's text, or its end."""
    source: str
    """Names the text and how it is cut: the text itself, and where ids are kept, all ids."""
    encoding: Encoding
    """Of the whole text."""
    first: int
    """Index of the first token that fits the model's context."""
    skipped_characters: int
    """Characters before `text` that were not read at all."""
    off: Off = NOTHING_OFF
    """What is switched off in the model."""
    is_beside: bool = False
    """Whether it stands beside the page's own reading, to be compared with it."""

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """The tokens the model sees."""
        return self.encoding.ids[self.first :]

    @cached_property
    def names(self) -> list[str]:
        """A display text per token, spaces visible."""
        return [display_token(self.checkpoint.tokenizer.token_text(i)) for i in self.ids]

    @cached_property
    def plain_names(self) -> list[str]:
        """A display text per token without leading spaces, for labels and sentences."""
        return [plain_token(self.checkpoint.tokenizer.token_text(i)) for i in self.ids]

    @cached_property
    def trace(self) -> Trace:
        """Everything for a short text; else states and logits, and the attention of all layers unless it is long."""
        config, kept = self.checkpoint.config, cache.reference if self.is_beside else cache.trace
        if not self.is_gpt:  # all that it has
            return kept(self.key, self.source, self.off, self.ids, None)
        if self.is_beside:
            return kept(self.key, self.source, self.off, self.ids, cache.few_parts(len(self.ids)))
        parts = cache.base_parts(config, len(self.ids))
        return cache.trace(self.key, self.source, self.off, self.ids, parts)

    @property
    def is_gpt(self) -> bool:
        """Whether a transformer reads, which has parts to look into; else a peer (app.explore.peer)."""
        return self.checkpoint.config.architecture == "transformer"

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """What is switched off, as gptcore takes it."""
        return cache.interventions(self.key, self.off)

    def without(self, off: Off) -> "Reading":
        """The same text and model, with these switched off and no others: by zero, where no averages are known."""
        off = off.within(self.checkpoint.config, len(self.ids))
        if not off:
            off = NOTHING_OFF  # however it would have been
        elif off.by_mean and cache.means(self.key) is None:
            off = replace(off, by_mean=False)
        return self if off == self.off else replace(self, off=off)

    @cached_property
    def original(self) -> "Reading":
        """The same with nothing switched off, to stand beside it."""
        return replace(self, off=NOTHING_OFF, is_beside=True)

    @property
    def logits(self) -> np.ndarray:
        """(T, V)."""
        return self.trace.part("logits")

    @cached_property
    def scores(self) -> TokenScores:
        """How each token after the first was predicted."""
        if self.is_beside:
            return cache.reference_scores(self.key, self.source, self.off, self.trace)
        return token_scores(self.logits, np.array(self.ids))

    @property
    def perplexity(self) -> Perplexity:
        """Of the tokens the model sees."""
        return perplexity(self.scores)

    @cached_property
    def familiarity(self) -> Familiarity | None:
        """What the model sees of the text beside the texts that it was tested on; None for a model that does not tell,
        or that measured its test texts as rows of a task, or without its learning or a part of it."""
        usual, words = Usual.from_card(self.checkpoint.card), self.checkpoint.words
        if not self.ids or usual is None or words is None or self.checkpoint.head is not None:
            return None
        if self.key.untrained or self.off:
            return None
        start, _ = self.encoding.offsets[self.first]
        return compare(usual, self.perplexity, look_up([self.text[start:]], words))

    @property
    def is_short(self) -> bool:
        """Whether one trace may hold all layers."""
        return len(self.ids) <= cache.WHOLE_TRACE_TOKENS

    @cached_property
    def board(self) -> tuple[np.ndarray, list[list[Role | None]]]:
        """(L, H, n, n) pooled weights of all heads, and each head's role."""
        return cache.board(self.key, self.source, self.off, self.ids, self._weights)

    @cached_property
    def rollout(self) -> np.ndarray:
        """(T, T): all heads of all layers in one picture; computed when it is asked for."""
        return cache.rollout(self.key, self.source, self.off, self.ids, self._weights)

    def head_weights(self, layer: int, head: int) -> np.ndarray:
        """(T, T): the attention of one head."""
        trace = self.traced(("attention",), layer)
        weights: np.ndarray = trace.part("attention")[trace.row(layer), head]
        return weights

    @property
    def _weights(self) -> np.ndarray | None:
        """(L, H, T, T) of all heads; None for a long text."""
        return self.trace.part("attention") if self.is_short else None

    def traced(self, parts: tuple[Part, ...], layer: int | None = None) -> Trace:
        """A trace that has these parts of one layer at least (find it by Trace.row), or of all: where the page's own
        trace holds them, that one. So all pictures of a number, and its arithmetic, show the same one."""
        if self.trace.has(parts):
            return self.trace
        if layer is not None:
            return cache.block(self.key, self.source, self.off, self.trace, layer)
        kept = cache.reference if self.is_beside else cache.trace
        return kept(self.key, self.source, self.off, self.ids, parts)

    def path(self, position: int) -> TokenPath:
        """One token's way through all blocks."""
        if self.trace.has(PATH_PARTS):
            return token_path(self.trace, position)
        return cache.long_path(self.key, self.source, self.off, self.trace, position)

    def explain(self, cell: Cell) -> Explanation:
        """Where a number of this text comes from.

        Raises:
            InputError: there is no such number.
        """
        config = self.checkpoint.config
        parts, layer = needs(config, cell := checked(cell, config, len(self.ids)))
        return explain(self.checkpoint.model, self.traced(parts, layer), cell)

    def stamp(self, *more: object) -> str:
        """Changes whenever the picture does: the model, what is off, the tokens and whatever a piece adds."""
        return stamp(self.key, self.ids, self.off, *more)


def read(key: ModelKey, prompt: Prompt | str) -> Reading:
    """Cuts a prompt, or a text without ids, and finds the part of it that the model can see."""
    prompt = Prompt.typed(prompt) if isinstance(prompt, str) else prompt
    seen = prompt.end(MAX_PROMPT)
    checkpoint = loaded.checkpoint(key)
    encoding = seen.encode(checkpoint.tokenizer)
    source = seen.text if seen.is_typed else f"{seen.text}\0{encoding.ids}"
    first = max(0, len(encoding.ids) - checkpoint.config.n_positions)
    skipped = len(prompt.shown) - len(seen.shown)
    return Reading(key, checkpoint, prompt, seen.text, source, encoding, first, skipped)
