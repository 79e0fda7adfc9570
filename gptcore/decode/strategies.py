"""Ways to choose the next token, by name: one function writes a text by any of them and tells each choice.

In: a model, a prompt's ids and a Strategy. Out: one Choice per new token, with the probabilities that it was chosen
from, small enough to keep. It knows no text.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from gptcore.decode.beam import MAX_WIDTH, beam_steps
from gptcore.decode.generate import Step, generate, retrace
from gptcore.decode.prompt import checked_prompt
from gptcore.decode.repetition import NO_BAN, NO_PENALTY, check_repetition_settings
from gptcore.decode.sampling import check_sampling_settings, distribution
from gptcore.errors import ConfigError
from gptcore.largest import largest_first
from gptcore.measures import entropy
from gptcore.model.language_model import LanguageModel

MOST_SHOWN = 10
"""Candidates that a Choice keeps, and the one that was chosen."""


@dataclass(frozen=True)
class Strategy:
    """How the next token is chosen; what is not named is off.

    Raises:
        ConfigError: a setting is out of range, or a beam is to be drawn from.
    """

    temperature: float = 1.0
    """0 always takes the likeliest token."""
    top_k: int | None = None
    top_p: float | None = None
    repetition_penalty: float = NO_PENALTY
    no_repeat_ngram_size: int = NO_BAN
    width: int | None = None
    """Of a beam, which looks for the likeliest whole text and leaves nothing to chance; None: token by token."""
    length_penalty: float = 0.0
    """Of a beam: see gptcore.decode.beam."""

    def __post_init__(self) -> None:
        check_sampling_settings(self.temperature, self.top_k, self.top_p)
        check_repetition_settings(self.repetition_penalty, self.no_repeat_ngram_size)
        if self.width is None:
            return
        if type(self.width) is not int or not 1 <= self.width <= MAX_WIDTH:
            raise ConfigError([f"width must be a whole number from 1 to {MAX_WIDTH}, not {self.width!r}"])
        if self.cuts != (1.0, None, None) or self.against != (NO_PENALTY, NO_BAN):
            raise ConfigError(["a beam takes neither temperature nor cuts nor repetition settings; leave them out"])

    @property
    def cuts(self) -> tuple[float, int | None, float | None]:
        """Temperature, top-k and top-p."""
        return self.temperature, self.top_k, self.top_p

    @property
    def against(self) -> tuple[float, int]:
        """Repetition penalty and the size of n-grams that may not come twice."""
        return self.repetition_penalty, self.no_repeat_ngram_size

    @property
    def is_random(self) -> bool:
        """Whether another seed may give another text."""
        return self.width is None and self.temperature > 0 and self.top_k != 1


STRATEGIES: dict[str, Strategy] = {
    "greedy": Strategy(temperature=0),
    "beam": Strategy(width=5),
    "top_k": Strategy(top_k=40),
    "top_p": Strategy(top_p=0.9),
    "temperature": Strategy(temperature=0.7),
    "mixture": Strategy(temperature=0.8, top_k=40, top_p=0.95),
}
"""With settings that are in use: k from GPT-2's samples (Radford et al. 2019), p near that of Holtzman et al. 2020, the
temperature of many chat programs; "mixture" is for a learner's own."""


@dataclass(frozen=True)
class Candidate:
    """A token that could have been chosen."""

    id: int
    raw: float
    """The model's own probability."""
    final: float
    """In the distribution that was drawn from; 0 if it was cut away or banned."""


@dataclass(frozen=True)
class Choice:
    """One token of a text, and what it was chosen from."""

    id: int
    position: int
    """Its index in the whole text, prompt included."""
    log_probability: float
    """The model's own, whatever the strategy made of it, in nats."""
    entropy: float
    """Of the model's own distribution, in bits: 0 if it is certain, log2(V) if it has no idea."""
    probability: float
    """In the distribution that it was drawn from."""
    uniform: float | None
    """The random number that decided; None if nothing was left to chance."""
    n_kept: int
    """Tokens that could be drawn."""
    share_kept: float
    """The model's own probability of those together."""
    candidates: tuple[Candidate, ...]
    """The model's favourites, the likeliest first; at the end the chosen one, if it is none of them."""
    dropped: int
    """Tokens at the text's start that the model no longer saw."""


