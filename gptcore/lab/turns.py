"""Whose run is next: learners take turns, so that nobody's many runs keep another's first one waiting."""

from collections.abc import Mapping, Sequence

from gptcore.lab.run import Run


def in_turn(waiting: Sequence[Run], served: Mapping[str, float]) -> list[Run]:
    """The order in which a device will execute runs that wait.

    Args:
        waiting: all of them.
        served: when each owner's last turn began; whoever had none yet goes first.

    Returns:
        again and again one run of each owner, who was served longest ago first; of one owner, those queued first.
    """
    left: dict[str, list[Run]] = {}
    for run in sorted(waiting, key=lambda run: run.queued, reverse=True):
        left.setdefault(run.owner, []).append(run)
    turn = {owner: served.get(owner, 0.0) for owner in left}
    latest = max([0.0, *served.values()])
    order = []
    while left:
        owner = min(left, key=lambda owner: (turn[owner], left[owner][-1].queued))
        order.append(left[owner].pop())
        latest += 1.0
        turn[owner] = latest
        if not left[owner]:
            del left[owner]
    return order
