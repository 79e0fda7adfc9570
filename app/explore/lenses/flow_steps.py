"""The walk through the Flow picture: where it stops, and what is said there, with this text's own numbers."""

import math

import numpy as np

from app.explore.lenses import flow_text as content
from app.explore.prediction_panel import sampling_settings
from app.explore.reading import Reading
from app.shared.browser.flow import Stage
from app.shared.theme import count_tokens, percent, plain_token
from gptcore.config import ACTIVATION_NAMES
from gptcore.decode.sampling import Distribution
from gptcore.trace.path import TokenPath


def stages(
    reading: Reading, position: int, layer: int, head: int, path: TokenPath, predicted: Distribution
) -> list[Stage]:
    """All stops, from the tokens to the next one."""
    config = reading.checkpoint.config
    facts = _facts(reading, position, layer, head, path, predicted)
    return [
        Stage(id=name, title=title.format(**facts), text=text.format(**facts), at=list(at))
        for name, title, text, at in content.stages(config)
    ]


def _facts(
    reading: Reading, position: int, layer: int, head: int, path: TokenPath, predicted: Distribution
) -> dict[str, object]:
    """What the sentences name."""
    config, names, n_tokens = reading.checkpoint.config, reading.plain_names, len(reading.ids)
    weights = path.weights[layer, head]
    most_seen = int(weights.argmax())
    most_turned = int(path.turned.argmax())
    best = int(np.argmax(predicted.final))
    temperature, _, _ = sampling_settings()
    return {
        "token": names[position],
        "place": position + 1,
        "id": reading.ids[position],
        "T": n_tokens,
        "tokens": count_tokens(n_tokens),
        "D": config.d_model,
        "V": config.vocab_size,
        "P": config.n_positions,
        "F": config.d_inner,
        "H": config.n_head,
        "d": config.d_head,
        "root": f"{math.sqrt(config.d_head):.2f}",
        "L": config.n_layer,
        "layer": layer + 1,
        "before": content.state(layer)[1],
        "after": content.state(layer + 1)[1],
        "last": content.state(config.n_layer)[1],
        "head": head + 1,
        "activation": ACTIVATION_NAMES[config.activation],
        "seen": names[most_seen],
        "seen_place": most_seen + 1,
        "weight": f"{weights[most_seen]:.2f}",
        "attention_length": f"{path.attention_length[layer]:.2f}",
        "mlp_length": f"{path.mlp_length[layer]:.2f}",
        "turned": f"{path.turned[layer]:.0f}",
        "most_turned": most_turned + 1,
        "most_degrees": f"{path.turned[most_turned]:.0f}",
        "divided": "" if temperature == 1 else f" divided by the temperature {temperature:g}",
        "cut": f", {predicted.n_kept:,} of them kept" if predicted.n_kept < len(predicted.raw) else "",
        "best": plain_token(reading.checkpoint.tokenizer.token_text(best)),
        "best_logit": f"{reading.logits[position, best]:.2f}",
        "probability": percent(float(predicted.final[best])),
    }
