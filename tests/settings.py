"""Small synthetic settings for tests of the core, without scenario files.

`make` draws whatever it is not told from its seed; `exact` takes chance away, for tests of
theory. Everything is on 0-1, as inside the model. Actors are given by their place: states come
first, then companies, then civil society.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from string import ascii_uppercase
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.arranged import unsaid
from sim.core.mechanism import Axes
from sim.core.registry import PARAMETERS, mechanism
from sim.core.setting import Draft, Forum, Kind, Scene, Series, Setting, Worlds
from sim.forums.access import loudest
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, Rules
from sim.mechanisms.blocs import Bloc, Membership
from sim.mechanisms.coalitions import WrittenCoalitions
from sim.mechanisms.events import Scheduled, Shift
from sim.mechanisms.instructions import FREE
from sim.mechanisms.red_lines import RedLine

Array = npt.ArrayLike
Floats = npt.NDArray[np.float64]

ISSUES = [
    "TREATY",
    "SOV",
    "DATA",
    "CRIME",
    "ATTR",
    "CAP",
    "MSH",
    "INST",
    "IHL",
    "CBM",
    "CIP",
    "TAX",
]

OFF = [
    "noise",
    "surprise",
    "familiar_surprise",
    "readiness",
    "sponsorship",
    "resolve_spread",
    "influence",
    "support_weight",
    "revision_cost",
    "late_december",
]


@dataclass
class DraftSpec:
    """A text: clause by clause its issue and value; sponsors and last votes by actor's place."""

    issue: Sequence[int] = (0,)
    value: Array = (0.8,)  # (clauses,), or (worlds, clauses) where worlds code it differently
    weight: Sequence[float] = ()
    sponsors: Sequence[int] = ()
    last_vote: Mapping[int, float] = field(default_factory=dict)
    forum: int = 0
    label: str = ""
    dates: Mapping[str, date | None] = field(default_factory=dict)


@dataclass
class ForumSpec:
    """A room: a preset's name or rules, its members (all states), its stages (the last session)."""

    rules: str | Rules = "simple_majority"
    members: Sequence[int] | None = None
    vetoes: Sequence[int] = ()
    weights: Sequence[float] = ()
    stages: Mapping[str, int] = field(default_factory=dict)


@dataclass
class BlocSpec:
    """A bloc: its members and how their line is found; `rules` and `weights` for "inner"."""

    members: Sequence[int]
    cohesion: float = 1.0
    line: str = "median"
    leader: int = -1
    rules: str | Rules | None = None
    weights: Sequence[float] = ()


