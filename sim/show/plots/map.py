"""Where the actors stand and what the drafts say, on two issues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse

from sim.core.gain import shares
from sim.core.outcomes import Outcomes
from sim.core.setting import Draft, Kind, Setting
from sim.show import words
from sim.show.plots import parts, style
from sim.show.plots.ballot import Ballot, final
from sim.show.plots.parts import Label
from sim.show.plots.style import (
    BODY,
    CIVIL_SOCIETY,
    COMPANY,
    INK,
    LOOKS,
    QUIET,
    SMALL,
    Footer,
    Look,
    Sheet,
)  # fmt: skip

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Poles = Mapping[str, tuple[str, str]]  # issue -> the words of its 0 and of its 100

EVERYONE, KNOWN, EXTREME, OTHERS = 30, 12, 8, 6  # how many are named
TOLD = 6  # drafts that the legend tells of
TEXT = Look("a draft's text", INK, "*", scale=1.5)
NOW = Look("status quo", INK, "s", hollow=True)
LIT = "#f0e442"  # of the stars
BESIDE, ALONG, ABOVE = 230.0, 420.0, 380.0  # pixels for words left of, below, and in the legend


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
    with Sheet(finding(plane, ballot), _subtitle(plane, ballot), about) as sheet:
        axes = sheet.body.subplots()
        _scales(axes, plane, poles or {})
        who = _named(plane, ballot)
        for i in who:
            ring = Ellipse(plane.actors[i], *2 * plane.spread[i], fc=QUIET, ec="none", alpha=0.06)
            axes.add_patch(ring)
        signs = _actors(axes, plane, ballot)
        stars = _texts(axes, plane)
        sheet.legend([*signs, *_drafts(plane)], loc="outside right upper", ncols=1, labelspacing=1)
        places = plane.actors[_present(plane)]
        labels = [Label(_name(setting, i), plane.actors[i]) for i in who]
        fixed = np.array([star.at for star in stars])
        ways = [np.linspace(plane.status_quo, end, 12) for end in fixed]  # the arrows
        marks = np.concatenate([places, fixed, *ways])
        parts.named(sheet, axes, [*stars, *labels], marks)
    return sheet


@dataclass(frozen=True)
class Plane:
    """Two issues as two axes on 0-100; the second is empty where a scenario has but one."""

    setting: Setting
    issues: tuple[str, str]

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Which issues these are."""
        return tuple(self.setting.issues.index(code) for code in self.issues if code)

    @cached_property
    def known(self) -> Floats:
        """Where each world puts each actor: (worlds, actors, 2)."""
        worlds = self.setting.worlds
        columns = [worlds.position[:, :, k] for k in self.places]
        columns.append(worlds.salience[:, :, self.places[0]])
        return 100 * np.stack(columns[:2], axis=2)

    @cached_property
    def actors(self) -> Floats:
        """Where each actor stands: (actors, 2)."""
        mean: Floats = self.known.mean(axis=0)
        return mean

    @cached_property
    def spread(self) -> Floats:
        """How far apart the worlds put each actor, as sd: (actors, 2)."""
        apart: Floats = self.known.std(axis=0)
        return apart

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
        return 100 * np.array([*(float(values[k]) for k in self.places), 0.5][:2])

    @cached_property
    def drafts(self) -> list[Draft]:
        """The drafts that say anything on these issues."""
        return [d for d in self.setting.drafts if np.isin(d.issue, self.places).any()]

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
    """Return the ballot on which fewest do the same, of those before most delegations."""

    def alike(ballot: Ballot) -> int:
        return max((ballot.likely.count(kind) for kind in ballot.kinds), default=0)

    most = max(len(ballot.members) for ballot in ballots)
    return min((ballot for ballot in ballots if len(ballot.members) == most), key=alike)


def finding(plane: Plane, ballot: Ballot) -> str:
    """Say whom each draft suits on these issues."""
    members = ballot.members
    told = [f"{d.label} suits {int(plane.suits(d)[members].sum())}" for d in plane.drafts[:3]]
    on = " and ".join(code for code in plane.issues if code)
    if not told:
        return f"No draft says anything on {on}"
    first = f"{told[0]} of {len(members)} delegations better than the status quo"
    rest = f"; {words.both(told[1:])}" if told[1:] else ""
    return f"On {on}, {first}{rest}"


