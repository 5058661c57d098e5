"""The figures of a run: boards, positions, the text over the rounds, blockers; mechanisms' own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import sim
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.scenario import Scenario
from sim.show.plots.ballot import final
from sim.show.plots.blockers import blockers, rooms
from sim.show.plots.board import board
from sim.show.plots.coalitions import drawn as coalitions
from sim.show.plots.declared import declared
from sim.show.plots.map import positions
from sim.show.plots.recorded import Recorded, records
from sim.show.plots.style import Footer, Sheet, filed
from sim.show.plots.text import drafted, rounds
from sim.show.plots.timeline import timeline

__all__ = [
    "Footer",
    "Recorded",
    "Sheet",
    "blockers",
    "board",
    "draw",
    "positions",
    "records",
    "rounds",
    "sheets",
]


def draw(
    outcomes: Outcomes,
    setting: Setting,
    scenario: Scenario,
    folder: Path,
    *,
    hide_record: bool = False,
    suffix: str = ".png",
) -> list[Path]:
    """Draw a run's figures into a folder.

    Args:
        outcomes: of the ensemble.
        setting, scenario: what was played.
        folder: where the files go; it is made if need be.
        hide_record: leave out what really happened, as for a class.
        suffix: ".png" or ".svg".

    Returns:
        The files, one a figure.

    Raises:
        OSError: a file cannot be written.
        InputError: the scenario's table of votes cannot be read.
    """
    found = {} if hide_record else records(scenario)
    drawn = sheets(outcomes, setting, scenario, found)
    return [sheet.save(folder / f"{name}{suffix}") for name, sheet in drawn]


def sheets(
    outcomes: Outcomes,
    setting: Setting,
    scenario: Scenario,
    found: Mapping[tuple[str, str], Recorded],
) -> Iterator[tuple[str, Sheet]]:
    """Make each figure that this scenario has, by file name.

    The timeline leads, where there is a calendar.
    A board for each draft's last stage; positions on the two issues the drafts say most about;
    the drafting of every text that somebody redrafts; blockers of every consensus room; the
    coalitions, where they form; and what the mechanisms in use declare.
    """
    about = Footer(
        scenario.name,
        str(scenario.date or ""),
        outcomes.runs,
        setting.seed,
        sim.__version__,
        scenario.settings,
    )
    if (all_of_it := timeline(outcomes, setting, scenario, about)) is not None:
        yield "timeline", all_of_it
    called = named(draft.label for draft in setting.drafts)
    for ballot in final(outcomes, setting):
        at = (ballot.label, ballot.stage)
        name = f"board-{called[ballot.label]}"
        yield name, board(outcomes, setting, *at, about, found.get(at))
    poles = {code: (issue.low, issue.high) for code, issue in scenario.issues.items()}
    yield "positions", positions(outcomes, setting, about, poles)
    for label in drafted(outcomes, setting):
        yield f"text-{called[label]}", rounds(outcomes, setting, label, about)
    for ballot in rooms(outcomes, setting):
        yield f"blockers-{called[ballot.label]}", blockers(ballot, about)
    yield from coalitions(outcomes, setting, about)
    yield from declared(outcomes, setting, about)


def named(labels: Iterable[str]) -> dict[str, str]:
    """Give each draft's label its part of a file's name: 73-27 for 73/27.

    One that is too long for a file, or that another would share (letter case aside, as on many
    disks), ends in a digest of the label.
    """
    every = list(labels)
    count = Counter(filed(label, label).casefold() for label in every)
    return {
        label: filed(label, label, shared=count[filed(label, label).casefold()] > 1)
        for label in every
    }
