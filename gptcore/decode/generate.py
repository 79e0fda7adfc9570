"""Text, one token after the other: an iterator that reads each token once, thanks to the keys and values it keeps.

In: a model and token ids. Out: one Step per new token; the caller stops by not asking for more. It knows no text.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from gptcore.decode.context import first_read
from gptcore.decode.prompt import checked_prompt
from gptcore.decode.repetition import NO_BAN, NO_PENALTY, adjusted, check_repetition_settings
from gptcore.decode.sampling import Draw, check_sampling_settings, distribution, draw
from gptcore.errors import InputError
from gptcore.model.capture import Capture
from gptcore.model.intervention import Intervention, moved
from gptcore.model.language_model import LanguageModel, Memory

MAX_NEW_TOKENS = 100_000


@dataclass(frozen=True)
class Step:
    """One generated token."""

    id: int
    position: int
    """Its index in the whole text, prompt included."""
    probability: float
    """In the distribution it was drawn from."""
    logits: np.ndarray
    """(V,) that it was drawn from: the model's own, changed by a repetition penalty and a ban on n-grams."""
    dropped: int
    """Tokens at the text's start that the model no longer saw when it chose this one."""
    uniform: float | None
    """The random number that decided; None if nothing was left to chance."""
    model_logits: np.ndarray
    """(V,) as the model gave them; `logits` itself where nothing changes them."""
    states: np.ndarray
    """(n_layer + 1, D): "hidden" of the token before it, as gptcore.model.capture has it: what it was chosen from.
    (0, 1) of a bigram, which has no vectors."""


def generate(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
    stop_ids: Collection[int] = (),
    interventions: Collection[Intervention] = (),
    repetition_penalty: float = NO_PENALTY,
    no_repeat_ngram_size: int = NO_BAN,
) -> Iterator[Step]:
    """Continues a text.

    When the context is full, the older half of it is dropped and the rest is read again from position 0 (positions
    are absolute, so kept keys and values would be wrong); Step.dropped tells how much is gone. A prompt longer than
    the context loses as much of its start as does not fit.

    Args:
        model: in evaluation mode.
        ids: (T,) the prompt, at least one token.
        max_new_tokens: steps at most.
        temperature: 0 always takes the likeliest token; see gptcore.decode.sampling for this, top_k and top_p.
        generator: source of randomness; None makes a new one with seed 0.
        stop_ids: a step with one of these ids is the last.
        interventions: what each pass does otherwise; their positions count from the prompt's first token, and are of
            no effect once that token is dropped.
        repetition_penalty: makes tokens of the prompt and the text less likely; 1 is off.
        no_repeat_ngram_size: no n-gram of this size comes twice in prompt and text; 0 is off. Both are as in
            transformers and act before temperature and cuts: see gptcore.decode.repetition. What the context has
            dropped counts too.

    Raises:
        InputError: an empty prompt, an id outside the vocabulary, a setting out of range, an intervention that does
            not fit the model or a model in training mode; at once, not at the first step.
    """
    check_sampling_settings(temperature, top_k, top_p)
    check_repetition_settings(repetition_penalty, no_repeat_ngram_size)
    prompt = checked_prompt(model, ids)
    if type(max_new_tokens) is not int or not 0 <= max_new_tokens <= MAX_NEW_TOKENS:
        raise InputError(f"max_new_tokens must be a whole number from 0 to {MAX_NEW_TOKENS:,}, not {max_new_tokens!r}")
    model.check(interventions)
    generator = generator or torch.Generator().manual_seed(0)

    def choose(logits: np.ndarray) -> Draw:
        if temperature == 0:
            return _likeliest(logits)
        return draw(distribution(logits, temperature, top_k, top_p), generator)

    against = (repetition_penalty, no_repeat_ngram_size)
    return _steps(model, prompt, max_new_tokens, choose, against, frozenset(stop_ids), tuple(interventions))


def retrace(model: LanguageModel, ids: torch.Tensor | Sequence[int], new_ids: Sequence[int]) -> Iterator[Step]:
    """The steps of a text that is there already: what the model said where each of its tokens was chosen.

    Args:
        ids: (T,) the prompt, at least one token.
        new_ids: what was written after it, by whatever means. Step.probability is the model's own.

    Raises:
        InputError: as generate.
    """
    prompt = checked_prompt(model, ids)
    rest = iter(new_ids)

    def choose(logits: np.ndarray) -> Draw:
        token = next(rest)
        return Draw(token, None, float(distribution(logits).raw[token]))

    return _steps(model, prompt, len(new_ids), choose, (NO_PENALTY, NO_BAN), frozenset(), ())


def _steps(
    model: LanguageModel,
    prompt: torch.Tensor,
    max_new_tokens: int,
    choose: Callable[[np.ndarray], Draw],
    against: tuple[float, int],
    stop_ids: frozenset[int],
    interventions: tuple[Intervention, ...],
) -> Iterator[Step]:
    context = model.n_positions
    text = prompt.tolist()
    n_prompt = len(text)
    dropped = first_read(n_prompt, n_prompt, context)
    cache = model.new_memory()
    unread = text[dropped:]
    for _ in range(max_new_tokens):
        if context is not None and cache.length + len(unread) > context:
            dropped = first_read(n_prompt, len(text), context)
            cache.back_to(0, 1)
            unread = text[dropped:]
        own, states = _next_logits(model, unread, cache, moved(interventions, dropped))
        logits = adjusted(own, text, *against)
        chosen = choose(logits)
        yield Step(chosen.id, len(text), chosen.probability, logits, dropped, chosen.uniform, own, states)
        text.append(chosen.id)
        unread = [chosen.id]
        if chosen.id in stop_ids:
            return


def _next_logits(
    model: LanguageModel, ids: list[int], cache: Memory, interventions: list[Intervention]
) -> tuple[np.ndarray, np.ndarray]:
    """(V,) for the token after `ids`, which are added to the cache, and the last one's states (n_layer + 1, D)."""
    kept = ("hidden",) if "hidden" in model.records else ()
    capture = Capture(kept, model.config.n_layer)
    with torch.no_grad():
        unread = torch.tensor([ids], device=model.device)
        read = model.hidden_states(unread, capture, cache, interventions)
        states = capture.recorded["hidden"][:, 0, -1].cpu().numpy() if kept else np.empty((0, 1), np.float32)
        return model.unembed(read[0, -1]).cpu().numpy(), states


def _likeliest(logits: np.ndarray) -> Draw:
    """Greedy choice: certain, whatever the probabilities of the others."""
    return Draw(int(logits.argmax()), None, 1.0)
