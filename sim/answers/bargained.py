"""What is said of a bargain: the answer first, how sure it is, then the text, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.answers import landings
from sim.answers.bargain import Bargain, Dispute, Landing, Standing
from sim.answers.packages import Change, Packages
from sim.report.parts import Grid
from sim.report.text import aligned, command, fitted
from sim.scenario import Scenario
from sim.show import words
from sim.show.plots.style import Footer, filed
from sim.show.sheets.page import near_words
from sim.show.words import called, number, percent, sentence

SHOWN = 5  # changes on the page
ROWS = 10  # of a table on the page
NAMED = 4  # delegations of a conflict that are named
OF_THE_MODEL = "This is so in the model; governments may know of more, or bear less."
Lines = list[str]


def lines(
    scenario: Scenario, found: Bargain | Packages, *, full: bool, files: Sequence[Path] = ()
) -> Lines:
    """Say what came of it: a page of 24 lines, or all there is.

    Args:
        scenario: that was played.
        found: what is told.
        full: whether all there is to say is wanted.
        files: that were written.
    """
    blocks = list(
        _agreement(scenario, found) if isinstance(found, Bargain) else _votes(found, full)
    )
    rest = [f"--draft {one}" for one in scenario.drafts if one != found.draft]
    other = f" Other texts: {words.some(rest, 3)}." if rest else ""
    tail = [*sentence(OF_THE_MODEL + other), *map(str, files)]
    if full:
        return [*(line for _, block in blocks for line in block), *tail]
    return fitted([block for block in blocks if block[0] < 9], tail)


def data(found: Bargain | Packages) -> dict[str, Any]:
    """The same as JSON; values are on 0-100, shares on 0-1."""
    said = asdict(found)
    if isinstance(found, Bargain):
        said["standing"] = {how.name.lower(): share for how, share in found.standing.items()}
    else:
        said["cheapest"] = [
            {"share": share, "change": change and asdict(change)}
            for share, change in found.cheapest
        ]
    return said


def verdict(found: Bargain) -> str:
    """Answer in a sentence whether a text could have been agreed."""
    often = words.of_runs(found.possible, found.runs)
    text = f"a text for {found.draft} exists that nobody would block"
    if not found.possible:
        return f"No: {often} does {text.replace(' exists', ' exist')}."
    sure = "Yes" if found.possible == 1 else "Probably" if found.possible >= 0.5 else "Hardly"
    return f"{sure}: {often} {text}."


def _agreement(scenario: Scenario, found: Bargain) -> Iterator[tuple[int, Lines]]:
    yield 0, sentence(verdict(found))
    yield 1, sentence(_how_it_ends(found))
    yield 4, [line for one in _disputes(scenario, found) for line in sentence(one)]
    if found.zones:
        yield (
            3,
            sentence(
                f"The text that most runs could agree on is blocked by nobody in"
                f" {percent(found.accepted)} of them:"
            ),
        )
        yield 2, aligned(_grid(found.clauses, found.zones))
        yield 5, sentence(_unused(found))
        told = [_in_words(scenario, one) for one in found.clauses if not isnan(one.agreed)]
        moved = max(
            found.clauses,
            key=lambda one: abs(one.tabled - one.agreed) if not isnan(one.agreed) else 0.0,
        )
        yield 6, sentence(_in_words(scenario, moved)) if not isnan(moved.agreed) else []
        yield 9, ["", "In words", *(line for one in told for line in sentence(one, "  "))]
    yield 7, command("bargain", scenario.name, "--draft", found.draft, "--full")


def _how_it_ends(found: Bargain) -> str:
    """In what share of runs the text on the table holds, another was missed, or there is none."""
    share = {how: percent(part) for how, part in found.standing.items()}
    told = [
        f"the text on the table is blocked by nobody in {share[Standing.AGREED]} of runs",
        f"in {share[Standing.MISSED]} another was not found in time",
        f"in {share[Standing.RULED_OUT]} it is proved that there is none",
    ]
    if found.standing[Standing.UNDECIDED]:
        told.append(f"{share[Standing.UNDECIDED]} are too close to call")
    return f"{words.first_up('; '.join(told))}."


def _in_words(scenario: Scenario, one: Landing) -> str:
    near = near_words(scenario.issues[one.issue], one.agreed)
    return f"{one.clause} at {number(one.agreed)}, near {near}."


def _grid(clauses: Sequence[Landing], zones: int) -> Grid:
    looked = [one for one in clauses if not isnan(one.low)]
    rows = tuple(
        (
            one.clause,
            number(one.status_quo),
            number(one.tabled),
            "left out" if isnan(one.agreed) else number(one.agreed),
            f"{number(one.low)} to {number(one.high)}",
            number(one.fair),
        )
        for one in looked
    )
    columns = ("clause", "now", "tabled", "agreed", "can lie", "fair split")
    more = f"{len(rows) - ROWS} more clauses with --full. " if len(rows) > ROWS else ""
    world = words.counted(zones, "run")
    return Grid(
        "", columns, rows[:ROWS], f"{more}Ranges and fair split (Nash): the median of {world}."
    )


def _unused(found: Bargain) -> str:
    if isnan(found.gain) or isnan(found.fair_gain):
        return ""
    if found.fair_gain <= found.gain:
        return "The text on the table gives delegations as much on average as the fair split does."
    part = "all" if found.gain <= 0 else percent(1 - found.gain / found.fair_gain)
    return (
        f"The text on the table leaves {part} of the mean gain of the fair split unused"
        f" ({number(found.gain, 3)} of {number(found.fair_gain, 3)}; to block costs"
        f" {number(found.blocking, 3)}, and no agreement gives 0)."
    )


def _disputes(scenario: Scenario, found: Bargain) -> Iterator[str]:
    if not found.disputed:
        return
    said = words.counted(found.disputed, "run")
    if found.conflicts:
        first = found.conflicts[0]
        yield (
            f"In {said} without one, who rules it out was looked for. Most often there is no text"
            f" between {_names(scenario, first)}."
        )
    if found.giving_in:
        giving = found.giving_in[0]
        verb = "gives" if len(giving.actors) == 1 else "give"
        yield (
            f"One opens if {_names(scenario, giving)} {verb} in: the fewest who could, in"
            f" {percent(giving.share)} of these runs."
        )


def _names(scenario: Scenario, dispute: Dispute) -> str:
    named = [called(actor, scenario.actors[actor].name) for actor in dispute.actors]
    return words.some(named, NAMED)


# Votes


def carried(found: Packages) -> str:
    """Say in a sentence what becomes of the text as it stands."""
    base = found.base
    verb = "carries" if base.carried >= 0.5 else "falls"
    share = base.carried if base.carried >= 0.5 else 1 - base.carried
    counts = f"{number(base.in_favour)} in favour and {number(base.against)} against"
    return f"{found.draft} {verb} as it stands {words.of_runs(share, found.runs)}: {counts}."


def _votes(found: Packages, full: bool) -> Iterator[tuple[int, Lines]]:
    base = found.base
    yield 0, sentence(carried(found))
    yield 1, [line for one in _what_it_takes(found) for line in sentence(one)]
    best = [one for one in found.frontier if one.in_favour > base.in_favour]
    alone = len({one.changes[0][0] for one in found.singles}) == 1
    if best and not alone:
        yield 2, aligned(_changes("What changes of the text win", best if full else _spread(best)))
    elif not best:
        yield 2, sentence("No change of a clause that was tried wins votes.")
    worst = min(found.singles, key=lambda one: one.in_favour, default=None)
    if worst and worst.in_favour < base.in_favour - 0.5:
        yield 3, sentence(f"What loses most is {_change(worst)}: {number(worst.lost)} votes.")
    steps = found.singles if full or alone else ()
    if steps:
        yield 4, aligned(_changes("Clause by clause", steps))
    yield (
        5,
        sentence(
            "Each vote is cast again on the changed text, with the same chance; nobody lobbies,"
            " signs or redrafts in answer. Kept: of what sponsors gain from the text as it stands."
        ),
    )


def _spread(changes: Sequence[Change]) -> list[Change]:
    """A few of a frontier, from its one end to the other."""
    places = np.unique(np.linspace(0, len(changes) - 1, SHOWN).round().astype(int))
    return [changes[place] for place in places]


def _what_it_takes(found: Packages) -> Iterator[str]:
    if found.base.carried >= found.cheapest[-1][0]:
        return
    for share, one in found.cheapest:
        often = f"in {percent(share)} of runs"
        if found.base.carried >= share:
            continue
        if one is None:
            yield f"No change of up to three clauses that was tried carries it {often}."
        else:
            cost = (
                ""
                if isnan(one.kept)
                else f", and leaves its sponsors {percent(max(one.kept, 0.0))} of their gain"
            )
            yield f"The cheapest change that carries it {often} is {_change(one)}{cost}."


def _change(one: Change) -> str:
    return words.both(f"{clause} at {number(at)}" for clause, at in one.changes)


def _changes(title: str, tried: Sequence[Change]) -> Grid:
    columns = ("change", "in favour", "against", "carried", "won", "lost", "sponsors lost", "kept")
    rows = tuple(
        (
            _change(one) or "as it stands",
            number(one.in_favour),
            number(one.against),
            percent(one.carried),
            number(one.won),
            number(one.lost),
            number(max(one.sponsors_lost, 0.0)),
            "-" if isnan(one.kept) else f"{100 * one.kept:.0f}%",
        )
        for one in tried
    )
    return Grid(title, columns, rows)


# Files


def write(scenario: Scenario, found: Bargain | Packages, folder: Path) -> tuple[Path, ...]:
    """Write a figure and a table: their files.

    Raises:
        OSError: a file cannot be written.
    """
    from sim.answers.writing import table

    stem = filed(f"bargain-{found.draft}-{found.stage}")
    about = Footer(
        scenario.name, str(scenario.date or ""), found.runs, scenario.seed, sim.__version__
    )
    if isinstance(found, Bargain):
        rows = [asdict(one) for one in found.clauses]
        sheet = landings.landing(found, verdict(found), about)
    else:
        rows = [
            {**asdict(one), "changes": _change(one)}
            for one in (found.base, *found.singles, *found.frontier)
        ]
        sheet = landings.frontier(found, carried(found), about)
    table(folder / f"{stem}.csv", rows)
    return sheet.save(folder / f"{stem}.png"), folder / f"{stem}.csv"
