"""Two scenarios on the same runs: what differs between them, and in which reading of a rule.

Base and change meet the same seed, worlds and luck. A changed rule of decision asks two things at
once, and is answered twice: with *votes held fixed*, the same votes counted by the new rules, and
with *sponsors redrafting*, who write for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.analysis.recount import recounted_forums, same_votes, votes_held_fixed
from sim.classes import Delegations, named
from sim.core.outcomes import Outcomes
from sim.core.setting import Forum
from sim.errors import InputError, Mistake
from sim.play import checked
from sim.scenario import Scenario, load
from sim.study.branch import refuse_session
from sim.study.midway import midway
from sim.study.run import SEED, Comparison, Plan, Run, Side, digest_of

__all__ = ["HELD", "REDRAFTED", "Asked", "Comparison", "compare", "plan"]

Source = str | Path | Scenario

HELD, REDRAFTED = "votes held fixed", "sponsors redrafting"
AS_TABLED, SPONSORS = "as_tabled", "sponsors"
ROOM = 2**28  # bytes of decisions kept for a recount


@dataclass(frozen=True)
class Asked(Plan):
    """A comparison that is read and checked, and not played yet."""

    redrafted: Side | None = None  # the change, with sponsors who write for its rules

    @property
    def sides(self) -> tuple[Side, ...]:
        """The base, the change, and the change with other sponsors where there is one."""
        return (*super().sides, *([self.redrafted] if self.redrafted else []))

    @property
    def name(self) -> str:
        """A name for the folder of its results."""
        said = digest_of([self.changed.source, str(self.after), *self.settings])
        return f"{self._base.scenario.name}-compare-{said}"

    @property
    def _base(self) -> Side:
        assert self.base is not None  # `plan` gives one
        return self.base

    def keep(self, runs: int) -> bool | None:
        """Keep every decision where it will be counted again, and there is room."""
        setting = self._base.setting
        size = runs * len(setting.ballots) * len(setting.actors)
        return True if self.rules() and size <= ROOM else None

    def rules(self) -> list[Forum]:
        """Forums whose rules of decision change while they still have decisions to take."""
        return [
            forum
            for forum in recounted_forums(self._base.setting, self.changed.setting)
            if forum.last > (self.after or 0)
        ]

    def told(self, found: Sequence[Outcomes]) -> Comparison:
        """Put together what came of each side, and read a changed rule in both ways."""
        base, changed = self._base.run(found[0], Run), self.changed.run(found[1], Run)
        rules = self.rules()
        reading = _reading(rules, base, changed)
        others = {}
        if rules and reading != HELD:
            settings = base.setting, changed.setting
            held = votes_held_fixed(base.outcomes, *settings, self.after or 0)
            if held:
                others[HELD] = replace(changed, outcomes=held)
        if self.redrafted:
            others[REDRAFTED] = self.redrafted.run(found[2], Run)
        about: dict[str, Any] = {"settings": self.settings, "base": base}
        compared = self.changed.run(
            found[1],
            Comparison,
            **about,
            reading=reading,
            delegations=named(self.delegations),
            after=self.after,
            against=self.against,
            others=tuple(replace(run, reading=name, **about) for name, run in others.items()),
            notes=tuple(_notes(rules, {reading, *others}, base, changed)),
        )
        return replace(compared, source=self._base.source)


def plan(
    base: Source,
    changed: Source | None = None,
    settings: Sequence[str] = (),
    *,
    after: int | None = None,
    seed: int | None = None,
    delegations: Delegations | None = None,
) -> Asked:
    """Read a base and what it is compared with.

    Args:
        base: the name of a shipped scenario, a file, or a scenario already read.
        changed: likewise; by default the base, changed by ``settings``.
        settings: changes of ``changed``, PATH=VALUE. One of the seed holds for both.
        after: the last session that both share; ``settings`` then hold from the next on.
        seed: instead of the base's own, which both sides otherwise have.
        delegations: actor -> its class, for those that decide for themselves on both sides.

    Raises:
        InputError: whatever cannot be read or compared, and what to do about it.
    """
    _refuse(base, changed, settings, after)
    common = [s for s in settings if s.startswith(SEED) and after is None]
    changes = tuple(s for s in settings if s not in common)
    if seed is not None:
        common.append(f"{SEED}{seed}")
    plain = _read(base, common)
    same_seed = [*common, f"{SEED}{plain.seed}"]
    if after is not None:
        refuse_session(after, plain.sessions)
        other = midway(base, plain, changes, after, common)
    elif changed is None:
        other = _read(base, [*common, *changes])
    else:
        other = _read(changed, [*changes, *same_seed])
    if problems := [*_incomparable(plain, other)]:
        raise InputError(problems)
    against = "" if changed is None else _named(changed)
    one = Side(_named(base), plain, plain)
    two = Side(against or one.source, other, plain)
    asked = Asked(two, one, changes, after=after, against=against)
    asked = replace(asked, redrafted=_redrafted(asked))
    mine = checked(delegations, *(side.setting for side in asked.sides))
    return replace(asked, delegations=mine)


def compare(
    base: Source,
    changed: Source | Sequence[str],
    *,
    runs: int = 400,
    after: int | None = None,
    seed: int | None = None,
    delegations: Delegations | None = None,
    workers: int = 1,
) -> Comparison:
    """Compare a scenario with a changed one, run by run.

    Args:
        base: the name of a shipped scenario, a file, or a scenario already read.
        changed: another one, or settings of the base, "PATH=VALUE" (one, or a list).
        runs: how many, numbered from 0.
        after: the last session that both share; settings hold from the next on.
        seed: instead of the base's own.
        delegations: actor -> its class, for those that decide for themselves on both sides.
        workers: processes.

    Returns:
        Both sides played; ``paired`` has a `sim.analysis.paired.Difference` for each outcome
        (and reading of a changed rule), ``switches`` who decides otherwise.

    Raises:
        InputError: whatever cannot be read or compared, and what to do about it.
    """
    if isinstance(changed, str) and "=" in changed:
        changed = [changed]
    other, settings = (
        (changed, ()) if isinstance(changed, str | Path | Scenario) else (None, changed)
    )
    asked = plan(base, other, settings, after=after, seed=seed, delegations=delegations)
    found = asked.play(runs, workers)
    assert isinstance(found, Comparison)
    return found


def _refuse(
    base: Source, changed: Source | None, settings: Sequence[str], after: int | None
) -> None:
    if changed is None and not settings:
        problem = "there is nothing to compare with"
        raise InputError(Mistake(problem, allowed="a second scenario, or --set PATH=VALUE"))
    if after is not None and changed is not None:
        problem = "a scenario of its own shares no past with another; say with --set what changes"
        raise InputError(Mistake(problem, "--after", value=_named(changed)))


def _read(source: Source, settings: Sequence[str]) -> Scenario:
    if isinstance(source, Scenario) and all(s.startswith(SEED) for s in settings):
        seeds = [s.removeprefix(SEED) for s in settings]
        return replace(source, seed=int(seeds[-1])) if seeds else source
    return load(source, settings)


def _named(source: Source) -> str:
    return str(source.file) if isinstance(source, Scenario) else str(source)


# What cannot be compared


def _incomparable(base: Scenario, changed: Scenario) -> Iterator[Mistake]:
    if _table(base) != _table(changed):
        one, other = (s.worlds.name if s.worlds else "no table" for s in (base, changed))
        at = changed.where("worlds")
        yield Mistake(
            f"draws its worlds from {other} and {base.name} from {one}: the same run would be"
            " played in different worlds, and no difference would come from the change alone;"
            " let both name the same table, or neither",
            at.file,
            at.line,
            "worlds",
        )
    if not (base.drafts.keys() & changed.drafts.keys() or base.issues.keys() & changed.issues):
        both = "; ".join(
            f"{s.name} has the drafts {', '.join(s.drafts)} on {', '.join(s.issues)}"
            for s in (base, changed)
        )
        yield Mistake(f"has no outcome in common with {base.name} ({both})", changed.shown)


def _table(scenario: Scenario) -> bytes:
    """What a scenario's worlds are drawn from: a copy under another name is the same."""
    return scenario.worlds.read_bytes() if scenario.worlds else b""