def make(
    states: int = 6,
    companies: int = 0,
    civil_society: int = 0,
    *,
    issues: int = 2,
    drafts: int | Sequence[DraftSpec] = 1,
    clauses: int = 2,
    forums: Sequence[str | Rules | ForumSpec] = ("simple_majority",),
    blocs: Sequence[BlocSpec] = (),
    red_lines: Sequence[RedLine] = (),
    sessions: int = 1,
    worlds: int = 1,
    position: Array | None = None,
    base: Array | None = None,
    salience: Array | None = None,
    status_quo: Array | None = None,
    capability: Array | None = None,
    absence: Array | None = None,
    ties: Array | None = None,
    shifts: Mapping[int, tuple[Shift, ...]] | None = None,
    resets: Mapping[int, tuple[tuple[int, float], ...]] | None = None,
    seed: int = 0,
    **parameters: Array,
) -> Setting:
    """Build a setting; what is not given is drawn from ``seed`` (texts, stances, capabilities).

    Args:
        states, companies, civil_society: how many actors of each kind.
        drafts: how many, dealt to the forums in turn, each of ``clauses`` clauses; or the texts.
        forums: presets, rules or rooms.
        worlds: how many; positions and saliences differ a little from world to world.
        position, base, salience: (actors, issues) or (worlds, actors, issues).
        status_quo: (issues,); capability and absence: (actors,); ties: (actors, actors).
        parameters: of `sim.core.parameters`, a number or one a world; else the best guess.
    """
    unknown = parameters.keys() - PARAMETERS.keys()
    if unknown:
        raise TypeError(f"no such parameter: {sorted(unknown)}")
    rng = np.random.default_rng(seed)
    kind = np.repeat(list(Kind), [states, companies, civil_society]).astype(np.int8)
    n = len(kind)
    rooms = tuple(spec if isinstance(spec, ForumSpec) else ForumSpec(spec) for spec in forums)
    drawn = _stances(rng, n, issues, worlds)
    if isinstance(drafts, int):
        drafts = _texts(rng, drafts, clauses, issues, states, len(rooms))
    placed = tuple(_draft(place, text, n, issues) for place, text in enumerate(drafts))
    position = drawn[0] if position is None else _per_world(position, worlds)
    codes = tuple(ISSUES[k] if k < len(ISSUES) else f"ISSUE{k}" for k in range(issues))
    parts, in_scene = unsaid(_ids(kind), codes, [text.label for text in placed], sessions)
    if blocs:
        listed = np.array([_mask(b.members, n) for b in blocs], dtype=bool)
        in_scene["blocs"] = Membership(listed, np.array([b.cohesion for b in blocs], dtype=float))
        parts["blocs"] = tuple(_bloc(place, spec) for place, spec in enumerate(blocs))
    parts["red_lines"] = tuple(red_lines) or None
    parts["events"] = Scheduled(dict(shifts or {}), dict(resets or {}))
    scene = Scene(
        seated=np.ones(n, dtype=bool),
        attending=np.ones(n, dtype=bool),
        speaking=np.ones(n, dtype=bool),
        insisting=np.ones(n, dtype=bool),
        capability=_given(capability, rng.random(n) ** 2),
        parts=in_scene,
    )
    halls = tuple(_forum(place, room, placed, kind, sessions) for place, room in enumerate(rooms))
    return Setting(
        name="synthetic",
        title="A synthetic setting",
        seed=seed,
        sessions=sessions,
        actors=_ids(kind),
        names=tuple(f"Delegation of {code}" for code in _ids(kind)),
        kind=kind,
        absence=_given(absence, rng.uniform(0.0, 0.3, n)),
        issues=codes,
        status_quo=_given(status_quo, rng.uniform(0.1, 0.4, issues)),
        ties=_given(ties, rng.random((n, n)) + np.eye(n)),
        forums=halls,
        drafts=placed,
        scenes=(scene,) * sessions,
        base_scene=scene,
        base_access=loudest((hall.span for hall in halls), sessions),
        parts=parts,
        worlds=Worlds(
            position=position,
            base=position if base is None else _per_world(base, worlds),
            salience=drawn[1] if salience is None else _per_world(salience, worlds),
            parameters=_parameters(parameters, worlds),
            values=tuple(_per_world(text.value, worlds, axes=1) for text in drafts),
        ),
    )


def exact(*args: Any, **kwargs: Any) -> Setting:
    """Make a setting without chance: no noise, nobody absent, everyone votes by gain alone."""
    setting = make(*args, **(dict.fromkeys(OFF, 0.0) | {"band": 1e-9} | kwargs))
    always_there = dict(setting.worlds.parameters) | {
        "absence": np.full(len(setting.worlds), -99.0)
    }
    worlds = replace(setting.worlds, parameters=always_there)
    parts = {**setting.parts, "memory": None}
    return replace(setting, absence=np.zeros(len(setting.actors)), worlds=worlds, parts=parts)


def restage(setting: Setting, session: int = 0, **changes: Array) -> Setting:
    """Change who sits where (fields of `Scene`) in one session or in all; not in the base."""
    scenes = tuple(
        _changed(scene, changes) if session in (0, place) else scene
        for place, scene in enumerate(setting.scenes, start=1)
    )
    return replace(setting, scenes=scenes)


