"""What each claim compares: trainings that differ in one thing."""

from typing import Any

from gptcore.paper.claim import Condition
from gptcore.paper.experiment import USUAL, FineTuned, Pretrained, Scale

_LAMBDAS = (0.0, 0.25, 0.5, 1.0)
_CONTEXTS = (32, 64, 128, 256)
LSTM = Pretrained("lstm", is_lstm=True)
"""One layer, as the paper's."""


def _tuned(base: Pretrained = USUAL, labels: int | None = None, **changes: Any) -> FineTuned:
    return FineTuned(base, labels=labels, changes=tuple(changes.items()))


def _variant(name: str, **shape: Any) -> Pretrained:
    return Pretrained(name, shape=tuple(shape.items()))


def no_pretraining(scale: Scale) -> tuple[Condition, ...]:
    """The same shape, pre-trained or not."""
    return Condition("pre-trained", _tuned()), Condition("from scratch", _tuned(from_scratch=True))


def lstm(scale: Scale) -> tuple[Condition, ...]:
    """A Transformer and an LSTM, both pre-trained."""
    return Condition("Transformer", _tuned()), Condition("LSTM", _tuned(LSTM))


def auxiliary(scale: Scale) -> tuple[Condition, ...]:
    """Each lambda with each number of labels."""
    sizes = tuple(size for size in _SIZES if size in scale.sizes)
    lambdas = _LAMBDAS if scale.name == "full" else (_LAMBDAS[0], 0.5)
    return tuple(
        Condition(f"lambda {weight:g}, {size:,} labels", _tuned(labels=size, **_auxiliary_of(weight)), line, size)
        for weight in lambdas
        for line in [f"lambda {weight:g}"]
        for size in sizes
    )


_SIZES = (250, 1_000, 8_000)
"""Numbers of labels with which lambda is compared."""


def _auxiliary_of(weight: float) -> dict[str, Any]:
    """The usual lambda is no change, so that its runs are shared."""
    return {} if weight == 0.5 else {"lm_weight": weight}


def labels(scale: Scale) -> tuple[Condition, ...]:
    """Pre-trained or not, with each number of labels."""
    changes: dict[str, dict[str, Any]] = {"pre-trained": {}, "from scratch": {"from_scratch": True}}
    return tuple(
        Condition(f"{line}, {size:,} labels", _tuned(labels=size, **change), line, size)
        for line, change in changes.items()
        for size in scale.sizes
    )


def layers(scale: Scale) -> tuple[Condition, ...]:
    """From the embeddings alone to all blocks."""
    some = [_tuned(transfer_layers=k) for k in range(scale.n_layer)]
    return tuple(Condition(f"{k} of {scale.n_layer}", training, "", k) for k, training in enumerate([*some, _tuned()]))


def top(scale: Scale) -> tuple[Condition, ...]:
    """From the head alone to all blocks."""
    some = [_tuned(freeze=scale.n_layer - k) for k in range(scale.n_layer)]
    return tuple(Condition(f"top {k}", training, "", k) for k, training in enumerate([*some, _tuned()]))


def positions(scale: Scale) -> tuple[Condition, ...]:
    """Each kind of position embedding."""
    others = {name: _variant(f"positions-{name}", positions=name) for name in ("sinusoidal", "none")}
    return tuple(Condition(name, _tuned(base)) for name, base in {"learned": USUAL, **others}.items())


def activation(scale: Scale) -> tuple[Condition, ...]:
    """The two activations."""
    return Condition("GELU", _tuned()), Condition("ReLU", _tuned(_variant("relu", activation="relu")))


def shuffled(scale: Scale) -> tuple[Condition, ...]:
    """The two texts."""
    shuffled = Pretrained("shuffled", corpus="shuffled")
    return Condition("whole stories", _tuned()), Condition("shuffled sentences", _tuned(shuffled))


def context(scale: Scale) -> tuple[Condition, ...]:
    """Each context."""
    usual = int(scale.model["n_positions"])
    lengths = _CONTEXTS if scale.name == "full" else (min(_CONTEXTS), usual)
    return tuple(
        Condition(f"{n} tokens", _tuned(USUAL if n == usual else _variant(f"context-{n}", n_positions=n)), "", n)
        for n in lengths
    )


def zero_shot(scale: Scale) -> tuple[Condition, ...]:
    """The pre-trainings whose checkpoints are asked."""
    return Condition("Transformer", USUAL), Condition("LSTM", LSTM)


def drift(scale: Scale) -> tuple[Condition, ...]:
    """With the auxiliary loss and without."""
    return Condition("lambda 0.5", _tuned()), Condition("lambda 0", _tuned(lm_weight=0.0))
