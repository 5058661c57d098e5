"""The baselines that are sealed with a forecast, so that none can be chosen afterwards.

Of votes, from all recorded votes before the day of sealing:

- *base rate*: the same chances for all, the shares of votes on the topic;
- *own rate*: each state's own shares of its votes on the topic;
- *one cut* and *last vote*: as `sim.analysis.skill` has them.

Of every ballot: *own positions alone* (`sim.analysis.baselines`), which needs no record; and of
adoption, that *every text is adopted* and an *even chance*.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim import record
from sim.analysis.baselines import ALONE, by_themselves
from sim.analysis.recorded import READ
from sim.analysis.skill import by_cut, last_contested, last_text, on_axis
from sim.core.setting import Draft
from sim.forums.decision import by_vote
from sim.forums.rules import Decision
from sim.record import NOT_VOTING, Codes, Votes
from sim.sealed.content import Data, actors
from sim.study.run import Run

Floats = npt.NDArray[np.float64]

EVERY, EVEN = "every text is adopted", "even chance"
CODES = (record.IN_FAVOUR, record.AGAINST, record.ABSTAINING, NOT_VOTING)


@dataclass(frozen=True)
class Rival:
    """One baseline: chances (actors, 7), a row of nan where it says nothing; adoption if it can."""

    name: str
    about: str
    chances: Floats | None = None
    adopted: float | None = None


def rivals(run: Run, day: dt.date) -> list[Data]:
    """All baselines of all ballots, as data; they know what was known on the morning of ``day``."""
    known = record.votes().before(day)
    single = by_themselves(run.setting, run.outcomes)
    last = dict(run.outcomes.ballots)
    found: list[Data] = []
    for label, stage in run.outcomes.ballots:
        draft = next(d for d in run.setting.drafts if d.label == label)
        each = list(_of_votes(run, draft, known, day)) if _votes(run, draft) else []
        if stage == last[label]:
            share = float(single.number(f"{label}.{stage}.adopted").mean())
            about = "by own positions, the text as tabled; no blocs, memory, influence or drafting"
            each.append(Rival(ALONE, about, single.chances(label, stage), share))
        each.append(Rival(EVERY, "whatever it is", None, 1.0))
        each.append(Rival(EVEN, "one in two", None, 0.5))
        found += [_data(run, draft, stage, rival) for rival in each]
    return found


def _data(run: Run, draft: Draft, stage: str, rival: Rival) -> Data:
    said: Data = {
        "draft": draft.label,
        "stage": stage,
        "baseline": rival.name,
        "about": rival.about,
        "adopted": rival.adopted,
        "actors": None,
    }
    if rival.chances is not None:
        says = ~np.isnan(rival.chances[:, 0])
        told = actors(run, draft, np.nan_to_num(rival.chances))
        speaks = dict(zip(run.setting.actors, says.tolist(), strict=True))
        said["actors"] = {actor: chances for actor, chances in told.items() if speaks[actor]}
    return said


def _votes(run: Run, draft: Draft) -> bool:
    """Whether a forum votes at once: where it seeks consensus, earlier votes tell of nothing."""
    rules = run.setting.forums[draft.forum].rules
    return bool(rules.vote) and not rules.consensus


def _of_votes(run: Run, draft: Draft, known: Votes, day: dt.date) -> Iterator[Rival]:
    if not known.resolutions:
        return
    series = last_text(run.scenario, known, draft.label)
    topic = known.topics[known.column[series]] if series else ""
    alike = known.take([j for j, t in enumerate(known.topics) if t == topic]) if topic else known
    what = f"{len(alike.resolutions)} votes{f' on {topic}' if topic else ''} before {day}"
    yield Rival("base rate", f"the shares of {what}", _rates(run, alike, own=False))
    yield Rival("own rate", f"each state's own shares of {what}", _rates(run, alike, own=True))
    fitted_on = last_contested(known, topic)
    if fitted_on:
        calls = by_cut(run.setting.actors, known, fitted_on, day, draft.sponsors)
        about = f"two cut points on ideal points, fitted on {fitted_on}"
        yield Rival("one cut", about, _certain(calls), _carried(run, draft, calls))
    if series:
        calls = on_axis(run.setting.actors, known.states, known.of(series))
        about = f"each as on {series}"
        yield Rival("last vote", about, _certain(calls), _carried(run, draft, calls))


def _rates(run: Run, known: Votes, *, own: bool) -> Floats:
    """Shares of votes in favour, against, abstaining, not voting, as chances (actors, 7)."""
    codes = np.stack([on_axis(run.setting.actors, known.states, c) for c in known.codes.T], axis=1)
    counted = np.stack([(codes == code).sum(axis=1) for code in CODES], axis=1).astype(np.float64)
    if not own:
        counted[:] = counted.sum(axis=0)
    total = counted.sum(axis=1, keepdims=True)
    shares = np.divide(counted, total, out=np.full_like(counted, np.nan), where=total > 0)
    chances = np.zeros((len(codes), len(Decision)))
    chances[:, [READ[code] for code in CODES]] = shares
    chances[np.isnan(shares[:, 0])] = np.nan
    return chances


def _certain(calls: Codes) -> Floats:
    """A chance of 1 for what is called, (actors, 7); nan where nobody is called to anything."""
    chances = np.zeros((len(calls), len(Decision)))
    for code in CODES[:3]:
        chances[calls == code, READ[code]] = 1.0
    chances[np.abs(calls) > 1] = np.nan
    return chances


def _carried(run: Run, draft: Draft, calls: Codes) -> float:
    """Whether the text is carried if all vote as called, and the others stay away: 0 or 1."""
    forum = run.setting.forums[draft.forum]
    decisions = np.array([[READ.get(code, Decision.ABSENT) for code in calls.tolist()]], np.int8)
    seats = forum.members & run.setting.base_scene.seated
    verdict = by_vote(decisions, seats, forum.vetoes, forum.weights, forum.rules)
    return float(verdict.adopted[0])
