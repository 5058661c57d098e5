"""The text over the rounds: what the chair or the sponsors did to each clause, by session."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.core.outcomes import Outcomes
from sim.core.setting import Draft, Setting
from sim.show.plots import style
from sim.show.plots.ballot import percent
from sim.show.plots.style import (
    BLUE,
    BODY,
    BOTTOM,
    INK,
    LEFT,
    PAPER,
    QUIET,
    RIGHT,
    RULE,
    SHADE,
    SKY,
    SMALL,
    TOP,
    Footer,
    Look,
    Sheet,
)

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]  # x, y, width, height

MOST = 15  # clauses that have room; of more, those that moved most
GAP = (46.0, 78.0)  # between panels: room for the numbers of a scale, and for a heading
TABLED = Look("as tabled", INK, "*", scale=1.3)
MOVED = 0.5  # points by which a clause must have moved to be called moved


@dataclass(frozen=True)
class Story:
    """One clause over the sessions, on 0-100: arrays (sessions,), from session 1."""

    label: str
    issue: str
    before: float  # the status quo
    tabled: float
    middle: Floats  # median over the runs in whose text it is; nan where it is in none
    low: Floats
    high: Floats
    bracketed: Floats  # share of runs

    @property
    def moved(self) -> float:
        """How far it ends from where it was tabled; one that fell is back at the status quo."""
        end = self.before if np.isnan(self.middle[-1]) else float(self.middle[-1])
        return abs(end - self.tabled)


def drafted(outcomes: Outcomes, setting: Setting) -> list[str]:
    """Return the labels of the drafts that somebody worked on."""
    return [draft.label for draft in setting.drafts if draft.label in outcomes.story]


def rounds(outcomes: Outcomes, setting: Setting, label: str, about: Footer) -> Sheet:
    """Draw how a draft's clauses moved from session to session.

    Each clause has a panel: its median over the runs in whose text it stands, a band that holds
    90% of them, the value as tabled, the status quo, and below in how many runs it is in brackets.

    Raises:
        KeyError: nobody drafts this text; see `drafted`.
    """
    draft = next(d for d in setting.drafts if d.label == label)
    stories = told(outcomes.story[label], draft, setting)
    by = setting.forums[draft.forum].rules.drafting
    sheet = Sheet(finding(label, stories, by), _subtitle(draft, stories, outcomes, label), about)
    kept = sorted(range(len(stories)), key=lambda i: -stories[i].moved)[:MOST]
    shown = [stories[i] for i in sorted(kept)]
    for story, box in zip(shown, _boxes(len(shown)), strict=True):
        _panel(sheet, story, box)
    _legend(sheet)
    return sheet


def told(pages: Floats, draft: Draft, setting: Setting) -> list[Story]:
    """Sum up the drafting, (sessions, runs, clauses) on 0-1 with nan for brackets, by clause."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a clause that is in no run's text
        low, middle, high = 100 * np.nanquantile(pages, (0.05, 0.5, 0.95), axis=1)
    bracketed = np.isnan(pages).mean(axis=1)
    return [
        Story(
            label=label,
            issue=setting.issues[draft.issue[c]],
            before=100 * float(setting.status_quo[draft.issue[c]]),
            tabled=100 * float(draft.value[c]),
            middle=middle[:, c],
            low=low[:, c],
            high=high[:, c],
            bracketed=bracketed[:, c],
        )
        for c, label in enumerate(draft.clauses)
    ]


def finding(label: str, stories: list[Story], drafting: str) -> str:
    """Say what became of the text."""
    who = "Its sponsors move" if drafting == "sponsors" else "The chair moves"
    moved = [s for s in stories if s.moved >= MOVED]
    if not moved:
        return f"{label} stays as it was tabled"
    most = max(moved, key=lambda s: s.moved)
    count = f"{len(moved)} of {len(stories)} clauses"
    end = most.middle[-1]
    if np.isnan(end):
        return f"{who} {count} of {label}; {most.label} falls"
    return f"{who} {count} of {label}, {most.label} most: from {most.tabled:.0f} to {end:.0f}"


def _subtitle(draft: Draft, stories: list[Story], outcomes: Outcomes, label: str) -> str:
    runs = outcomes.story[label].shape[1]
    some = "" if runs == outcomes.runs else f"  ·  the first {runs} runs"
    left = f"  ·  the {MOST} of {len(stories)} that moved most" if len(stories) > MOST else ""
    return f"{draft.title or label}  ·  each clause on its issue's scale of 0-100{some}{left}"


