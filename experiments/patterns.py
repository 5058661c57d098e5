"""The tables of docs/discussion/patterns.md: what the record shows, beside what runs show.

    python experiments/patterns.py docs/discussion/patterns.md
    python experiments/patterns.py docs/discussion/patterns.md --data DIR

Each pattern is of the public record, and none is written into the model as a rule. A number holds
if the record lies in the range that nine runs in ten span. Where it was used in fitting, in whole
or in part, the table says so, for then it is no test. DIR is a folder of tables that the project
does not ship; what needs one says so without it. Without a file the tables are printed. With
``--kept FILE --only 16`` one pattern is played, and all others are as they were.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import patterns_incidents
import patterns_votes
import patterns_world
from pages import parser, publish
from patterns_found import Found, Pattern, holds, told

WHY: Mapping[int, str] = {  # a pattern fails, where it does
    1: "texts that depart from their series: 74/29 was softened, 75/240 pre-empted a group that"
    " still met, 74/247 asked for a committee; runs hold states to what they did before",
    6: "the two that failed agree in some nine runs of ten, as often as the others: the chair finds"
    " a text that nobody blocks, and in the record it did not",
    7: "rooms agree more often than they did, for the same reason; the record beside it is of all"
    " texts, most of them easier than these",
    8: "runs give 74/247 some twenty votes more than it had, so it falls less short",
    12: "chances are fitted on all years to 2023; in 2022-23 answers were twice as frequent",
    17: "the initiative on ransomware grew faster after 2022 than four pledges had until then",
}
NOT_SAID = "**Not explained: say why.**"


def patterns(data: Path | None = None) -> tuple[Pattern, ...]:
    """All 24, in their order."""
    every = (
        *patterns_votes.PATTERNS,
        *patterns_incidents.PATTERNS,
        *patterns_world.patterns(data),
    )
    return tuple(sorted(every, key=lambda pattern: pattern.number))


Played = Mapping[Pattern, Sequence[Found]]


def summary(played: Played) -> list[str]:
    """A row a pattern: its record, what runs have, whether it was fitted, whether it holds."""
    head = "| | pattern | record | simulated: median, nine runs in ten | used in fitting | holds |"
    lines = [head, "|---|---|---|---|---|---|"]
    for pattern, found in played.items():
        if not found:
            cells = (f"{pattern.source}", f"needs {pattern.needs}", "", "not played")
        else:
            cells = (
                _record(pattern, found),
                _runs(found),
                _fitted(found),
                _verdict(pattern, found),
            )
        lines.append(f"| {pattern.number} | {pattern.title} | {' | '.join(cells)} |")
    return lines


def first(found: Sequence[Found]) -> Found:
    """The number that stands for a pattern: the first that is a test, or the first."""
    return next((one for one in found if one.is_test), found[0])


def _record(pattern: Pattern, found: Sequence[Found]) -> str:
    """The first number of a pattern, and the source."""
    return f"{first(found).what}: {first(found).record} ({pattern.source})"


def _runs(found: Sequence[Found]) -> str:
    """What runs have for the first number, and how many of all hold."""
    more = f"; {sum(one.holds for one in found)} of {len(found)} numbers hold"
    return f"{ends(first(found))}{more * (len(found) > 1)}"


def ends(one: Found) -> str:
    """The median and the range, or in what share of runs it happens."""
    if one.happens:
        return f"in {one.median:.0%} of runs"
    return f"{told(one.median)}, {told(one.low)} to {told(one.high)}"


def _fitted(found: Sequence[Found]) -> str:
    """Whether anything of a pattern was used in fitting; it is judged by what was not."""
    tests = sum(one.is_test for one in found)
    if tests == len(found):
        return "no"
    words = next(one.fitted for one in found if not one.is_test)
    return f"{words}; judged by the {tests} that were not" if tests else words


def _verdict(pattern: Pattern, found: Sequence[Found]) -> str:
    return "yes" if holds(found) else f"no: {WHY.get(pattern.number, NOT_SAID)}"


def count(played: Played) -> list[str]:
    """How many hold, and how many of these by numbers that nothing was fitted on."""
    there = [found for found in played.values() if found]
    good = [found for found in there if holds(found)]
    tests = sum(any(one.is_test for one in found) for found in good)
    return [
        f"{len(good)} of {len(played)} patterns hold, {tests} of them by numbers that nothing was"
        f" fitted on; {len(there) - len(good)} fail; {len(played) - len(there)} were not played."
    ]


def numbers(played: Played) -> list[str]:
    """A row a number."""
    head = "| | what | record | median | nine runs in ten | holds | used in fitting |"
    lines = [head, "|---|---|---:|---:|---:|---|---|"]
    for pattern, found in played.items():
        for one in found:
            middle, _, span = ends(one).partition(", ")
            sure = "yes" if one.holds else "no"
            cells = (one.what, one.record, middle, span, sure, one.fitted)
            lines.append(f"| {pattern.number} | {' | '.join(cells)} |")
    return lines


def where(every: Sequence[Pattern]) -> list[str]:
    """A row a pattern: which scenarios and outcomes it is read off."""
    rows = [f"| {p.number} | {p.where} | {p.source} |" for p in every]
    return ["| | scenarios and outcomes | source of the record |", "|---|---|---|", *rows]


def play(every: Sequence[Pattern], only: Collection[int], kept: Path | None) -> Played:
    """Play patterns; those that are not asked for are taken from ``kept``, where it has them.

    ``kept`` then holds all of them, so that one pattern can be played again alone.
    """
    old = json.loads(kept.read_text("utf-8")) if kept and kept.is_file() else {}
    played = {}
    for pattern in every:
        if not only or pattern.number in only:
            played[pattern] = list(pattern.find())
        elif str(pattern.number) in old:
            played[pattern] = [Found(**one) for one in old[str(pattern.number)]]
        if kept:
            now = {str(p.number): [asdict(one) for one in found] for p, found in played.items()}
            kept.write_text(json.dumps(old | now, indent=1), "utf-8")
    return played


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, or write them into a page that marks their places."""
    asked: argparse.ArgumentParser = parser(__doc__)
    asked.add_argument("--data", type=Path, help="folder of tables that the project does not ship")
    asked.add_argument("--only", type=int, nargs="+", default=[], help="play these patterns alone")
    asked.add_argument(
        "--kept", type=Path, help="JSON file that keeps the numbers for another call"
    )
    said = asked.parse_args(arguments)
    every = patterns(said.data)
    played = play(every, said.only, said.kept)
    tables = {
        "count": count(played),
        "patterns": summary(played),
        "where": where(list(played)),
        "numbers": numbers(played),
    }
    publish(tables, said.files)


if __name__ == "__main__":
    main()
