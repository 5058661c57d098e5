"""The table of claims in docs/reference/world.md: each causal claim, with and without it.

    python experiments/claims.py docs/reference/world.md

plays every row of scenarios/data/claims.csv: the scenario in which the claim is tried, with the
claim, with half of it and without it, on the same worlds and the same luck. What differs is what
the claim does there. Without a file the table is printed; `--only R04 R17` plays some of them.

A claim's sign holds if the difference has it, and its error does not reach 0 (95%). Where the sign
is built in it says nothing about the world; what is worth reading is how large it is, in how many
worlds, and whether it reaches what lies further down, such as votes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pages import parser, publish

import sim
from sim.analysis.paired import Difference, over, scaled
from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.outcome import PERCENT
from sim.core.outcomes import Outcomes
from sim.core.registry import kind_of
from sim.errors import InputError, Mistake
from sim.experiment.model import together
from sim.mechanisms.claims import NAMES, Claim, claims
from sim.near import near
from sim.scenario import Scenario

MARK = "played"
RUNS = 160
SURE = 1.96  # errors
LARGE = 100.0  # from which on no digits after the point are told
HEAD = (
    "| claim | what is claimed | tried in | outcome | claimed | without | half | with"
    " | difference in {runs} runs | 90% from chance | 90% of worlds | as claimed in | shows"
    " | built in | strength rests on |",
    f"|{'---|' * 5}{'---:|' * 7}{'---|' * 3}",
)


@dataclass(frozen=True)
class Tried:
    """One outcome of a claim: without it, with half of it, with it, and what differs."""

    outcome: str
    sign: int
    half: float  # nan: there is no half
    whole: Difference  # with the claim less without it

    @property
    def moves(self) -> bool:
        """Whether the switch moves it in any run."""
        return not np.isnan(self.whole.smallest)

    @property
    def held(self) -> float:
        """The share of worlds in which it moves the way that is claimed."""
        along = self.whole.difference * self.sign > 0
        return self.whole.holds if along else self.whole.opposes

    @property
    def shows(self) -> str:
        """What the model shows of it, in words."""
        found = self.whole
        if not self.moves:
            return "moves nothing here"
        if not abs(found.difference) > SURE * found.error:
            return "not seen"
        return "as claimed" if found.difference * self.sign > 0 else "**the other way**"


def tried(claim: Claim, runs: int) -> list[Tried]:
    """Play a claim in its scenario: without it, with half of it, and with it."""
    usual = sim.load(claim.scenario)
    without, whole = (_played(usual, claim, said, runs) for said in (claim.off, claim.on))
    half = None if claim.half is None else _played(usual, claim, claim.half, runs)
    return [
        Tried(
            outcome,
            sign,
            float("nan") if half is None else float(np.nanmean(half.number(outcome))),
            over(without, whole, outcome),
        )
        for outcome, sign in claim.outcomes.items()
    ]


def _played(usual: Scenario, claim: Claim, settings: Sequence[str], runs: int) -> Outcomes:
    changed = sim.load(claim.scenario, tuple(each(settings)))
    found = ensemble(setting(changed, usual), runs, keep=False)
    for outcome in claim.outcomes:
        if outcome not in found.table:
            nearest = near(outcome, found.table)
            problem = f"{claim.name} speaks of an outcome that {claim.scenario} has not"
            raise InputError(Mistake(problem, "claims.csv", value=outcome, suggestion=nearest))
    return found


def each(settings: Sequence[str]) -> Iterator[str]:
    """Every setting by itself, where a list in its path sets several together."""
    for said in settings:
        path, _, value = said.partition("=")
        yield from (f"{one}={value}" for one in together(path))


def rows(claim: Claim, runs: int) -> Iterator[str]:
    """A row an outcome; one row where nothing carries the claim."""
    if claim.not_carried:
        untold = [""] * HEAD[1].count("---:") + [""] * 3  # where it is tried, and what came of it
        yield _row(claim.name, claim.words, *untold, f"not carried: {claim.not_carried}", "", "")
        return
    switch = f"`{claim.scenario}`, {_switch(claim)}"
    for place, found in enumerate(tried(claim, runs)):
        about = (claim.name, claim.words, switch) if not place else ("", "", "")
        last = (claim.built_in or "nothing", claim.evidence) if not place else ("", "")
        yield _row(*about, *_cells(found), *last)


def _switch(claim: Claim) -> str:
    """How it is switched off, as --set takes it."""
    more = " and likewise" if len(claim.off) > 1 else ""
    return f"`--set '{claim.off[0]}'`{more}"


def _cells(found: Tried) -> Iterator[str]:
    kind = kind_of(found.outcome)
    part = kind is not None and (kind.truth or kind.scaled)
    unit = "%" if kind is not None and (kind.truth or kind.unit == PERCENT) else ""
    whole, half = scaled(found.whole, 100.0 if part else 1.0), found.half * (100.0 if part else 1.0)
    yield f"`{found.outcome}`"
    yield "up" if found.sign > 0 else "down"
    yield from (_told(value, unit) for value in (whole.base, half, whole.changed))
    yield _told(whole.difference, unit, sign=True)
    yield _range(whole.chance_low, whole.chance_high)
    yield _range(whole.worlds_low, whole.worlds_high)
    yield "-" if np.isnan(found.held) else f"{found.held:.0%} of worlds"
    yield found.shows


def _told(value: float, unit: str, *, sign: bool = False) -> str:
    return "-" if np.isnan(value) else f"{_number(value, '+' if sign else '')}{unit}"


def _range(low: float, high: float) -> str:
    return "-" if np.isnan(low) else f"{_number(low, '+')} to {_number(high, '+')}"


def _number(value: float, sign: str = "") -> str:
    return f"{value:{sign},.0f}" if abs(value) >= LARGE else f"{value:{sign}.3g}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def chosen(names: Sequence[str]) -> Mapping[str, Claim]:
    """Those of the claims that are asked for; one that there is not is an InputError."""
    known = claims()
    wrong = [
        Mistake(
            "there is no such claim",
            "--only",
            value=name,
            allowed=f"{NAMES[0]} to {NAMES[-1]}",
            suggestion=near(name, NAMES),
        )
        for name in names
        if name not in known
    ]
    if wrong:
        raise InputError(wrong)
    return {name: known[name] for name in names or known}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or write it into a file that marks its place."""
    asked = parser(__doc__)
    asked.add_argument("--runs", type=int, default=RUNS, help=f"of each, by default {RUNS}")
    asked.add_argument("--only", nargs="+", default=[], metavar="CLAIM")
    said = asked.parse_args(arguments)
    try:
        lines = [row for claim in chosen(said.only).values() for row in rows(claim, said.runs)]
    except InputError as error:
        print(error, file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    publish({MARK: [HEAD[0].format(runs=said.runs), HEAD[1], *lines]}, said.files)


if __name__ == "__main__":
    main()
