"""The paper page's session keys; a widget's key is a URL key too: a link restores the view."""

VIEW = "paper"
CLAIM = "claim"
TASKS = "tasks_of"
"""Which kind of task the table of results shows."""
ASKED = "_paper_asked"
"""Ours: the finished series whose slow measuring somebody asked for."""
