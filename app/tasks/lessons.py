"""Whose corrections count for which model, and the runs that teach them.

A taught model has no corrections of its own: they are those of the model that it was taught from, and every lesson
starts from that one, with all of them. So what is taught never drifts, and a correction that is taken back is gone.
"""

from collections.abc import Sequence

from app.shared import learner, loaded, models, running
from app.shared.models import ModelRef
from app.tasks import corrections_text as content
from gptcore.checkpoints.checkpoint import models as known_models
from gptcore.errors import InputError
from gptcore.lab.corrections import Corrections, fits
from gptcore.lab.lesson import lesson
from gptcore.lab.store import Run
from gptcore.lab.task_files import STORY_TASKS
from gptcore.tasks.examples import Example

_STORY = "story-"
"""Before a task's name, in the names of the story world's models."""


def root_of(name: str) -> str:
    """The model that a taught one started from, while it is there; any other is its own."""
    ref = ModelRef.parse(name)
    run = learner.visible(ref.name) if ref.is_run else None
    if run is None or not is_lesson(run):
        return name
    if run.parent is not None and learner.visible(run.parent):
        return str(ModelRef(run.parent, is_run=True))
    return next((known for known, place in known_models().items() if str(place) == run.plan["model"]), name)


def corrections_of(root: str) -> Corrections:
    """The learner's own, for a model that is no taught one."""
    return Corrections(learner.STORE.home, learner.learner_id(), root)


def is_lesson(run: Run) -> bool:
    """Whether a run teaches corrections."""
    return bool(run.kind == "finetune" and run.plan.get("keep_head") and run.plan.get("rehearse"))


def newest_lesson(root: str) -> Run | None:
    """The last that this learner started for a model and did not throw away."""
    place = str(models.folder(root))
    own = learner.STORE.of(learner.learner_id(), with_shared=False)
    return next((run for run in own if is_lesson(run) and run.plan["model"] == place), None)


def teach(root: str, tests: Sequence[Example]) -> None:
    """Starts a lesson on the corrections that fit the model.

    Args:
        tests: examples of ours, for a model whose test file is not at hand.

    Raises:
        InputError: the model is gone, there is nothing to learn, or too many runs wait.
        StorageError: the disk does not let it.
    """
    checkpoint = loaded.checkpoint(loaded.model_key(root))
    if checkpoint.head is None:
        raise InputError(content.NO_HEAD)
    task, ref = checkpoint.head.task, ModelRef.parse(root)
    examples = [example for example in corrections_of(root).examples() if fits(task, example)]
    fitting = [example for example in tests if fits(task, example)]
    plan = lesson(learner.STORE.home, models.folder(root), task, examples, fitting, story_task(root))
    title = content.TITLE.format(model=models.title(root))
    running.start("finetune", title, plan.to_dict(), "auto", parent=ref.name if ref.is_run else None)


def story_task(root: str) -> str | None:
    """Which task of the story world a model that ships was fine-tuned for."""
    task = root.removeprefix(_STORY)
    parent = loaded.checkpoint(loaded.model_key(root)).card.get("parent")
    return task if parent == models.STORIES and task in STORY_TASKS else None
