"""The text over the rounds: what the chair or the sponsors did to each clause, by session."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.core.outcomes import Outcomes
from sim.core.setting import Draft, Setting
from sim.show import words
from sim.show.plots import style
from sim.show.plots.style import BLUE, INK, POINT, QUIET, SKY, SMALL, Footer, Look, Sheet

Floats = npt.NDArray[np.float64]

NAMED = 7  # sessions that are named below a clause, at most
MOST = 15  # clauses that have room; of more, those that moved most
TABLED = Look("as tabled", INK, "*", scale=1.3)
MOVED = 0.5  # points by which a clause must have moved to be called moved
MIDDLE, HELD = "median of the runs in whose text it stands", "90% of them"
BRACKETS = "[12%]: in brackets after that session, share of runs"


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
    kept = sorted(range(len(stories)), key=lambda i: -stories[i].moved)[:MOST]
    title, about_it = finding(label, stories, by), _subtitle(draft, stories, outcomes, label)
    with Sheet(title, about_it, about) as sheet:
        sheet.within(620 if len(kept) <= 4 else 900)
        panels = sheet.panels(len(kept), sharex=False)
        panels[0].set(ylim=(-4, 104), yticks=(0, 25, 50, 75, 100))
        for axes, place in zip(panels, sorted(kept), strict=True):
            _panel(axes, stories[place])
        signs = dict(zip(*reversed(panels[0].get_legend_handles_labels()), strict=True))
        bracketed = any((stories[i].bracketed > 0).any() for i in kept)
        notes = [Line2D([], [], ls="", label=BRACKETS)] * bracketed
        sheet.legend([TABLED.sign(24), *signs.values(), *notes])
        sheet.body.supylabel("0-100, each on its issue's scale")
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


def _panel(axes: Axes, story: Story) -> None:
    sessions = np.arange(len(story.middle) + 1)
    low, middle, high = (
        np.concatenate([[story.tabled], values]) for values in (story.low, story.middle, story.high)
    )
    axes.set_title(style.cut(f"{story.label}, {story.issue}", 330, SMALL, bold=True))
    axes.plot(sessions, middle, "o-", color=BLUE, ms=6, label=MIDDLE, zorder=3)
    axes.fill_between(sessions, low, high, color=SKY, alpha=0.35, lw=0, label=HELD)
    axes.axhline(story.before, color=INK, lw=1.4, ls="--", label="status quo")
    axes.scatter(0, story.tabled, zorder=4, **TABLED.many(24))
    if not np.isnan(middle[-1]):
        up: Any = {"ha": "center", "va": "bottom", "fontweight": "bold", "color": BLUE}
        above = (sessions[-1], middle[-1])
        axes.annotate(f"{middle[-1]:.0f}", above, (0, 7), textcoords="offset points", **up)
    _sessions(axes, story)


def _sessions(axes: Axes, story: Story) -> None:
    """Name the sessions, and in how many runs the clause is in brackets after each."""
    words_ = [
        f"[{words.percent(float(share))}]" if share > 0 else str(session)
        for session, share in enumerate(story.bracketed, 1)
    ]
    shown = range(0, len(words_) + 1, -(-len(words_) // NAMED))
    axes.set_xticks(shown, [["tabled", *words_][place] for place in shown])
    axes.tick_params(axis="x", labelsize=15 * POINT)
    axes.grid(visible=False, axis="x")
    axes.margins(x=0.1)
    shares = [story.bracketed[place - 1] for place in shown[1:]]
    for label, share in zip(axes.get_xticklabels()[1:], shares, strict=True):
        label.set(color=INK if share > 0 else QUIET, fontweight="bold" if share > 0 else "normal")
