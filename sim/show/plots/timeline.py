"""The timeline of a scenario with a calendar: all that mattered on one axis of years.

The two indices, texts and events as they came in the shown run with the share of runs in which
they came, and a row for each outcome over sessions that a mechanism gives a lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.analysis import turning
from sim.analysis.counted import Points
from sim.core.mechanism import Curve
from sim.core.outcome import Outcome
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.mechanisms.indices import INDICES
from sim.scenario import Scenario
from sim.show import words
from sim.show.plots import parts, style
from sim.show.plots.curves import points
from sim.show.plots.parts import Label
from sim.show.plots.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    POINT,
    QUIET,
    SMALL,
    VERMILLION,
    Footer,
    Look,
    Sheet,
)  # fmt: skip

Floats = npt.NDArray[np.float64]

NAMES, ENDS = 230.0, 215.0  # pixels for the name of a row, and for what stands at its end
TICKS = 0.05  # room for the ticks of a row, as a share of its length
STEP = 23.0  # pixels of a line of moments
TALLEST = 480.0  # pixels of a row of an outcome
TALL = 2.0  # the row of the indices, in heights of the others
FOOT = 90.0  # pixels of the years and the legend
TURNS = 3  # that are named in a row
SHORT = 330.0  # pixels of a moment that has no room for all its words
FEW = 12  # sessions up to which each is named
LINES = 8  # of moments, at most
INDEX = dict(zip(INDICES, (BLUE, VERMILLION), strict=True))
ADOPTED = Look("text adopted in the run shown", GREEN, "o")
FAILED = Look("text that failed in it", VERMILLION, "X")
CAME = Look("event", INK, "D", scale=0.8)
COUNTED = Look("counted in the world", INK, "s", hollow=True, scale=0.9)


class Moment(NamedTuple):
    """Something of one session: where on the axis, its symbol and its words."""

    at: int  # from 0
    look: Look
    said: str
    name: str = ""  # of a text
    share: float = 0.0  # of runs in which it is adopted


@dataclass(frozen=True)
class Row:
    """An outcome over sessions as a row: over all runs, and in the shown one."""

    curve: Curve
    outcome: Outcome
    points: Points
    shown: Floats  # (sessions,)
    labels: tuple[tuple[int, str], ...]  # what happened in it, by place on the axis


def timeline(
    outcomes: Outcomes, setting: Setting, scenario: Scenario, about: Footer
) -> Sheet | None:
    """Draw the timeline; None of a scenario without a calendar, or in which nothing is to tell.

    Args:
        outcomes: of the ensemble.
        setting, scenario: what was played.
        about: where it comes from.
    """
    if setting.calendar is None:
        return None
    run = turning.typical(outcomes, setting)
    rows = _rows(outcomes, setting, run)
    indices = [row for row in rows if _index(row)]
    others = [row for row in rows if not _index(row)]
    texts, events = _texts(outcomes, setting, run), _events(outcomes, setting, scenario, run)
    if not (rows or events) or setting.sessions < 2:
        return None
    title, below = finding(indices, others, outcomes, texts), _subtitle(outcomes, run)
    with Sheet(title, below, about) as sheet:
        _draw(sheet, setting, outcomes.runs > 1, indices, others, texts, events)
    return sheet


def finding(
    indices: Sequence[Row], others: Sequence[Row], outcomes: Outcomes, texts: Sequence[Moment]
) -> str:
    """Say which index grew more; without indices, what the first rows do, and the one text."""
    if len(indices) == len(INDICES):
        one, other = sorted(indices, key=lambda row: row.points.mean[0] - row.points.mean[-1])
        rest = f"{words.first_down(other.curve.lane)}: {_way(other)}"
        return f"{one.curve.lane} grows more: {_way(one)}; {rest}"
    rows = (*indices, *others)
    alone = texts if len(rows) < 2 and len(texts) == 1 else ()
    if not rows and not alone:
        return f"{words.counted(len(texts), 'text')} and what came from outside"
    told = [f"{words.first_down(row.curve.lane)}: {_way(row)}{_world(row)}" for row in rows[:2]]
    told += [_adopted(outcomes, one) for one in alone]
    return words.first_up("; ".join(told))


def _adopted(outcomes: Outcomes, text: Moment) -> str:
    often = words.of_runs(text.share, outcomes.runs)
    return f"{text.name} is adopted {often}"


def _world(row: Row) -> str:
    """From where to where it went in the world, where that was counted twice or more."""
    known = row.points.observed[np.isfinite(row.points.observed)]
    return f" (in the world {known[0]:g} to {known[-1]:g})" if len(known) > 1 else ""


def _way(row: Row) -> str:
    start, end = (_number(row, value) for value in row.points.mean[[0, -1]])
    unit = row.outcome.said_unit if row.outcome.scaled else ""
    return f"from {start} to {end}{unit}" if start != end else f"{start}{unit} throughout"


def _number(row: Row, value: float) -> str:
    small = np.nanmax(row.points.high) < 10
    return words.number(float(value), 1 if small else 0).removesuffix(".0")


def _subtitle(outcomes: Outcomes, run: int) -> str:
    if outcomes.runs == 1:
        return "in one run"
    return (
        "lines: mean over runs  ·  bands: what 90% of runs lie in  ·  dotted, and what happens:"
        f" run {run}, the most typical  ·  per cent: share of runs in which the same happens"
    )


# What there is to show


def _index(row: Row) -> bool:
    return row.outcome.name.removesuffix("_index") in INDEX


def _rows(outcomes: Outcomes, setting: Setting, run: int) -> list[Row]:
    at = _place(outcomes, run)
    turns = turning.turns(outcomes, setting, run)
    found = []
    for lane in turning.lanes(outcomes, setting):
        over = points(outcomes, setting, lane.outcome)
        assert over is not None  # it moves
        its = [turn for turn in turns if turn.act in lane.mechanism.tellings]
        its = sorted(its, key=lambda turn: -turn.weight)[:TURNS]
        own = next(iter(lane.mechanism.tellings), "")  # what the row is about goes without saying
        labels = tuple(
            (turn.first - 1, f"{_who(setting, turn)}{_did(setting, turn) * (turn.act != own)}")
            for turn in its
        )
        shown = lane.values(outcomes, setting)[:, at]
        found.append(Row(lane.curve, lane.outcome, over, shown, labels))
    return found


def _place(outcomes: Outcomes, run: int) -> int:
    return int(np.flatnonzero(outcomes.table["run"].astype(np.int64) == run)[0])


def _who(setting: Setting, turn: turning.Turn) -> str:
    """Who did it, in a few words: the first, and how many more."""
    first, *more = turn.doers
    name = words.called(first.actor, setting.names[setting.slot(first.actor)])
    also = f" and {len(more)} more" if more else ""
    if turn.telling.together:
        return f"{len(turn.doers)} against {turn.reason}"
    share = "" if np.isnan(first.share) else f" {words.percent(first.share)}"
    return f"{name}{share}{also}"


def _did(setting: Setting, turn: turning.Turn) -> str:
    target = turn.target and words.named(setting, turn.target)
    said = turn.telling.says.format(target=target, draft=turn.draft, reason=turn.reason)
    return f" {said}"


def _texts(outcomes: Outcomes, setting: Setting, run: int) -> list[Moment]:
    at = _place(outcomes, run)
    found = []
    for place, stage in setting.ballots:
        draft = setting.drafts[place]
        forum = setting.forums[draft.forum]
        if forum.stages[stage] != forum.last:
            continue
        adopted = outcomes.number(f"{draft.label}.{stage}.adopted")
        look, share = ADOPTED if adopted[at] else FAILED, float(adopted.mean())
        name = words.short(draft.label, 20)
        said = f"{name} {words.percent(share)}" if outcomes.runs > 1 else name
        found.append(Moment(forum.last - 1, look, said, name, share))
    return sorted(found, key=lambda moment: moment.at)


def _events(outcomes: Outcomes, setting: Setting, scenario: Scenario, run: int) -> list[Moment]:
    came, found = turning.happened(outcomes, run), []
    for event in scenario.events:
        if event.may is None and event.why:
            found.append(Moment(event.session - 1, CAME, event.why))
        elif event.may is not None and event.may.name in came:
            name = event.may.name
            share = float(outcomes.number(f"happened.{name}").mean())
            said = f"{name.replace('_', ' ')}{f' {words.percent(share)}' * (outcomes.runs > 1)}"
            found.append(Moment(came[name] - 1, CAME, said))
    return sorted(found, key=lambda moment: moment.at)


# How it is drawn


def _draw(
    sheet: Sheet, setting: Setting, many: bool, indices: Sequence[Row], others: Sequence[Row],
    texts: Sequence[Moment], events: Sequence[Moment],
) -> None:  # fmt: skip
    """Give each row the height it needs, and draw it; ``many``: there are bands."""
    wide = _wide(setting)
    moments = [
        _Lines(name, of, wide, setting.sessions)
        for name, of in (("Texts", texts), ("Events", events))
    ]
    moments = [one for one in moments if one.placed]
    room = style.BOTTOM - style.TOP - FOOT - sum(one.high for one in moments)
    rows = TALL * bool(indices) + len(others)
    unit = min(room / max(rows, 1), TALLEST)
    heights = [TALL * unit] * bool(indices) + [one.high for one in moments] + [unit] * len(others)
    sheet.within(sum(heights) + FOOT)
    engine: Any = sheet.figure.get_layout_engine()
    engine.set(h_pad=0.03, hspace=0.0)
    ratios = {"height_ratios": heights}
    grid = sheet.body.subplots(len(heights), 1, sharex=True, squeeze=False, gridspec_kw=ratios)
    every, panels = list(grid[:, 0]), iter(grid[:, 0])
    if indices:
        _curves(next(panels), indices, "The two indices", many)
    for one in moments:
        one.draw(next(panels))
    for row in others:
        _curves(next(panels), [row], row.curve.lane, many)
    _years(every[-1], setting)
    sheet.legend(_signs(indices, others, (*texts, *events), many))
    sheet.settled()
    for axes, row in zip(every[len(every) - len(others) :], others, strict=True):
        _name_turns(sheet, axes, row)
    sheet.figure.set_layout_engine("none")  # it is laid out, which takes its time


def _wide(setting: Setting) -> float:
    """How many pixels a session is wide."""
    return (style.RIGHT - style.LEFT - NAMES - ENDS - 60) / setting.sessions


def _curves(axes: Axes, rows: Sequence[Row], name: str, many: bool) -> None:
    """Lines with bands, the shown run dotted, what was counted, and at the right where it ends."""
    _named(axes, name)
    for row in rows:
        colour = INDEX.get(row.outcome.name.removesuffix("_index"), BLUE)
        over, at = row.points, np.arange(len(row.points.mean))
        if many:
            axes.fill_between(at, over.low, over.high, color=colour, alpha=0.18, lw=0)
            axes.plot(at, row.shown, ":", color=INK, lw=1.6, zorder=3)
        axes.plot(at, over.mean, color=colour, lw=3, zorder=4)
        axes.scatter(at, over.observed, zorder=5, **COUNTED.many(13))
    low = min(float(np.nanmin(row.points.low)) for row in rows)
    high = max(
        float(np.nanmax([np.nanmax(row.points.high), np.nanmax(np.append(row.points.observed, 0))]))
        for row in rows
    )
    bottom = 0.0 if low < 0.5 * high else low - 0.15 * (high - low)
    axes.set_ylim(bottom, max(high + 0.08 * (high - bottom), bottom + 1.0))
    axes.yaxis.set_major_locator(
        MaxNLocator(4 if len(rows) > 1 else 2, steps=[1, 2, 5, 10], integer=high >= 4)
    )
    axes.tick_params(axis="y", labelsize=SMALL * POINT, labelcolor=QUIET)
    _ends(axes, rows, many)


def _ends(axes: Axes, rows: Sequence[Row], many: bool) -> None:
    """Say at the right where each line ends, each below the other where they would touch."""
    low, high = axes.get_ylim()
    order = sorted(rows, key=lambda row: -row.points.mean[-1])
    for place, row in enumerate(order):
        end = (float(row.points.mean[-1]) - low) / (high - low)
        share = end if len(rows) == 1 else (0.74, 0.26)[place] if len(rows) == 2 else end
        unit = row.outcome.said_unit if row.outcome.scaled else ""
        ends = f"{_number(row, row.points.mean[-1])}{unit}"
        if many:
            ends += f"  ({_number(row, row.points.low[-1])} to {_number(row, row.points.high[-1])})"
        if len(rows) > 1:
            ends = f"{row.curve.lane}\n{ends}"
        colour = INDEX.get(row.outcome.name.removesuffix("_index"), INK) if len(rows) > 1 else INK
        axes.annotate(
            ends, (1.0, share if len(rows) > 1 else 0.5), (12, 0), xycoords="axes fraction",
            textcoords="offset points", va="center", fontsize=SMALL * POINT, color=colour,
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _named(axes: Axes, name: str) -> None:
    """Write a row's name at its left."""
    said = "\n".join(style.wrapped(name, NAMES - 20, SMALL, most=3, bold=True))
    axes.set_ylabel(said, rotation=0, ha="right", va="center", fontsize=SMALL * POINT)
    axes.yaxis.set_label_coords(-TICKS, 0.5)


