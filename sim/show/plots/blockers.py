"""Who blocked and why, in rooms that decide by consensus, and what became of their texts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.agreement import blocked_by
from sim.analysis.tally import was_blocked
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import How
from sim.mechanisms.objections import DEMANDEUR, FREE, OBJECTOR, RED_LINE
from sim.show.plots import style
from sim.show.plots.ballot import Ballot, final, in_runs, listed, percent
from sim.show.plots.style import (
    BLACK,
    BODY,
    BOTTOM,
    GREEN,
    GREY,
    INK,
    LEFT,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    SMALL,
    TOP,
    VERMILLION,
    Footer,
    Sheet,
)

Floats = npt.NDArray[np.float64]

SHOWN = 15  # delegations that have a bar
NAMES, BARS = 330.0, 830.0  # pixels for names, and for a bar of all runs
PANEL = 1390.0


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
    """Return the final ballots of texts that were first tried by consensus."""
    return [b for b in final(outcomes, setting) if b.forum.rules.consensus]


def blockers(ballot: Ballot, about: Footer) -> Sheet:
    """Draw in how many runs each delegation blocked, by reason, and the fate of the text."""
    shares = blocked(ballot)
    sheet = Sheet(finding(ballot, shares), _subtitle(ballot), about)
    first = [i for i in np.argsort(-shares.sum(axis=1), kind="stable")[:SHOWN] if shares[i].any()]
    if first:
        _bars(sheet, ballot, shares, [int(i) for i in first])
    elif not was_blocked(ballot.outcomes, ballot.label, ballot.stage).any():
        sheet.text(LEFT, TOP + 60, "No delegation blocked it here in any run.", BODY, QUIET)
    _fates(sheet, fates(ballot), _told(shares))
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
    for words, runs, colour in kinds:
        found.append(Fate(words, float((runs & rest).mean()), colour))
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
    return f"{blocked_in}: above all, {listed(told)}"


def _subtitle(ballot: Ballot) -> str:
    title = f"{ballot.draft.title}  ·  " if ballot.draft.title else ""
    return f"{title}{ballot.forum.rules.title}  ·  share of runs in which each delegation blocks"


def _bars(sheet: Sheet, ballot: Ballot, shares: Floats, first: list[int]) -> None:
    longest = float(shares[first].sum(axis=1).max())
    step = min((BOTTOM - TOP - 40) / max(len(first), 8), 56.0)
    for row, actor in enumerate(first):
        y = TOP + 34 + row * step
        name = style.cut(ballot.setting.names[actor], NAMES - 20, BODY)
        sheet.text(LEFT + NAMES - 14, y + 0.62 * step, name, BODY, align="right")
        x = LEFT + NAMES
        for reason, share in zip(REASONS, shares[actor], strict=True):
            wide = BARS * float(share) / longest
            if wide:
                bar = style.box(x, y + 0.16 * step, wide, 0.68 * step)
                sheet.area([bar], reason.colour, "#ffffff", hatch=reason.hatch or None)
            x += wide
        total = percent(float(shares[actor].sum()))
        sheet.text(x + 10, y + 0.62 * step, total, BODY, INK, bold=True)


def _told(shares: Floats) -> list[Reason]:
    """Reasons of the legend: the last only where it is somebody's."""
    return [r for r, some in zip(REASONS, shares.sum(axis=0), strict=True) if r.code or some]


def _fates(sheet: Sheet, found: list[Fate], reasons: list[Reason]) -> None:
    y = TOP + 20.0
    sheet.text(PANEL, y, "why they block", BODY, bold=True)
    for reason in reasons:
        y += 40
        sheet.area(
            [style.box(PANEL, y - 18, 30, 22)], reason.colour, "#ffffff", hatch=reason.hatch or None
        )
        sheet.text(PANEL + 44, y, reason.words, SMALL)
    y += 70
    sheet.text(PANEL, y, "what becomes of the text, share of runs", BODY, bold=True)
    for fate in found:
        y += 46
        sheet.area([style.box(PANEL, y - 22, max(420 * fate.share, 2), 8)], fate.colour)
        sheet.text(PANEL, y + 8, f"{percent(fate.share)}  {fate.words}", SMALL)
        y += 12
