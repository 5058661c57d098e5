"""Where the actors stand and what the drafts say, on two issues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.core.gain import shares
from sim.core.outcomes import Outcomes
from sim.core.setting import Draft, Kind, Setting
from sim.show.plots import style
from sim.show.plots.ballot import Ballot, final, listed
from sim.show.plots.labels import Label, arranged
from sim.show.plots.style import (
    BODY,
    CIVIL_SOCIETY,
    COMPANY,
    INK,
    LOOKS,
    QUIET,
    RULE,
    SMALL,
    Footer,
    Look,
    Sheet,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Poles = Mapping[str, tuple[str, str]]  # issue -> the words of its 0 and of its 100

FIELD = (150.0, 176.0, 1210.0, 742.0)  # x, y, width, height
PANEL = 1430.0
MARGIN = 0.04
EVERYONE, KNOWN, EXTREME, OTHERS = 30, 12, 8, 6  # how many are named
TEXT = Look("a draft's text", INK, "*", scale=1.5)
NOW = Look("status quo", INK, "s", hollow=True)


def positions(
    outcomes: Outcomes,
    setting: Setting,
    about: Footer,
    poles: Poles | None = None,
    issues: tuple[str, str] | None = None,
) -> Sheet:
    """Draw positions and drafts on two issues, by default those the drafts say most about.

    A point is an actor's mean position over the admissible worlds; the ellipse of a named actor
    is one standard deviation across them. States bear the symbol of what they most likely do on
    the draft that divides them most. Arrows lead from the status quo to each text as tabled.
    With a single issue, the second axis is how much it matters to each actor.
    """
    ballot = dividing(final(outcomes, setting))
    plane = Plane(setting, issues or chosen(setting))
    sheet = Sheet(finding(plane, ballot), _subtitle(plane, ballot), about)
    _axes(sheet, plane, poles or {})
    named = _named(plane, ballot)
    _spread(sheet, plane, named)
    seen = _actors(sheet, plane, ballot)
    stars = _texts(sheet, plane)
    _names(sheet, plane, named, stars)
    _legend(sheet, plane, seen)
    return sheet


@dataclass(frozen=True)
class Plane:
    """Two issues as two axes; the second is empty where a scenario has but one."""

    setting: Setting
    issues: tuple[str, str]

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Which issues these are."""
        return tuple(self.setting.issues.index(code) for code in self.issues if code)

    @cached_property
    def actors(self) -> Floats:
        """Where each actor stands: (actors, 2)."""
        return self._both(self.setting.worlds.position.mean(axis=0), np.mean)

    @cached_property
    def spread(self) -> Floats:
        """How far apart the worlds put each actor, as sd: (actors, 2)."""
        return self._both(self.setting.worlds.position.std(axis=0), np.std)

    def _both(self, known: Floats, over: object) -> Floats:
        columns = [known[:, k] for k in self.places]
        if len(columns) == 1:
            salience = self.setting.worlds.salience[:, :, self.places[0]]
            columns.append(salience.mean(axis=0) if over is np.mean else salience.std(axis=0))
        return np.stack(columns, axis=1)

    @cached_property
    def status_quo(self) -> Floats:
        """Where things stand: (2,)."""
        return self._point(self.setting.status_quo)

    def text(self, draft: Draft) -> Floats:
        """Where a draft would lead if adopted as tabled: (2,); silent issues stay as they are."""
        after = self.setting.status_quo.copy()
        step = shares(draft.issue, draft.weight) * (
            draft.value - self.setting.status_quo[draft.issue]
        )
        np.add.at(after, draft.issue, step)
        return self._point(after)

    def _point(self, values: Floats) -> Floats:
        found = [float(values[k]) for k in self.places]
        return np.array([*found, 0.5][:2])

    @cached_property
    def drafts(self) -> list[Draft]:
        """The drafts that say anything on these issues."""
        return [d for d in self.setting.drafts if np.isin(d.issue, self.places).any()]

    def pixels(self, points: Floats) -> Floats:
        """Put points on 0-1 on the sheet."""
        inner = np.array(FIELD[2:]) * (1 - 2 * MARGIN)
        flipped = points * (1, -1) + (0, 1)
        return flipped * inner + FIELD[:2] + np.array(FIELD[2:]) * MARGIN

    def suits(self, draft: Draft) -> Bools:
        """Say who stands nearer to the draft than to the status quo on these issues: (actors,)."""
        axes = slice(0, len(self.places))
        before = self.actors[:, axes] - self.status_quo[axes]
        after = self.actors[:, axes] - self.text(draft)[axes]
        nearer: Bools = (after**2).sum(axis=1) < (before**2).sum(axis=1)
        return nearer


