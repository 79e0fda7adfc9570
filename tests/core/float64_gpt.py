"""A GPT's forward pass once more, in plain float64 numpy and by the formulas alone: what gptcore is compared with."""

import math
from collections.abc import Collection

import numpy as np
from scipy.special import erf, softmax

from gptcore.model.gpt import GPT
from gptcore.model.intervention import HiddenToken, Intervention, LiftedMask, Replacement

ACTIVATIONS = {
    "gelu_tanh": lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "gelu_erf": lambda x: 0.5 * x * (1 + erf(x / math.sqrt(2))),
    "relu": lambda x: np.maximum(x, 0),
    "silu": lambda x: x / (1 + np.exp(-x)),
}


def forward(model: GPT, ids: np.ndarray, interventions: Collection[Intervention] = ()) -> dict[str, np.ndarray]:
    """Every kind of number, with the axes of gptcore.provenance.cells.KINDS; LayerNorms by "mean/blocks.0.ln_1"."""
    config = model.config
    w = {name: value.detach().numpy().astype(np.float64) for name, value in model.named_parameters()}
    T, H, S = len(ids), config.n_head, config.d_head
    found: dict[str, np.ndarray] = {}

    def norm(x, name):
        mean = x.mean(-1)
        std = np.sqrt(((x - mean[:, None]) ** 2).mean(-1) + config.layer_norm_eps)
        found[f"mean/{name}"], found[f"std/{name}"] = mean, std
        found[f"normalised/{name}"] = (x - mean[:, None]) / std[:, None]
        return found[f"normalised/{name}"] * w[f"{name}.weight"] + w[f"{name}.bias"]

    def linear(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def put(part, layer, value):
        """The part with the values that are to stand in its place, token by token."""
        value = value.copy()
        for one in interventions:
            if isinstance(one, Replacement) and (one.part, one.layer) == (part, layer):
                new = one.values.detach().numpy().astype(np.float64)
                for i, t in enumerate(range(T) if one.positions is None else one.positions):
                    if t < T:
                        at_token = new if new.ndim == 1 else new[..., i, :]
                        value[(..., t, slice(None)) if one.head is None else (one.head, t)] = at_token
        return value

    allowed = np.tri(T, dtype=bool) | any(isinstance(one, LiftedMask) for one in interventions)
    for one in interventions:
        if isinstance(one, HiddenToken):
            allowed[np.arange(T) != one.position, one.position : one.position + 1] = False
    found["token_embedding"] = h = put("token_embedding", None, w["token_embedding.weight"][ids])
    if config.positions == "learned":
        found["position_embedding"] = w["position_embedding.weight"][:T]
    if config.positions == "sinusoidal":
        waves = [
            [(math.cos if d % 2 else math.sin)(t / 10_000 ** ((d - d % 2) / config.d_model)) for d in range(h.shape[1])]
            for t in range(T)
        ]
        found["position_embedding"] = config.init_std * np.array(waves)
    if "position_embedding" in found:
        found["position_embedding"] = put("position_embedding", None, found["position_embedding"])
    h = put("hidden", 0, h + found.get("position_embedding", 0))
    layers: dict[str, list[np.ndarray]] = {}
    hidden = [h]
    for layer in range(config.n_layer):
        block, of = f"blocks.{layer}.", {}
        of["attn_in"] = put("attn_in", layer, h if config.norm == "post" else norm(h, block + "ln_1"))
        q, k, v = linear(of["attn_in"], block + "attn.qkv").reshape(T, 3, H, S).transpose(1, 2, 0, 3)
        q, k, v = (put(part, layer, value) for part, value in zip("qkv", (q, k, v), strict=True))
        of |= {"q": q, "k": k, "v": v, "raw_score": np.einsum("hid,hjd->hij", q, k)}
        of["scores"] = of["raw_score"] / math.sqrt(S)
        of["masked_score"] = np.where(allowed, of["scores"], -np.inf)
        of["attention"] = softmax(of["masked_score"], axis=-1)
        of["weighted_value"] = of["attention"][..., None] * v[:, None]
        of["head_out"] = put("head_out", layer, of["weighted_value"].sum(2))
        together = linear(of["head_out"].transpose(1, 0, 2).reshape(T, -1), block + "attn.proj")
        of["attn_out"] = put("attn_out", layer, together)
        of["attn_sum"] = n = h + of["attn_out"]
        of["mid"] = n = put("mid", layer, n if config.norm == "pre" else norm(n, block + "ln_1"))
        of["mlp_in"] = put("mlp_in", layer, n if config.norm == "post" else norm(n, block + "ln_2"))
        of["mlp_up"] = put("mlp_up", layer, linear(of["mlp_in"], block + "mlp.fc"))
        of["mlp_act"] = put("mlp_act", layer, ACTIVATIONS[config.activation](of["mlp_up"]))
        of["mlp_out"] = put("mlp_out", layer, linear(of["mlp_act"], block + "mlp.proj"))
        of["mlp_sum"] = y = n + of["mlp_out"]
        h = put("hidden", layer + 1, y if config.norm == "pre" else norm(y, block + "ln_2"))
        hidden.append(h)
        for name, value in of.items():
            layers.setdefault(name, []).append(value)
    found |= {name: np.stack(values) for name, values in layers.items()}
    found["hidden"] = np.stack(hidden)
    found["final"] = put("final", None, h if config.norm == "post" else norm(h, "final_norm"))
    found["logit"] = found["final"] @ w["token_embedding.weight" if config.tied else "lm_head.weight"].T
    found["probability"] = softmax(found["logit"], axis=-1)
    nats = -np.log(found["probability"][np.arange(T - 1), ids[1:]])
    found["surprisal"] = np.concatenate(([np.nan], nats))
    found["surprisal_bits"] = found["surprisal"] / math.log(2)
    found["mean_surprisal"], found["perplexity"] = np.array(nats.mean()), np.exp(nats.mean())
    return found


def sampled(logits: np.ndarray, temperature: float, top_k: int, top_p: float) -> np.ndarray:
    """What is drawn from after temperature and both cuts, (V,)."""
    shares = softmax(logits / temperature)
    order = np.argsort(-logits, kind="stable")[: top_k or None]
    so_far = np.cumsum(shares[order]) / shares[order].sum()
    kept = order[: int((so_far < top_p).sum()) + 1]
    cut = np.zeros_like(shares)
    cut[kept] = shares[kept]
    return cut / cut.sum()