class _Lines:
    """Moments on as many lines as they need: no words touch others or a symbol."""

    def __init__(self, name: str, moments: Sequence[Moment], wide: float, sessions: int) -> None:
        self.placed: list[tuple[Moment, str, int]] = []  # on which side of its words, which line
        self.taken: list[list[tuple[float, float]]] = []  # from where to where, of each line
        self.wide, self.end = wide, sessions * wide + 6
        for moment in moments:
            short = moment._replace(said=style.cut(moment.said, SHORT, SMALL))
            _ = self._place(moment) or self._place(short)
        some = f", {len(self.placed)} of {len(moments)}" * (len(self.placed) < len(moments))
        self.name = f"{name}{some}"

    @property
    def high(self) -> float:
        """Pixels of its row."""
        return STEP * len(self.taken) + 12.0

    def _place(self, moment: Moment) -> bool:
        """Find it a place, and say whether there is one."""
        at, long = (moment.at + 0.5) * self.wide, style.width(moment.said, SMALL) + 26.0
        ways = {"left": (at - 14, at + long), "right": (at - long, at + 14)}
        for line in range(LINES):
            others = self.taken[line] if line < len(self.taken) else []
            for side, (start, end) in ways.items():
                inside = start > 0 and end < self.end
                if inside and all(end < left or right < start for left, right in others):
                    self.taken += [[]] * (line == len(self.taken))
                    self.taken[line].append((start, end))
                    self.placed.append((moment, side, line))
                    return True
        return False

    def draw(self, axes: Axes) -> None:
        """Symbols with words beside them."""
        _named(axes, self.name)
        axes.set_ylim(len(self.taken) - 0.4, -0.6)
        axes.set_yticks([])
        axes.grid(visible=False, axis="y")
        for moment, side, line in self.placed:
            axes.scatter(moment.at, line, zorder=4, linewidths=1.0, **moment.look.many(16))
            way = 11 if side == "left" else -11
            axes.annotate(
                moment.said, (moment.at, line), (way, 0), textcoords="offset points", ha=side,
                va="center", fontsize=SMALL * POINT, zorder=5, in_layout=False,
            )  # fmt: skip