def chosen(setting: Setting) -> tuple[str, str]:
    """Choose the issues with most clauses; among equals, those on which the drafts differ most."""
    on = np.concatenate([d.issue for d in setting.drafts])
    said = np.concatenate([d.value for d in setting.drafts])
    clauses = np.bincount(on, minlength=len(setting.issues))
    apart = [float(np.ptp(said[on == k])) if (on == k).any() else 0.0 for k in range(len(clauses))]
    order = sorted(range(len(clauses)), key=lambda k: (-clauses[k], -apart[k], k))
    best = [setting.issues[k] for k in order[:2]]
    return best[0], best[1] if len(best) > 1 else ""


def dividing(ballots: Sequence[Ballot]) -> Ballot:
    """Return the ballot on which fewest do the same."""

    def alike(ballot: Ballot) -> int:
        return max((ballot.likely.count(kind) for kind in ballot.kinds), default=0)

    return min(ballots, key=alike)


def finding(plane: Plane, ballot: Ballot) -> str:
    """Say whom each draft suits on these issues."""
    members = ballot.members
    told = [f"{d.label} suits {int(plane.suits(d)[members].sum())}" for d in plane.drafts[:3]]
    on = " and ".join(code for code in plane.issues if code)
    if not told:
        return f"No draft says anything on {on}"
    first = f"{told[0]} of {len(members)} delegations better than the status quo"
    rest = f"; {listed(told[1:])}" if told[1:] else ""
    return f"On {on}, {first}{rest}"


def _subtitle(plane: Plane, ballot: Ballot) -> str:
    stage = "" if len(ballot.forum.stages) == 1 else f" ({ballot.stage})"
    return (
        f"{plane.setting.title}  ·  states by their most likely decision on {ballot.label}{stage}"
    )


def _axes(sheet: Sheet, plane: Plane, poles: Poles) -> None:
    x, y, wide, high = FIELD
    sheet.area([style.box(*FIELD)], style.SHADE)
    ticks = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    at = plane.pixels(np.stack([ticks, ticks], axis=1))
    sheet.line([[(px, y), (px, y + high)] for px in at[:, 0]], style.PAPER, 2)
    sheet.line([[(x, py), (x + wide, py)] for py in at[:, 1]], style.PAPER, 2)
    for tick, (px, py) in zip(ticks, at, strict=True):
        sheet.text(px, y + high + 24, f"{tick * 100:.0f}", SMALL, QUIET, align="center")
        sheet.text(x - 10, py + 6, f"{tick * 100:.0f}", SMALL, QUIET, align="right")
    across, up = plane.issues
    low, most = poles.get(across, ("", ""))
    sheet.text(x + wide / 2, y + high + 52, across, BODY, bold=True, align="center")
    _words(sheet, f"← {low}" if low else "", (x, y + high + 50), "left", 0)
    _words(sheet, f"{most} →" if most else "", (x + wide, y + high + 50), "right", 0)
    low, most = poles.get(up, ("", "")) if up else ("it matters little", "it matters most")
    sheet.text(
        x - 56,
        y + high / 2,
        up or f"salience of {across}",
        BODY,
        bold=True,
        align="center",
        turn=90,
    )
    _words(sheet, f"← {low}" if low else "", (x - 78, y + high), "left", 90)
    _words(sheet, f"{most} →" if most else "", (x - 78, y), "right", 90)


def _words(sheet: Sheet, words: str, at: tuple[float, float], align: str, turn: float) -> None:
    room = 0.42 * FIELD[2] if not turn else 0.42 * FIELD[3]
    for row, line in enumerate(style.wrapped(words, room, SMALL, most=2)):
        dx, dy = (row * 22.0, 0.0) if turn else (0.0, row * 22.0)
        sheet.text(at[0] + dx, at[1] + dy, line, SMALL, QUIET, align=align, turn=turn)


def _present(plane: Plane) -> Bools:
    present: Bools = np.any([scene.seated for scene in plane.setting.scenes], axis=0)
    return present


def _actors(sheet: Sheet, plane: Plane, ballot: Ballot) -> list[Look]:
    xy = plane.pixels(plane.actors)
    seen = []
    member = dict(zip(ballot.members.tolist(), ballot.likely, strict=True))
    for taken in ballot.kinds:
        here = [i for i, decision in member.items() if decision == taken]
        if here:
            sheet.marks(xy[here], LOOKS[taken], 19, edge=1.2)
            seen.append(LOOKS[taken])
    for kind, look in ((Kind.COMPANY, COMPANY), (Kind.CIVIL_SOCIETY, CIVIL_SOCIETY)):
        others = np.flatnonzero((plane.setting.kind == kind) & _present(plane))
        if len(others):
            sheet.marks(xy[others], look, 20, edge=1.2)
            seen.append(look)
    return seen


def _spread(sheet: Sheet, plane: Plane, named: Ints) -> None:
    turn = np.linspace(0, 2 * np.pi, 49)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    rings = [
        plane.pixels(np.clip(plane.actors[i] + plane.spread[i] * circle, -MARGIN, 1 + MARGIN))
        for i in named
        if plane.spread[i].any()
    ]
    if rings:
        sheet.area(rings, QUIET, alpha=0.05)
        sheet.line(rings, "#c3cad2", 1)


