"""The figures of a run: boards, positions, the text over the rounds, blockers; mechanisms' own.

A scenario that would have more than `MANY` figures gets those that are most worth showing: of each
kind so many (`WORTH`), of its texts those whose fate is least sure, and of what mechanisms declare
the scenario's own indices and what the record can be held against. `plenary plot` draws them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import sim
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.scenario import Scenario
from sim.show.plots.ballot import Ballot, final
from sim.show.plots.blockers import blockers, rooms
from sim.show.plots.board import board
from sim.show.plots.coalitions import drawn as coalitions
from sim.show.plots.declared import declared
from sim.show.plots.map import positions
from sim.show.plots.recorded import Recorded, records
from sim.show.plots.style import Footer, Sheet, filed
from sim.show.plots.text import drafted, rounds
from sim.show.plots.timeline import timeline

MANY = 20  # figures up to which all are drawn
KINDS = ("timeline", "board", "positions", "text", "blockers", "coalitions", "declared")
WORTH = {**dict.fromkeys(KINDS, 1), "declared": 2}  # figures of each kind, where there are more

Drawn = tuple[str, Sheet]  # a figure with the name of its file

__all__ = [
    "WORTH",
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
    every: bool = True,
) -> list[Path]:
    """Draw a run's figures into a folder.

    Args:
        outcomes: of the ensemble.
        setting, scenario: what was played.
        folder: where the files go; it is made if need be.
        hide_record: leave out what really happened, as for a class.
        suffix: ".png" or ".svg".
        every: all of them, or of very many those that are most worth showing.

    Returns:
        The files, one a figure.

    Raises:
        OSError: a file cannot be written.
        InputError: the scenario's table of votes cannot be read.
    """
    found = {} if hide_record else records(scenario)
    drawn = sheets(outcomes, setting, scenario, found, every=every)
    return [sheet.save(folder / f"{name}{suffix}") for name, sheet in drawn]


def sheets(
    outcomes: Outcomes,
    setting: Setting,
    scenario: Scenario,
    found: Mapping[tuple[str, str], Recorded],
    *,
    every: bool = True,
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
    few = not every and at_most(setting) > MANY
    ballots = final(outcomes, setting)
    if few:
        ballots.sort(key=lambda ballot: abs(ballot.adopted - 0.5))
    poles = {code: (issue.low, issue.high) for code, issue in scenario.issues.items()}
    worked_on = drafted(outcomes, setting)
    tried = {ballot.label for ballot in rooms(outcomes, setting)}
    kinds: dict[str, Iterator[Drawn]] = {  # nothing is drawn before it is asked for
        "timeline": _timeline(outcomes, setting, scenario, about),
        "board": _boards(ballots, about, found),
        "positions": (("positions", one(outcomes, setting, about, poles)) for one in (positions,)),
        "text": (
            (f"text-{called}", rounds(outcomes, setting, ballot.label, about))
            for called, ballot in _called(ballots)
            if ballot.label in worked_on
        ),
        "blockers": (
            (f"blockers-{called}", blockers(ballot, about))
            for called, ballot in _called(ballots)
            if ballot.label in tried
        ),
        "coalitions": coalitions(outcomes, setting, about),
        "declared": declared(outcomes, setting, about, tell_first=few),
    }
    for kind, drawn in kinds.items():
        yield from islice(drawn, WORTH[kind] if few else None)


def at_most(setting: Setting) -> int:
    """How many figures a scenario may have: three of each text, five more, and the declared."""
    return 3 * len(setting.drafts) + 5 + sum(len(m.figures) for m in setting.active)


def _called(ballots: Iterable[Ballot]) -> Iterator[tuple[str, Ballot]]:
    """Each ballot with the part of a file's name that its draft has."""
    every = list(ballots)
    called = named(ballot.label for ballot in every)
    yield from ((called[ballot.label], ballot) for ballot in every)


def _timeline(
    outcomes: Outcomes, setting: Setting, scenario: Scenario, about: Footer
) -> Iterator[Drawn]:
    if (all_of_it := timeline(outcomes, setting, scenario, about)) is not None:
        yield "timeline", all_of_it


def _boards(
    ballots: Iterable[Ballot], about: Footer, found: Mapping[tuple[str, str], Recorded]
) -> Iterator[Drawn]:
    for called, ballot in _called(ballots):
        at = (ballot.label, ballot.stage)
        yield f"board-{called}", board(ballot.outcomes, ballot.setting, *at, about, found.get(at))


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
