"""The Python lines of a forward pass, with what is switched off in it."""

from app.explore import cache, off_text
from app.explore.off import Switch
from app.explore.reading import Reading
from app.shared.loaded import ModelKey
from app.shared.takeaway.model_lines import place_of

_PASS = "trace = gptcore.run_trace(model, ids)"
_CHANGED_PASS = "trace = gptcore.run_trace(model, ids, interventions=off)"


def pass_lines(reading: Reading) -> list[str]:
    """Lines after which `trace` is there, over `model` and `ids`."""
    if not reading.off:
        return [_PASS]
    by_mean, names = reading.off.by_mean, [repr(name) for name in reading.plain_names]
    calls = [(_call(one, by_mean), off_text.name(one, names)) for one in reading.off.switches]
    before = _means(reading.key) if by_mean else []
    return [*before, "off = [", *(f"    gptcore.{call},  # {name}" for call, name in calls), "]", _CHANGED_PASS]


def _means(key: ModelKey) -> list[str]:
    """What stands in the place of what is off, where that is not zero."""
    path = cache.means_path(key)
    assert path is not None  # or off were zero
    home, folder = place_of(path.parent)
    return [
        f"from gptcore.places import {home}",
        "from gptcore.checkpoints.means import read_means",
        "",
        f"means = read_means({home} / {folder!r}, model)",
    ]


def _call(switch: Switch, by_mean: bool) -> str:
    mean = {
        "head": ", means.head_out[{}, {}]",
        "attention": ", means.attn_out[{}]",
        "mlp": ", means.mlp_out[{}]",
        "positions": "means.position_embedding",
    }
    kind, *at = switch
    said = mean.get(str(kind), "").format(*at) if by_mean else ""
    names = {"token": "hide_token"}
    return f"{names.get(str(kind), f'zero_{kind}')}({', '.join(map(str, at))}{said})"
