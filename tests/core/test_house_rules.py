"""The rules that hold everywhere (README, "Where things are"): data flows one way, and nothing that ships is unsafe."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import gptcore

ROOT = Path(__file__).resolve().parents[2]
CORE = sorted((ROOT / "gptcore").rglob("*.py"))
APP = sorted((ROOT / "app").rglob("*.py"))
ALL = [*CORE, *APP, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "app").rglob("*.js"))]


def _imports(path: Path) -> set[str]:
    """Top-level names of every module a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add(node.module)
    return names


def _calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_gptcore_knows_no_app_and_draws_nothing():
    for path in CORE:
        roots = {name.split(".")[0] for name in _imports(path)}
        assert not roots & {"app", "streamlit", "plotly", "pandas"}, path


def test_importing_gptcore_loads_no_streamlit_and_prints_nothing():
    code = "import sys, gptcore; assert not {'streamlit', 'plotly', 'pandas', 'transformers'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_only_the_command_line_prints():
    assert {path.name for path in CORE if "print" in _calls(path)} == {"__main__.py"}


def _module(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")


MODULES = {_module(path): path for path in [*CORE, *APP]}


def _arrows(package: str) -> Iterator[tuple[str, str]]:
    """(module, imported module) for each import inside a package."""
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                target = name if name in MODULES else name.rpartition(".")[0]
                if module.split(".")[0] == target.split(".")[0] == package:
                    yield module, target


def _room(module: str) -> str:
    """The folder or file right below its package."""
    return module.split(".")[1] if "." in module else "__init__"


LAYERS = [
    *("places", "errors", "fields", "files", "lazy", "largest", "config", "measures", "text", "familiar", "model"),
    *("trace", "effects", "decode", "tasks", "provenance", "checkpoints", "evaluate", "train", "lab", "worked"),
    *("exercise", "paper", "commands", "api"),
]
"""Rooms of gptcore from the lowest up."""


def test_lower_rooms_of_the_core_know_nothing_of_higher_ones():
    arrows = [arrow for arrow in _arrows("gptcore") if not _room(arrow[0]).startswith("__")]
    assert {_room(module) for module, _ in arrows} <= set(LAYERS), "a new room has a place in this list"
    assert not [arrow for arrow in arrows if LAYERS.index(_room(arrow[1])) > LAYERS.index(_room(arrow[0]))]


def test_no_page_imports_another_and_shared_imports_no_page():
    pages = {path.parent.name for path in (ROOT / "app").glob("*/page.py")}
    assert {"explore", "tasks", "lab", "worked"} <= pages
    assert not [arrow for arrow in _arrows("app") if _room(arrow[1]) in pages - {_room(arrow[0])}]


@pytest.mark.parametrize("package", ["app", "gptcore"])
def test_no_files_import_each_other_in_a_circle(package):
    arrows: dict[str, set[str]] = {}
    for module, target in _arrows(package):
        arrows.setdefault(module, set()).add(target)
    graphlib.TopologicalSorter(arrows).prepare()  # raises at a circle


def test_figures_know_no_streamlit():
    figures = [path for path in APP if path.stem == "figures" or path.stem.endswith("_figure")]
    assert len(figures) >= 3
    for path in figures:
        assert not any(name.startswith("streamlit") for name in _imports(path)), path


def test_the_app_is_imported_under_one_name_only():
    inside = {path.stem for path in APP} | {path.name for path in (ROOT / "app").iterdir() if path.is_dir()}
    for path in APP:
        assert not {name.split(".")[0] for name in _imports(path)} & (inside - {"__init__"}), path


def test_caches_live_where_they_are_looked_for():
    for path in APP:
        if path.name not in ("cache.py", "loaded.py"):
            assert "st.cache" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("call", ["eval", "exec", "torch.load", "torch.save", "pickle.load", "pickle.loads"])
def test_nothing_that_ships_can_run_data(call):
    assert not [path for path in [*CORE, *APP] if call in _calls(path)]


def test_no_page_writes_raw_html():
    for path in APP:
        text = path.read_text(encoding="utf-8")
        assert "unsafe_allow_html" not in text, path
        assert "st.html" not in text or path.name == "present.py", path
    for path in (ROOT / "app").rglob("*.js"):
        assert not any(
            word in path.read_text(encoding="utf-8") for word in ("innerHTML", "insertAdjacentHTML", "eval(")
        ), path


def test_only_a_training_run_seeds_the_process():
    seeding = {
        path.name for path in [*CORE, *APP] if _calls(path) & {"torch.manual_seed", "np.random.seed", "random.seed"}
    }
    assert seeding == {"loop.py"}


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_public_names_exist_and_explain_themselves():
    for name in gptcore.__all__:
        assert getattr(gptcore, name).__doc__, name


def test_public_functions_and_classes_have_docstrings():
    for path in [*CORE, *APP]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree) or not tree.body, path
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}: {node.name}"


def test_the_readme_names_every_folder_of_the_packages():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    folders = [path.name for package in ("app", "gptcore") for path in (ROOT / package).iterdir() if path.is_dir()]
    assert not [name for name in folders if not name.startswith("_") and f"{name}/" not in readme]


def test_no_property_holds_one_lock_for_all_learners():
    """functools' own does so on Python 3.11; gptcore.lazy has one that does not."""
    for path in [*CORE, *APP]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "functools"]
        assert "cached_property" not in {alias.name for node in froms for alias in node.names}, path
