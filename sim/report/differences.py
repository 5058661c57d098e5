"""Differences in words: what changes, whether it can be told from nothing, and what it hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan, nan

from sim.analysis.paired import Difference
from sim.report import sure
from sim.report.parts import Change, Verdict
from sim.show import words
from sim.show.plots.study.said import Outcome

TINY = 1e-9
FINER = 0.5  # an error at which a number has one digit after the point: an end may be near zero


def change(
    outcome: Outcome,
    found: Difference,
    worlds: int,
    *,
    under: str,
    against: str = "",
    among: int = 1,
    over: str = "",
) -> Change:
    """Put a difference, in the unit in which it is shown, in words.

    Args:
        outcome: what differs.
        found: base, changed and their difference run by run.
        worlds: in which it was seen.
        under: what makes it, as it goes after "with".
        against: what it is compared with, as it goes behind the base.
        among: of how many it is the largest.
        over: the runs that it is over, if not all.
    """
    error = found.error
    wide = sure.reach(worlds, among) * error
    sides = [_side(outcome, side, error) for side in (found.base, found.changed)]
    bounds = max(outcome.form.lowest, -outcome.form.highest), outcome.form.highest
    low, high = found.difference - wide, found.difference + wide
    if isfinite(bounds[1]):  # a share can differ by no more than all of it
        low, high = max(low, -bounds[1]), min(high, bounds[1])
    known = isfinite(wide) and error > TINY
    least = sure.smallest(worlds, among) * error
    return Change(
        name=outcome.name,
        moves=_moves(outcome, found),
        before=sides[0],
        after=sides[1],
        under=under,
        against=against,
        verdict=_verdict(outcome, found, wide, sides),
        difference=found.difference,
        low=low if known else nan,
        high=high if known else nan,
        ends=_ends(outcome, low, high, error) if known else "",
        holds=found.holds,
        opposes=found.opposes,
        smallest=outcome.size(least, error) if known and isfinite(least) else "",
        adopted=outcome.of if outcome.kind == "adopted" and not outcome.condition else "",
        over=over,
        among=among,
        column=outcome.column,
    )


def _ends(outcome: Outcome, low: float, high: float, error: float) -> str:
    finer = min(error, FINER)
    return f"{outcome.number(low, finer).removesuffix('%')} to {outcome.size(high, finer)}"


def _side(outcome: Outcome, value: float, error: float) -> str:
    if outcome.kind == "adopted" and not isnan(value):
        return words.percent(value / 100)
    return outcome.number(value, error)


def _moves(outcome: Outcome, found: Difference) -> str:
    """What it does with its size, as it goes within a sentence."""
    if isnan(found.difference):
        return ""
    said = outcome.change(found.difference, found.error)
    named = words.first_up(outcome.name)
    return outcome.name + said.removeprefix(named) if said.startswith(named) else said


def _verdict(outcome: Outcome, found: Difference, wide: float, sides: Sequence[str]) -> Verdict:
    """Whether it can be told from none. One that print does not show is none worth a sentence."""
    if isnan(found.difference):
        return "not known"
    if abs(found.difference) < TINY and not found.smallest > 0:
        return "the same"
    size = outcome.size(abs(found.difference), found.error)
    shown = any(digit in "123456789" for digit in size) and sides[0] != sides[1]
    if not shown or abs(found.difference) < wide < float("inf"):
        return "not seen"
    return "seen" if isfinite(wide) or found.error <= TINY else "of one world"


def called(outcome: Outcome) -> str:
    """Name an outcome in few words, for a row or a column: "73/27 in favour"."""
    kind = outcome.kind.replace("_", " ") or outcome.title
    about = "" if kind == outcome.of else f"{outcome.of} "
    stage = f"{outcome.stage} " * outcome.told
    condition = f" if {outcome.condition}" * bool(outcome.condition)
    return f"{about}{stage}{kind}{condition}{', %' * (outcome.form.unit == '%')}"


def weight(found: Difference, adopted: bool) -> float:
    """How much a difference deserves to be told first: adoption, then its size in errors."""
    size = abs(found.difference) / max(found.error, TINY) if found.error == found.error else 1.0
    return size + 1e12 * (adopted and abs(found.difference) >= 5)


def depends(found: Difference) -> str:
    """Say which assumptions turn a difference round, and which moves it most."""
    if not found.assumptions:
        return "too few worlds to say which assumption flips it"
    flips = f"flipped by {words.some(found.flips, 2)}"
    if not found.flips:
        flips = f"none of {found.assumptions} assumptions flips it"
    if not found.matters:
        return flips
    ends = words.signed(found.lowest), words.signed(found.highest)
    return f"{flips}; {found.matters} moves it most ({ends[0]} where lowest, {ends[1]} highest)"
