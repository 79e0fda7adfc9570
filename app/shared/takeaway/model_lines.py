"""The first of the Python lines that give a view's numbers: how gptcore loads the model that the page shows."""

from pathlib import Path

from app.shared import learner, models
from app.shared.loaded import ModelKey
from app.shared.models import ModelRef
from gptcore.places import ASSETS, MODELS


def model_lines(key: ModelKey) -> list[str]:
    """Lines after which `checkpoint`, `tokenizer` and `model` are there; names go into them as `repr` writes them."""
    head, call = ["import gptcore"], f"gptcore.load({key.name!r})"
    if ModelRef.parse(key.name).is_run or key.step is not None or key.name == models.EARLY:  # it has no name of its own
        home, folder = place_of(models.folder(key.name, key.step))
        head.append(f"from gptcore.places import {home}")
        call = f"gptcore.load({home} / {folder!r})"
    load = [f"checkpoint = {call}", "tokenizer = checkpoint.tokenizer"]
    if not key.untrained:
        return [*head, "", *load, "model = checkpoint.model"]
    return [
        "import torch",
        *head,
        "from gptcore.checkpoints.card import initial_seed",
        "",
        *load,
        "seed = torch.Generator().manual_seed(initial_seed(checkpoint.card))",
        "model = gptcore.new_model(checkpoint.config, seed).eval()  # before its first training step",
    ]


def place_of(folder: Path) -> tuple[str, str]:
    """Where a model's folder lies: the name of a place in gptcore.places, and the path inside of it."""
    places = {"RUNS": learner.STORE.home, "ASSETS": ASSETS, "MODELS": MODELS}
    home = next(name for name, place in places.items() if folder.is_relative_to(place))
    return home, folder.relative_to(places[home]).as_posix()
