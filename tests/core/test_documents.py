"""What CONTRIBUTING and docs/ name is there: files that moved do not leave readers behind."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("CONTRIBUTING.md", "docs/design.md", "assets/README.md")
FOLDERS = tuple(f"{path.name}/" for path in ROOT.iterdir() if path.is_dir())


def _names(text: str) -> set[str]:
    """Paths in backticks, from the root; patterns count, names to be filled in do not."""
    words = {word for span in re.findall(r"`([^`\n]+)`", text) for word in span.split()}
    return {word for word in words if word.startswith(FOLDERS) and "<" not in word}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(document):
    names = _names((ROOT / document).read_text(encoding="utf-8"))
    assert document.startswith("assets") or len(names) >= 3
    assert not [name for name in names if not list(ROOT.glob(name.rstrip("/")))]


def test_every_make_target_that_contributing_names_is_one():
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1].split()
    named = re.findall(r"\bmake (\w+)  ", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(named) >= 5 and set(named) <= set(targets)