def write(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    strategy: Strategy,
    seed: int = 0,
    stop_ids: Collection[int] = (),
) -> Iterator[Choice]:
    """Continues a text, a Choice per token. A beam's are those of its best text, when its search is done.

    A beam cannot go past the context: of a prompt that leaves no room it reads the end, and it writes at most as many
    tokens as half the context.

    Args:
        ids: (T,) the prompt, at least one token.
        seed: of the random numbers; the same for two strategies gives them the same numbers in the same order.
        stop_ids: a token with one of these ids is the last.

    Raises:
        InputError: as gptcore.generate, at once.
    """
    pieces = in_pieces(model, ids, max_new_tokens, strategy, seed, stop_ids)
    return (piece for piece in pieces if piece is not None)


def in_pieces(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    strategy: Strategy,
    seed: int = 0,
    stop_ids: Collection[int] = (),
) -> Iterator[Choice | None]:
    """The same, with a None after each piece of work that has not settled a token yet: each step of a beam's search."""
    if strategy.width is not None:
        prompt = checked_prompt(model, ids)
        return _by_beam(model, prompt, max_new_tokens, strategy.width, strategy.length_penalty, stop_ids)
    steps = generate(
        model,
        ids,
        max_new_tokens,
        *strategy.cuts,
        torch.Generator().manual_seed(seed),
        stop_ids,
        repetition_penalty=strategy.repetition_penalty,
        no_repeat_ngram_size=strategy.no_repeat_ngram_size,
    )
    return (choice(step, strategy) for step in steps)


def _by_beam(
    model: LanguageModel,
    prompt: torch.Tensor,
    max_new_tokens: int,
    width: int,
    length_penalty: float,
    stop_ids: Collection[int],
) -> Iterator[Choice | None]:
    context = model.n_positions
    n = max_new_tokens if context is None else min(max_new_tokens, max(1, context // 2))
    if n == 0:
        return
    cut = 0 if context is None else max(0, len(prompt) + n - 1 - context)
    best: tuple[int, ...] = ()
    for searched in beam_steps(model, prompt[cut:], n, width, length_penalty, stop_ids):
        if searched.hypotheses:
            best = searched.hypotheses[0].ids
        yield None
    how = Strategy(width=width, length_penalty=length_penalty)
    for step in retrace(model, prompt[cut:], best):
        yield choice(replace(step, position=step.position + cut, dropped=step.dropped + cut), how)


def choice(step: Step, strategy: Strategy) -> Choice:
    """A step in numbers that are small enough to keep; a beam's has the model's own distribution."""
    cuts = (1.0, None, None) if strategy.width is not None else strategy.cuts
    drawn_from = distribution(step.logits, *cuts)
    raw = drawn_from.raw if step.logits is step.model_logits else distribution(step.model_logits).raw
    possible = drawn_from.final > 0
    shown = largest_first(raw, MOST_SHOWN).tolist()
    if step.id not in shown:
        shown.append(step.id)
    return Choice(
        id=step.id,
        position=step.position,
        log_probability=_log_probability(step.model_logits, raw, step.id),
        entropy=entropy(raw),
        probability=step.probability,
        uniform=step.uniform,
        n_kept=int(possible.sum()),
        share_kept=float(raw[possible].sum()),
        candidates=tuple(Candidate(i, float(raw[i]), float(drawn_from.final[i])) for i in shown),
        dropped=step.dropped,
    )


def _log_probability(logits: np.ndarray, probabilities: np.ndarray, token: int) -> float:
    """Of a token that may be too unlikely for its probability to be told from 0: by way of the likeliest one."""
    likeliest = int(probabilities.argmax())
    return float(logits[token]) - float(logits[likeliest]) + math.log(probabilities[likeliest])