def _texts(sheet: Sheet, plane: Plane) -> list[Label]:
    start = plane.pixels(plane.status_quo)
    ends = [plane.pixels(plane.text(draft)) for draft in plane.drafts]
    for end in ends:
        _arrow(sheet, start, end)
    sheet.marks([start], NOW, 20, edge=3)
    stars = [Label("status quo", start, 18, True, SMALL)]
    if ends:
        sheet.marks(np.array(ends), TEXT, 34, "#f0e442", 2)
    for draft, end in zip(plane.drafts, ends, strict=True):
        stars.append(Label(draft.label, end, 24, True, BODY + 2))
    return stars


def _arrow(sheet: Sheet, start: Floats, end: Floats) -> None:
    along = end - start
    length = float(np.hypot(*along))
    if length < 50:
        return
    unit = along / length
    tip, side = end - unit * 20, np.array([-unit[1], unit[0]])
    sheet.line([[start + unit * 12, tip - unit * 10]], INK, 2.5)
    sheet.area([[tip, tip - unit * 18 + side * 8, tip - unit * 18 - side * 8]], INK)


def _named(plane: Plane, ballot: Ballot) -> Ints:
    """Choose whom to name: everyone in a small room, else the weighty and the extreme."""
    present = _present(plane)
    states = [int(i) for i in ballot.members]
    others = [int(i) for i in np.flatnonzero((plane.setting.kind != Kind.STATE) & present)]
    weight = plane.setting.base_scene.capability
    others = sorted(others, key=lambda i: -weight[i])[:OTHERS]
    if len(states) <= EVERYONE:
        return np.array(states + others, dtype=np.int64)
    weighty = sorted(states, key=lambda i: -weight[i])[:KNOWN]
    turn = np.arange(EXTREME) * 2 * np.pi / EXTREME
    reach = plane.actors[states] @ np.stack([np.cos(turn), np.sin(turn)])
    extreme = [states[i] for i in reach.argmax(axis=0)]
    return np.array(list(dict.fromkeys(weighty + extreme + others)), dtype=np.int64)


def _names(sheet: Sheet, plane: Plane, named: Ints, stars: list[Label]) -> None:
    present = np.flatnonzero(_present(plane))
    xy = plane.pixels(plane.actors)
    wanted = stars + [Label(_name(plane.setting, i), xy[i], 12, False, SMALL) for i in named]
    fixed = np.array([s.at for s in stars])
    for label, (x, y), apart in arranged(wanted, xy[present], fixed, FIELD):
        if apart:
            end = (x + label.wide / 2, y - label.size * 0.36)
            sheet.line([np.array([label.at, end])], QUIET, 1)
    for label, (x, y), _ in arranged(wanted, xy[present], fixed, FIELD):
        sheet.text(x, y, label.words, label.size, bold=label.bold)


def _name(setting: Setting, actor: int) -> str:
    name = setting.names[actor]
    short = setting.kind[actor] != Kind.STATE and 0 < len(name) <= 20
    return name if short else setting.actors[actor]


def _legend(sheet: Sheet, plane: Plane, seen: list[Look]) -> None:
    y = 200.0
    for look in seen:
        sheet.marks([(PANEL + 14, y - 6)], look, 24)
        sheet.text(PANEL + 42, y, look.word, BODY)
        y += 36
    y += 8
    sheet.marks([(PANEL + 14, y - 6)], NOW, 20, edge=3)
    sheet.text(PANEL + 42, y, NOW.word, BODY)
    sheet.line([[(PANEL, y + 24), (style.RIGHT, y + 24)]], RULE)
    y += 64
    room = (style.HEIGHT - 150 - y) / max(len(plane.drafts), 1)
    for draft in plane.drafts[:6]:
        y = _about_draft(sheet, plane, draft, y, room)
    if plane.spread.any():
        sheet.text(PANEL, 985, "ring: one standard deviation", SMALL, QUIET)
        sheet.text(PANEL, 1008, "of what is known of a named actor", SMALL, QUIET)


def _about_draft(sheet: Sheet, plane: Plane, draft: Draft, y: float, room: float) -> float:
    sheet.marks([(PANEL + 14, y - 7)], TEXT, 28, "#f0e442", 2)
    sheet.text(PANEL + 42, y, draft.label, BODY + 2, bold=True)
    wide = style.RIGHT - PANEL - 42
    lines = (
        style.wrapped(draft.title, wide, SMALL, most=3 if room > 130 else 1) if draft.title else []
    )
    point = plane.text(draft) * 100
    told = [f"{code} {value:.0f}" for code, value in zip(plane.issues, point, strict=True) if code]
    for line in [*lines, ", ".join(told)]:
        y += 25
        sheet.text(PANEL + 42, y, line, SMALL, QUIET)
    return y + 46
