"""A table as its file has it, to a table with a column for each part of an example."""

from gptcore.tasks.examples import Kind
from gptcore.tasks.files.layouts.cola import from_cola
from gptcore.tasks.files.layouts.listed import from_listed
from gptcore.tasks.files.layouts.questions import with_questions
from gptcore.tasks.files.layouts.race import from_race
from gptcore.tasks.files.layouts.story_cloze import from_story_cloze
from gptcore.tasks.files.rows import Table

_LAYOUTS = {
    "classification": (from_cola,),
    "entailment": (),
    "similarity": (),
    "multiple_choice": (from_race, from_story_cloze, from_listed, with_questions),
}
"""In this order; each gives back a table that is none of its own as it is."""


def adapted(table: Table, kind: Kind) -> Table:
    """The table, its known layout undone; a note says so.

    Raises:
        InputError: a row is not as its layout has it; the message leads to it.
    """
    for layout in _LAYOUTS[kind]:
        table = layout(table)
    return table
