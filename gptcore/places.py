"""Where things lie on disk, in a checkout and in an installed package alike.

In a checkout all of it lies beside the packages. Installed, what ships lies inside of gptcore, and what learners make
lies with the user: a package's own folder may be read-only, and goes with the next version.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the packages gptcore and app."""
_CHECKOUT = (ROOT / "pyproject.toml").is_file()
ASSETS = ROOT / "assets" if _CHECKOUT else ROOT / "gptcore" / "assets"
"""What ships: models, tokenizers, early checkpoints, the story world's words."""
_HOME = Path(os.environ.get("GPT_EXPLORER_HOME") or (ROOT if _CHECKOUT else Path.home() / ".gpt-explorer"))
MODELS = _HOME / "models"
"""Models of your own, a folder each; the app lists them."""
RUNS = Path(os.environ.get("GPT_EXPLORER_RUNS") or _HOME / "runs")
"""What the Lab makes."""
