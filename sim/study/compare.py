"""Two scenarios on the same runs: what differs between them, and in which reading of a rule.

Base and change meet the same seed, worlds and luck. A changed rule of decision asks two things at
once, and is answered twice: with *votes held fixed*, the same votes counted by the new rules, and
with *sponsors redrafting*, who write for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sim.analysis.recorded import recorded
from sim.analysis.recount import recounted_forums, same_votes, votes_held_fixed
from sim.build import setting as build
from sim.classes import Delegations, named
from sim.core.ensemble import Progress, ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Forum, Setting
from sim.errors import InputError, Mistake
from sim.play import checked, playing
from sim.scenario import Scenario, load
from sim.study.branch import branch, refuse_session
from sim.study.midway import midway
from sim.study.run import SEED, Run

Source = str | Path | Scenario

HELD, REDRAFTED = "votes held fixed", "sponsors redrafting"
AS_TABLED, SPONSORS = "as_tabled", "sponsors"
ROOM = 2**28  # bytes of decisions kept for a recount


@dataclass(frozen=True)
class Side:
    """A scenario as named, as read and as arrays."""

    source: str
    scenario: Scenario
    setting: Setting

    def run(self, outcomes: Outcomes) -> Run:
        """This side, played."""
        return Run(self.source, (), self.scenario, self.setting, outcomes, recorded(self.scenario))


@dataclass(frozen=True, repr=False)
class Comparison(Run):
    """A change and its base on the same runs; ``paired`` compares them outcome by outcome."""

    after: int | None = None  # the last session that both share
    against: str = ""  # the changed scenario as named; "" where settings alone make the change
    others: tuple[Run, ...] = ()  # the same change, read otherwise
    notes: tuple[str, ...] = ()  # what the numbers do not say by themselves

    @property
    def readings(self) -> tuple[Run, ...]:
        """The change as it was asked for, then its other readings."""
        return (self, *self.others)


@dataclass(frozen=True)
class Asked:
    """A comparison that is read and checked, and not played yet."""

    settings: tuple[str, ...]
    base: Side
    changed: Side
    redrafted: Side | None = None  # the change, with sponsors who write for its rules
    after: int | None = None
    against: str = ""
    delegations: Delegations = field(default_factory=dict)  # of all sides

    @property
    def sides(self) -> int:
        """How many plays of all runs it takes, for a bar of progress."""
        return len(self._played)

    @property
    def name(self) -> str:
        """A name for the folder of its results."""
        said = "\n".join([self.changed.source, str(self.after), *self.settings])
        return f"{self.base.scenario.name}-compare-{hashlib.sha256(said.encode()).hexdigest()[:8]}"

    @property
    def _played(self) -> tuple[Side, ...]:
        return (self.base, self.changed, *([self.redrafted] if self.redrafted else []))

    def play(self, runs: int, workers: int = 1, progress: Progress | None = None) -> Comparison:
        """Play all sides on the same runs, numbered from 0.

        Args:
            runs: how many.
            workers: processes.
            progress: called with the number of runs just finished, of any side.

        Raises:
            InputError: a worlds file or a series that a scenario cannot use, or a wrong answer
                of a delegation.
        """
        settings = [side.setting for side in self._played]
        keep = self._keep(runs)
        if self.after is None:
            play = playing(self.delegations, workers)
            found = [
                ensemble(s, runs, workers=workers, keep=keep, progress=progress, play=play)
                for s in settings
            ]
        else:
            found = branch(
                *(settings[0], settings, self.after, runs),
                workers=workers,
                keep=keep,
                progress=progress,
                delegations=self.delegations,
            )
        return self._compared(found)

    def _keep(self, runs: int) -> bool | None:
        """Keep every decision where it will be counted again, and there is room."""
        setting = self.base.setting
        size = runs * len(setting.ballots) * len(setting.actors)
        return True if self._rules() and size <= ROOM else None

    def _rules(self) -> list[Forum]:
        """Forums whose rules of decision change while they still have decisions to take."""
        return [
            forum
            for forum in recounted_forums(self.base.setting, self.changed.setting)
            if max(forum.stages.values()) > (self.after or 0)
        ]

    def _compared(self, found: list[Outcomes]) -> Comparison:
        base, changed = self.base.run(found[0]), self.changed.run(found[1])
        rules = self._rules()
        reading = _reading(rules, base, changed)
        others = {}
        if rules and reading != HELD:
            held = votes_held_fixed(
                *(base.outcomes, base.setting, changed.setting, self.after or 0)
            )
            if held:
                others[HELD] = replace(changed, outcomes=held)
        if self.redrafted:
            others[REDRAFTED] = self.redrafted.run(found[2])
        return Comparison(
            source=self.base.source,
            settings=self.settings,
            delegations=named(self.delegations),
            scenario=changed.scenario,
            setting=changed.setting,
            outcomes=changed.outcomes,
            recorded=changed.recorded,
            base=base,
            reading=reading,
            after=self.after,
            against=self.against,
            others=tuple(
                replace(run, reading=name, settings=self.settings, base=base)
                for name, run in others.items()
            ),
            notes=tuple(_notes(rules, {reading, *others}, base, changed)),
        )


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
    one, two = (Side(_named(base), s, build(s, plain)) for s in (plain, other))
    two = replace(two, source=against or two.source)
    asked = Asked(changes, one, two, after=after, against=against)
    asked = replace(asked, redrafted=_redrafted(asked))
    mine = checked(delegations, *(side.setting for side in asked._played))
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
    return asked.play(runs, workers)


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
        for forum in asked._rules()
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
    scenario = replace(said, forums=forums)
    return Side(asked.changed.source, scenario, build(scenario, asked.base.scenario))


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