def _changed(scene: Scene, changes: Mapping[str, Array]) -> Scene:
    """Fields of a scene, of its blocs (listed, cohesion), and orders: all, or who opposes what."""
    parts, fields = dict(scene.parts), {k: np.asarray(v) for k, v in changes.items()}
    if "opposed" in fields:
        orders = np.where(fields.pop("opposed"), Decision.OPPOSE, FREE)
        parts["instructions"] = orders.astype(np.int8)
    if "orders" in fields:
        parts["instructions"] = fields.pop("orders").astype(np.int8)
    if "aside" in fields:
        parts["coalitions"] = fields.pop("aside")
    of_blocs = {k: fields.pop(k) for k in ("listed", "cohesion") if k in fields}
    if of_blocs:
        parts["blocs"] = replace(parts["blocs"], **of_blocs)
    return replace(scene, **fields, parts=parts)


def acting(
    setting: Setting,
    *,
    lobbying: bool = False,
    coalitions: WrittenCoalitions | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    home: Mapping[str, str] | None = None,
    ties: Mapping[str, Mapping[str, float]] | None = None,
    effort: Mapping[str, float] | None = None,
    offices: Array = True,
) -> Setting:
    """Let delegations act: lobby, form coalitions, or both; files' values are on 0-100.

    Args:
        groups: members by the name of a group of `sim.coalitions.bonds`; home: of companies.
        ties, effort: what the scenario says of them; offices: who has one, (actors,).
    """
    said = {
        "lobbying": "on" if lobbying else "off",
        "coalitions": coalitions or WrittenCoalitions(),
        "ties": ties or {},
        "effort": effort or {},
    }
    axes = _axes(setting, groups or {}, home or {})
    makers = {name: mechanism(name) for name in ("ties", "effort", "lobbying", "coalitions")}
    parts = {name: maker.compile(said, axes) for name, maker in makers.items()}
    opening = {name: maker.opening(said, axes) for name, maker in makers.items()}
    has = np.broadcast_to(np.asarray(offices), len(setting.actors))
    opening["effort"] = replace(opening["effort"], office=has)
    scenes = tuple(replace(s, parts={**s.parts, **opening}) for s in setting.scenes)
    return replace(setting, parts={**setting.parts, **parts}, scenes=scenes)


def _axes(setting: Setting, groups: Mapping[str, Sequence[str]], home: Mapping[str, str]) -> Axes:
    labels = [draft.label for draft in setting.drafts]
    return Axes(
        actors=setting.actors,
        states=setting.kind == Kind.STATE,
        issues=setting.issues,
        drafts=tuple(labels),
        members={d.label: setting.forums[d.forum].members for d in setting.drafts},
        named={},
        sessions=setting.sessions,
        position={},
        salience={},
        capability=setting.scene(1).capability,
        home=home,
        groups={name: tuple(members) for name, members in groups.items()},
        touched={d.label: [setting.issues[k] for k in d.issue] for d in setting.drafts},
    )


def without(setting: Setting, *actors: int) -> Setting:
    """Let actors withdraw: they keep their slots and sit nowhere."""
    gone = _mask(actors, len(setting.actors))
    return restage(setting, seated=~gone & setting.scene(1).seated)


def _stances(rng: np.random.Generator, n: int, issues: int, worlds: int) -> tuple[Floats, Floats]:
    """Two camps with their own spread; worlds differ from each other by a tenth."""
    camp = np.where(rng.random((n, 1)) < 0.5, 0.3, 0.7)
    centre = camp + rng.normal(0.0, 0.2, (n, issues))
    position = np.clip(centre + rng.normal(0.0, 0.1, (worlds, n, issues)), 0.0, 1.0)
    salience = np.clip(
        rng.uniform(0.1, 1.0, (n, issues)) + rng.normal(0.0, 0.1, (worlds, n, issues)), 0.0, 1.0
    )
    return position, salience