def _subtitle(plane: Plane, ballot: Ballot) -> str:
    stage = "" if len(ballot.forum.stages) == 1 else f" ({ballot.stage})"
    ring = "  ·  ring: one standard deviation of what is known of a named actor"
    return (
        f"{plane.setting.title}  ·  states by their most likely decision on {ballot.label}{stage}"
        + ring * bool(plane.spread.any())
    )


def _scales(axes: Axes, plane: Plane, poles: Poles) -> None:
    """Scales of 0-100 with the words of their ends."""
    across, up = plane.issues
    ticks = (0, 25, 50, 75, 100)
    axes.set(xlim=(-4, 104), ylim=(-4, 104), xlabel=f"{across}, 0-100")
    axes.set_ylabel(f"{up}, 0-100" if up else f"salience of {across}, 0-100")
    below = poles.get(across, ("", ""))
    beside = poles.get(up, ("", "")) if up else ("it matters little", "it matters most")
    ends = ["\n".join(style.wrapped(end, ALONG, SMALL, most=4)) for end in below]
    axes.set_xticks(ticks, [f"0\n{ends[0]}", "25", "50", "75", f"100\n{ends[1]}"])
    low, high = ("\n".join(style.wrapped(end, BESIDE, SMALL, most=6)) for end in beside)
    axes.set_yticks(ticks, [f"{low}\n0", "25", "50", "75", f"100\n{high}"])
    for label, side in zip(axes.get_xticklabels()[::4], ("left", "right"), strict=True):
        label.set(ha=side)
    for label, side in zip(axes.get_yticklabels()[::4], ("bottom", "top"), strict=True):
        label.set(va=side)


def _present(plane: Plane) -> Bools:
    present: Bools = np.any([scene.seated for scene in plane.setting.scenes], axis=0)
    return present


def _actors(axes: Axes, plane: Plane, ballot: Ballot) -> list[Line2D]:
    """Put everybody who is there on the plane; what the symbols mean."""
    likely = dict(zip(ballot.members.tolist(), ballot.likely, strict=True))
    kind, present = plane.setting.kind, _present(plane)
    groups = [(LOOKS[k], [i for i, d in likely.items() if d == k]) for k in ballot.kinds]
    groups += [
        (look, [int(i) for i in np.flatnonzero((kind == other) & present)])
        for other, look in ((Kind.COMPANY, COMPANY), (Kind.CIVIL_SOCIETY, CIVIL_SOCIETY))
    ]
    groups = [(look, who) for look, who in groups if who]
    for look, who in groups:
        axes.scatter(*plane.actors[who].T, linewidths=0.8, zorder=3, **look.many(18))
    return [look.sign(22) for look, _ in groups]


def _texts(axes: Axes, plane: Plane) -> list[Label]:
    start = plane.status_quo
    ends = np.array([plane.text(draft) for draft in plane.drafts]).reshape(-1, 2)
    arrow: Any = {"arrowstyle": "-|>", "color": INK, "lw": 1.8, "shrinkA": 8, "shrinkB": 10}
    for end in ends:
        if np.hypot(*(end - start)) > 4:
            axes.annotate("", tuple(end), tuple(start), arrowprops=arrow, zorder=4)
    axes.scatter(*start, linewidths=2.2, zorder=5, **NOW.many(20))
    axes.scatter(*ends.T, linewidths=1.4, zorder=5, **TEXT.many(34, LIT))
    stars = [Label("status quo", start, 18, True)]
    labels = zip(plane.drafts, ends, strict=True)
    return stars + [Label(draft.label, end, 24, True, BODY + 2) for draft, end in labels]


def _drafts(plane: Plane) -> Iterator[Line2D]:
    """What the legend says of the status quo and of each draft: its title, and where it leads."""
    yield NOW.sign(20)
    for draft in plane.drafts[:TOLD]:
        point = zip(plane.issues, plane.text(draft), strict=True)
        told = ", ".join(f"{code} {value:.0f}" for code, value in point if code)
        title = style.wrapped(draft.title, ABOVE, SMALL, most=4) if draft.title else []
        sign = TEXT._replace(word="\n".join([draft.label, *title, told])).sign(26)
        sign.set_markerfacecolor(LIT)
        yield sign


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


def _name(setting: Setting, actor: int) -> str:
    name = setting.names[actor]
    short = setting.kind[actor] != Kind.STATE and 0 < len(name) <= 20
    return name if short else setting.actors[actor]