def _boxes(count: int) -> list[Box]:
    """Lay out panels in rows of at most five."""
    rows = -(-count // 5) if count > 4 else 1
    columns = -(-count // rows)
    wide = (RIGHT - LEFT + GAP[0]) / max(columns, 3) - GAP[0]
    high = (BOTTOM - 60 - TOP) / rows - GAP[1]
    return [
        (
            LEFT + 34 + (i % columns) * (wide + GAP[0]),
            TOP + 44 + (i // columns) * (high + GAP[1]),
            wide - 34,
            high,
        )
        for i in range(count)
    ]


def _panel(sheet: Sheet, story: Story, box: Box) -> None:
    x, y, wide, high = box
    strip = 26.0
    plot = (x, y, wide, high - strip - 8)
    sheet.area([style.box(*plot)], SHADE)
    heading = style.cut(story.label, wide - 70, BODY, bold=True)
    sheet.text(x, y - 12, heading, BODY, bold=True)
    sheet.text(x + wide, y - 12, story.issue, SMALL, QUIET, align="right")
    _scale(sheet, plot)
    across = _across(plot, len(story.middle))
    _values(sheet, story, plot, across)
    _brackets(sheet, story, (x, y + high - strip, wide, strip), across)


def _across(plot: Box, sessions: int) -> Floats:
    """Where session 0 (as tabled), 1, 2 ... stand: (sessions + 1,)."""
    x, _, wide, _ = plot
    return np.linspace(x + 22, x + wide - 22, sessions + 1)


def _up(plot: Box, value: Floats | float) -> Floats:
    _, y, _, high = plot
    return y + high * (1 - np.asarray(value, dtype=float) / 100)


def _scale(sheet: Sheet, plot: Box) -> None:
    x, _, wide, _ = plot
    for value in (0, 25, 50, 75, 100):
        level = float(_up(plot, value))
        sheet.line([[(x, level), (x + wide, level)]], PAPER, 2.0)
        sheet.text(x - 8, level + 6, str(value), 15, QUIET, align="right")


def _values(sheet: Sheet, story: Story, plot: Box, across: Floats) -> None:
    x, _, wide, _ = plot
    now = float(_up(plot, story.before))
    sheet.line([[(x, now), (x + wide, now)]], INK, 2.0, dashes=(4, 3))
    there = ~np.isnan(story.middle)
    at = np.concatenate([across[:1], across[1:][there]])
    low, middle, high = (
        _up(plot, np.concatenate([[story.tabled], values[there]]))
        for values in (story.low, story.middle, story.high)
    )
    edge = np.concatenate([np.stack([at, low], 1), np.stack([at, high], 1)[::-1]])
    sheet.area([edge], SKY, alpha=0.35)
    sheet.line([np.stack([at, middle], axis=1)], BLUE, 3.5)
    sheet.marks(np.stack([at, middle], axis=1)[1:], Look("", BLUE, "o"), 11)
    sheet.marks([(at[0], middle[0])], TABLED, 24)
    if there[-1]:
        label = f"{story.middle[-1]:.0f}"
        sheet.text(
            float(at[-1]), float(middle[-1]) - 14, label, SMALL, BLUE, bold=True, align="center"
        )


def _brackets(sheet: Sheet, story: Story, strip: Box, across: Floats) -> None:
    """Below a panel: the session, and in how many runs the clause is in brackets then."""
    _, y, _, high = strip
    sheet.text(float(across[0]), y + high - 6, "tabled", 15, QUIET, align="center")
    for session, (at, share) in enumerate(zip(across[1:], story.bracketed, strict=True), 1):
        words = f"[{percent(float(share))}]" if share > 0 else str(session)
        colour = INK if share > 0 else QUIET
        sheet.text(float(at), y + high - 6, words, 15, colour, align="center", bold=share > 0)


def _legend(sheet: Sheet) -> None:
    y = BOTTOM - 16
    sheet.marks([(LEFT + 10, y - 6)], TABLED, 24)
    sheet.text(LEFT + 30, y, "as tabled", SMALL, QUIET)
    sheet.line([[(LEFT + 150, y - 6), (LEFT + 200, y - 6)]], BLUE, 3.5)
    sheet.text(LEFT + 212, y, "median of the runs in whose text it stands", SMALL, QUIET)
    sheet.area([style.box(LEFT + 640, y - 16, 50, 20)], SKY, alpha=0.35)
    sheet.text(LEFT + 702, y, "90% of them", SMALL, QUIET)
    sheet.line([[(LEFT + 850, y - 6), (LEFT + 900, y - 6)]], INK, 2.0, dashes=(4, 3))
    sheet.text(LEFT + 912, y, "status quo", SMALL, QUIET)
    sheet.text(LEFT + 1060, y, "[12%]", SMALL, INK, bold=True)
    sheet.text(LEFT + 1130, y, "in brackets after that session, share of runs", SMALL, QUIET)
    sheet.line([[(LEFT, BOTTOM - 44), (RIGHT, BOTTOM - 44)]], RULE)
