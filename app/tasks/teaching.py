"""What a lesson consists of, for the model that is taught."""

from collections.abc import Sequence

from app.shared import learner, loaded, models, running
from app.shared.models import ModelRef
from app.tasks import corrections_text as content
from app.tasks.lessons import corrections_of
from gptcore.errors import InputError
from gptcore.lab.corrections import fits
from gptcore.lab.lesson import lesson
from gptcore.lab.task_files import STORY_TASKS
from gptcore.tasks.examples import Example

_STORY = "story-"
"""Before a task's name, in the names of the story world's models."""


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
