"""Whose corrections count for which model, and the runs that teach them; what the page needs before there are any.

A taught model has no corrections of its own: they are those of the model that it was taught from, and every lesson
starts from that one, with all of them. So what is taught never drifts, and a correction that is taken back is gone.
"""

from app.shared import learner, models
from app.shared.models import ModelRef
from gptcore.checkpoints.checkpoint import models as known_models
from gptcore.lab.corrections import Corrections
from gptcore.lab.store import Run


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
