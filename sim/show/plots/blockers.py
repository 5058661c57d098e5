"""Who blocked and why, in rooms that decide by consensus, and what became of their texts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from sim.analysis.agreement import blocked_by
from sim.analysis.tally import was_blocked
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import How
from sim.mechanisms.objections import DEMANDEUR, FREE, OBJECTOR, RED_LINE
from sim.show import words
from sim.show.plots import parts
from sim.show.plots.ballot import Ballot, final, in_runs
from sim.show.plots.style import (
    BLACK,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    SKY,
    VERMILLION,
    Footer,
    Sheet,
)  # fmt: skip

Floats = npt.NDArray[np.float64]

SHOWN = 15  # delegations that have a bar


class Reason(NamedTuple):
    """Why a delegation blocks: its code in the outcomes, its words, its colour and its hatch."""

    code: int
    words: str
    said: str
    colour: str
    hatch: str


REASONS = (
    Reason(OBJECTOR, "loses too much by the text", "loses too much", VERMILLION, ""),
    Reason(DEMANDEUR, "gets too little of what it asked for", "gets too little", SKY, "//"),
    Reason(RED_LINE, "a declared red line is crossed", "sees a red line crossed", PURPLE, ".."),
    Reason(FREE, "opposes it, whatever it says", "opposes it whatever it says", BLACK, "xx"),
)


class Fate(NamedTuple):
    """One thing that can become of a text: in words, its share of the runs, its colour."""

    words: str
    share: float
    colour: str


def rooms(outcomes: Outcomes, setting: Setting) -> list[Ballot]:
    """Return the final ballots of texts that were first tried by consensus.

    Of one that is adopted so in every run there is nothing to draw.
    """
    tried = [b for b in final(outcomes, setting) if b.forum.rules.consensus]
    return [ballot for ballot in tried if (ballot.how != How.CONSENSUS).any()]


def blockers(ballot: Ballot, about: Footer) -> Sheet:
    """Draw in how many runs each delegation blocked, by reason, and the fate of the text."""
    shares = blocked(ballot)
    first = [i for i in np.argsort(-shares.sum(axis=1), kind="stable")[:SHOWN] if shares[i].any()]
    with Sheet(finding(ballot, shares), _subtitle(ballot), about) as sheet:
        if first:
            left, right = sheet.body.subplots(1, 2, width_ratios=(3, 1))
            _fates(sheet, right, fates(ballot))
            _bars(sheet, left, ballot, shares, [int(i) for i in first])
            sheet.legend()
        else:
            _fates(sheet, sheet.body.subplots(), fates(ballot))
    return sheet


def blocked(ballot: Ballot) -> Floats:
    """Share of runs in which each actor blocked, by reason: (actors, reasons)."""
    by = blocked_by(ballot.setting, ballot.outcomes, ballot.label, ballot.stage)
    shares: Floats = by[:, [reason.code for reason in REASONS]]
    return shares


def fates(ballot: Ballot) -> list[Fate]:
    """Divide the runs by what became of the text, most hopeful first; shares sum to 1."""
    how, existed = ballot.how, ballot.column("text_existed")
    failed = how == How.BLOCKED
    kinds = (
        ("adopted by consensus", how == How.CONSENSUS, GREEN),
        ("adopted by the vote that followed", how == How.VOTE, SKY),
        ("blocked, though some text would have passed", failed & (existed == 1), ORANGE),
        ("blocked, and no text would have passed", failed & (existed != 1), VERMILLION),
        ("fell otherwise: vote, quorum, earlier stage", how >= How.SHORTFALL, GREY),
    )
    rest = np.ones(len(how), dtype=bool)
    found = []
    for told, runs, colour in kinds:
        found.append(Fate(told, float((runs & rest).mean()), colour))
        rest &= ~runs
    return found


def finding(ballot: Ballot, shares: Floats) -> str:
    """Say who stood in the way, and on which grounds."""
    runs = ballot.outcomes.runs
    happened = float(was_blocked(ballot.outcomes, ballot.label, ballot.stage).mean())
    if not happened:
        where = "in this run" if runs == 1 else f"in any of {runs:,} runs"
        last = f" at {ballot.stage}" if (ballot.how == How.NOT_REACHED).any() else ""
        return f"Nobody blocks {ballot.label}{last} {where}"
    blocked_in = f"{ballot.label} is blocked {in_runs(happened, runs) or 'in this run'}"
    if not shares.any():
        return blocked_in
    grounds = np.argsort(-shares.max(axis=0), kind="stable")
    foremost = [(int(shares[:, g].argmax()), REASONS[g]) for g in grounds if shares[:, g].any()]
    told = [f"{ballot.setting.actors[actor]} {reason.said}" for actor, reason in foremost]
    return f"{blocked_in}: above all, {words.both(told)}"


def _subtitle(ballot: Ballot) -> str:
    title = f"{ballot.draft.title}  ·  " if ballot.draft.title else ""
    return f"{title}{ballot.forum.rules.title}  ·  share of runs in which each delegation blocks"


def _bars(sheet: Sheet, axes: Axes, ballot: Ballot, shares: Floats, first: list[int]) -> None:
    """A bar for each delegation, in parts by reason."""
    start = np.zeros(len(first))
    for reason, part in zip(REASONS, 100 * shares.T[:, first], strict=True):
        if part.any():
            paint: Any = {"color": reason.colour, "hatch": reason.hatch, "ec": PAPER, "lw": 0}
            axes.barh(range(len(first)), part, 0.7, start, label=reason.words, **paint)
        start += part
    names = [ballot.setting.names[i] for i in first]
    totals = [words.percent(float(shares[i].sum())) for i in first]
    parts.rows(sheet, axes, names, totals, [True] * len(first), foot=160.0)
    parts.amounts(axes.xaxis, "share of runs in which it blocks, %", 0.0, edge=0.0)


def _fates(sheet: Sheet, axes: Axes, found: list[Fate]) -> None:
    shares = [100 * fate.share for fate in found]
    axes.barh(range(len(found)), shares, 0.5, color=[fate.colour for fate in found])
    told = [words.percent(fate.share) for fate in found]
    parts.rows(sheet, axes, [fate.words for fate in found], told, wide=260, lines=3, foot=130.0)
    axes.set(xlim=(0, 100), xlabel="what becomes of the text, % of runs")
    axes.axvline(0, color=INK, lw=1)