# Rules, and their readings


def _redrafted(asked: Asked) -> Side | None:
    """The change with sponsors who write for its rules, where they do not yet and still can."""
    write = [
        forum.name
        for forum in asked.rules()
        if forum.rules.vote
        and forum.rules.drafting != SPONSORS
        and min(forum.stages.values()) > (asked.after or 0)
    ]
    if not write:
        return None
    said = asked.changed.scenario
    forums = {
        name: forum.model_copy(update={"drafting": SPONSORS}) if name in write else forum
        for name, forum in said.forums.items()
    }
    return replace(asked.changed, scenario=replace(said, forums=forums))


def _reading(rules: Sequence[Forum], base: Run, changed: Run) -> str:
    """Which of the two readings the change as asked for already is, if any."""
    before = {forum.name: forum.rules.drafting for forum in base.setting.forums}
    drafting = {forum.rules.drafting for forum in rules}
    if drafting == {AS_TABLED} == {before[forum.name] for forum in rules}:
        return HELD if same_votes(base.outcomes, changed.outcomes) else ""
    return REDRAFTED if drafting == {SPONSORS} else ""


def _notes(rules: Sequence[Forum], readings: set[str], base: Run, changed: Run) -> Iterator[str]:
    if rules and HELD not in readings:
        kept = len(base.outcomes.decisions)
        why = "the base took no vote" if kept else "so many runs keep no votes; play fewer"
        yield f"{HELD}: not told, since {why}"
    if rules and REDRAFTED not in readings:
        yield f"{REDRAFTED}: not told, since {_unwritten(rules)}"
    places = [{d.label: n for n, d in enumerate(r.setting.drafts)} for r in (base, changed)]
    moved = [d for d in places[0].keys() & places[1].keys() if places[0][d] != places[1][d]]
    if moved:
        names = ", ".join(sorted(moved))
        yield f"in another place among the drafts, and so with other luck: {names}"


def _unwritten(rules: Sequence[Forum]) -> str:
    if not any(forum.rules.vote for forum in rules):
        return "the new rules take no vote to write for"
    return "texts are no longer drafted by then"