def _texts(
    rng: np.random.Generator, count: int, clauses: int, issues: int, states: int, forums: int
) -> list[DraftSpec]:
    return [
        DraftSpec(
            issue=[int(k) for k in rng.integers(0, issues, clauses)],
            value=rng.uniform(0.2, 1.0, clauses),
            weight=[float(w) for w in rng.uniform(0.5, 2.0, clauses)],
            sponsors=[int(s) for s in rng.choice(states, min(2, states), replace=False)],
            last_vote={
                int(s): float(rng.integers(-1, 2))
                for s in rng.choice(states, states // 2, replace=False)
            },
            forum=place % forums,
        )
        for place in range(count)
    ]


def _draft(place: int, text: DraftSpec, n: int, issues: int) -> Draft:
    clauses = tuple(f"OP{c + 1}" for c in range(len(text.issue)))
    last, was = np.zeros(n), np.zeros(n, dtype=bool)
    last[list(text.last_vote)] = list(text.last_vote.values())
    was[list(text.last_vote)] = True
    return Draft(
        label=text.label or f"L.{place + 1}",
        title=f"Draft {place + 1}",
        forum=text.forum,
        clauses=clauses,
        words=tuple(f"decides on {clause}" for clause in clauses),
        issue=np.array(text.issue, dtype=np.int64),
        value=np.atleast_2d(np.asarray(text.value, dtype=float))[0],
        weight=np.array(text.weight or [1.0] * len(clauses), dtype=float),
        sponsors=_mask(text.sponsors, n),
        dates=dict(text.dates),
        series=Series(last, was & (last == 0), ~was, np.zeros(issues)) if was.any() else None,
    )


def _forum(
    place: int, room: ForumSpec, drafts: Sequence[Draft], kind: npt.NDArray[np.int8], last: int
) -> Forum:
    states = kind == Kind.STATE
    members = states if room.members is None else _mask(room.members, len(kind))
    return Forum(
        name=f"forum_{place + 1}",
        rules=PRESETS[room.rules] if isinstance(room.rules, str) else room.rules,
        members=members,
        vetoes=_mask(room.vetoes, len(kind)),
        weights=np.array(room.weights, dtype=float) if len(room.weights) else members.astype(float),
        stages=dict(room.stages) or {"decision": last},
        drafts=tuple(d for d, draft in enumerate(drafts) if draft.forum == place),
    )


def _bloc(place: int, spec: BlocSpec) -> Bloc:
    rules = PRESETS[spec.rules] if isinstance(spec.rules, str) else spec.rules
    return Bloc(
        f"bloc_{place + 1}", spec.line, spec.leader, rules, np.array(spec.weights, dtype=float)
    )


def _parameters(given: Mapping[str, Array], worlds: int) -> dict[str, Floats]:
    best = {name: p.default for name, p in PARAMETERS.items()}
    return {
        name: np.broadcast_to(np.asarray(v, dtype=float), worlds).copy()
        for name, v in (best | given).items()
    }


def _per_world(array: Array, worlds: int, axes: int = 2) -> Floats:
    a = np.asarray(array, dtype=float)
    return np.tile(a, (worlds,) + (1,) * axes) if a.ndim == axes else a


def _given(array: Array | None, drawn: Floats) -> Floats:
    return (
        drawn
        if array is None
        else np.broadcast_to(np.asarray(array, dtype=float), drawn.shape).copy()
    )


def _mask(places: Sequence[int], n: int) -> npt.NDArray[np.bool_]:
    mask = np.zeros(n, dtype=bool)
    mask[list(places)] = True
    return mask


def _ids(kind: npt.NDArray[np.int8]) -> tuple[str, ...]:
    """Three letters for a state, as in ISO 3166; CO1, CO2, ... and NG1, NG2, ... for the others."""
    letters = ("".join(code) for code in product(ascii_uppercase, repeat=3))
    counts = {Kind.COMPANY: 0, Kind.CIVIL_SOCIETY: 0}
    ids = []
    for k in kind:
        if k == Kind.STATE:
            ids.append(next(letters))
            continue
        counts[Kind(k)] += 1
        ids.append(f"{'CO' if k == Kind.COMPANY else 'NG'}{counts[Kind(k)]}")
    return tuple(ids)