def _name_turns(sheet: Sheet, axes: Axes, row: Row) -> None:
    """Name what happened in the shown run at its line, where there is room for it."""
    at = np.arange(len(row.shown))
    dense = np.linspace(0, len(at) - 1, 6 * len(at))
    lines = [
        np.stack([dense, np.interp(dense, at, y)], axis=1) for y in (row.points.mean, row.shown)
    ]
    counted = np.stack([at, row.points.observed], axis=1)
    marks = np.concatenate([*lines, counted[np.isfinite(row.points.observed)]])
    labels = [Label(said, np.array([at, row.shown[at]]), 9.0) for at, said in row.labels]
    for label in parts.named(sheet, axes, labels, marks, drop=True, settled=True):
        axes.plot(*label.at, "o", color=INK, ms=6, zorder=6)


def _years(axes: Axes, setting: Setting) -> None:
    """Name the first session of each year below, or each session where there are few."""
    labels = [setting.label(session) for session in range(1, setting.sessions + 1)]
    first = [n for n in range(len(labels)) if n == 0 or labels[n][:4] != labels[n - 1][:4]]
    near = len(first) > 1 and (first[1] - first[0]) * _wide(setting) < style.width(
        "2019-Q1 ", SMALL
    )
    shown = range(len(labels)) if len(labels) <= FEW else first[near:]  # a name needs its room
    axes.set_xticks(list(shown), [labels[n] for n in shown])
    axes.set_xlim(-0.5, len(labels) - 0.5)
    axes.tick_params(axis="x", labelsize=SMALL * POINT)


def _signs(
    indices: Sequence[Row], others: Sequence[Row], moments: Sequence[Moment], many: bool
) -> list[Any]:  # fmt: skip
    """What the symbols mean, of those that are there."""
    signs: list[Any] = []
    looks = {moment.look for moment in moments}
    signs += [look.sign(16) for look in (ADOPTED, FAILED, CAME) if look in looks]
    if indices or others:
        signs.append(
            Line2D(
                [],
                [],
                color=BLUE if others else GREY,
                lw=3,
                label="mean over runs" if many else "the run",
            )
        )
        if many:
            signs.append(Patch(color=BLUE, alpha=0.18, label="90% of runs"))
            signs.append(Line2D([], [], ls=":", color=INK, lw=1.6, label="the run shown"))
    if any(np.isfinite(row.points.observed).any() for row in (*indices, *others)):
        signs.append(COUNTED.sign(13))
    return signs
