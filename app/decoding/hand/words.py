"""How this laboratory writes numbers and names the ways of choosing."""

from app.decoding.hand import text as content
from gptcore.decode.by_hand import Choice, Sampling


def settings(sampling: Sampling) -> str:
    """What a token was drawn with, but for the seed."""
    words = [f"temperature {sampling.temperature:g}"]
    words += [f"top-k {sampling.top_k}"] if sampling.top_k is not None else []
    words += [f"top-p {sampling.top_p:g}"] if sampling.top_p is not None else []
    return ", ".join(words)


def how(choice: Choice) -> str:
    """How a token was chosen, for a sentence."""
    if choice.sampling is None:
        return content.HOW_LONG[choice.by]
    return content.HOW_LONG["drawn"].format(seed=choice.sampling.seed, settings=settings(choice.sampling))


def short_number(value: float) -> str:
    """1.2 million, 34,000, 512: for counts that nobody reads to the last digit."""
    for size, name in ((1e9, " billion"), (1e6, " million")):
        if value >= size:
            return f"{value / size:.3g}{name}"
    return f"{value:,.0f}"


def memory(n_bytes: int) -> str:
    """Bytes for people."""
    return f"{n_bytes / 1024**2:.2f} MiB" if n_bytes >= 1024**2 else f"{n_bytes / 1024:.1f} KiB"
