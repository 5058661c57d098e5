"""What there is to say of a run or a what-if, from the outcomes while they are at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from sim.analysis.agreement import blockers
from sim.analysis.tally import Tally, finals, tallies
from sim.analysis.watch import Watched, to_watch
from sim.core.registry import PARAMETERS
from sim.core.world import RUNS_PER_WORLD
from sim.report import ballots, beside, changes, chronicle, rooms, sure, verdict
from sim.report.about import limits
from sim.report.fixed import not_varied, parameters
from sim.report.parts import Chance, Finding, Findings, Grid, Ground, Persuadable, Texts
from sim.show import words
from sim.show.words import number, signed
from sim.study.compare import Comparison
from sim.study.run import Run

Floats = npt.NDArray[np.float64]

NEAREST, NEAR = 8, 0.5  # how many, and how near in chance: delegations near to deciding otherwise
DRIVING = 30  # worlds from which a parameter's part can be told


def of_run(run: Run) -> Findings:
    """Say all there is to say of a run; of a what-if, beside its base."""
    told = tallies(run.setting, run.outcomes)
    last = finals(told)
    told_by_year = chronicle.chronicle(run)
    return Findings(
        kind="what-if" if run.base else "run",
        title=_title(run),
        question=_question(run, last),
        ground=_ground(run),
        findings=tuple(_findings(run, last)),
        chances=tuple(_chances(run, last)),
        how_sure=tuple(_how_sure(run)),
        what_would_change_it=tuple(_what_would_change_it(run, last)),
        persuadables=tuple(_persuadables(run)),
        limits=tuple(_limits(run, last)),
        front=tuple(_front(run, last)),
        tables=tuple(_tables(run, told)),
        design=tuple(_design(run)),
        baselines=tuple(beside.sentences(run)),
        scores=tuple(beside.grids(run)),
        not_varied=not_varied(run.settings),
        parameters=parameters(_of_worlds(run)),
        try_next=tuple(_try_next(run, last)),
        story=chronicle.title(run) if told_by_year else "",
        chronicle=told_by_year,
    )


def _title(run: Run) -> str:
    if run.base is None:
        return run.scenario.title
    if run.settings:
        return f"What if {changes.told(run.scenario, run.settings)}?"
    return f"{run.scenario.title} against {run.base.scenario.title}"


def _question(run: Run, last: Sequence[Tally]) -> str:
    if run.base:
        after = f" after session {run.after}" if run.after else ""
        change = changes.told(run.scenario, run.settings)
        what = f"if {change}" if change else "by the other scenario"
        return f"What changes in {run.base.scenario.title} {what}{after}?"
    drafts = words.some([tally.draft for tally in last], 4)
    return run.scenario.question or f"What becomes of {drafts} in {run.scenario.title}?"


# Grounds


def _ground(run: Run) -> Ground:
    import sim

    scenario = run.scenario
    past = f", the same run to the end of session {run.after}" if run.after else ""
    return Ground(
        scenario=scenario.name,
        title=scenario.title,
        data=str(scenario.date or ""),
        runs=run.outcomes.runs,
        worlds=run.outcomes.worlds,
        seed=run.setting.seed,
        version=sim.__version__,
        settings=run.settings,
        sessions=run.setting.sessions,
        forums=tuple(_forums(run)),
        drafts=tuple(_drafts(run)),
        uses=tuple(uses(run)),
        sources=scenario.sources,
        basis="Hindcast" if scenario.record else "Simulated",
        paired=f"the base{past}" * bool(run.base),
    )


def _forums(run: Run) -> Iterator[str]:
    for forum in run.setting.forums:
        stages = words.both(f"{name} (session {session})" for name, session in forum.stages.items())
        members = int(forum.members.sum())
        yield f"{forum.name}: {forum.rules.title}; {members} members; decides at {stages}"


def _drafts(run: Run) -> Iterator[str]:
    for draft in run.setting.drafts:
        title = f" ({draft.title})" if draft.title else ""
        clauses = words.counted(len(draft.clauses), "clause")
        yield f"{draft.label}{title}: {clauses}, before {run.setting.forums[draft.forum].name}"


def uses(run: Run) -> Iterator[str]:
    """Name the parts of the model that were at work, as `sim.report.methods` does."""
    rules = [forum.rules for forum in run.setting.forums]
    if any(rule.vote for rule in rules):
        yield "votes"
    if any(rule.consensus for rule in rules):
        yield "consensus"
    if any(rule.drafting == "sponsors" for rule in rules):
        yield "sponsors"
    if run.base or run.setting.parts["events"].shifts:
        yield "influence"
    yield from (m.name for m in run.setting.active if m.scenario)
    if run.scenario.worlds:
        yield "calibrated"
    if any(outcome.votes for stages in run.scenario.record.values() for outcome in stages.values()):
        yield "scores"


# The answer, and how surely


def _findings(run: Run, last: Sequence[Tally]) -> Iterator[Finding]:
    if run.base:
        from sim.report import whatif

        yield from whatif.findings(run)
    else:
        yield from verdict.verdict(run)
        yield from ballots.fates(run, last)
        yield from ballots.levels(last)


def _chances(run: Run, last: Sequence[Tally]) -> Iterator[Chance]:
    if run.outcomes.runs == 1:
        return
    if run.base:
        from sim.report import whatif

        yield from whatif.chances(run)
    yield from ballots.chances(run, last)


def _how_sure(run: Run) -> Iterator[str]:
    if run.outcomes.runs == 1:
        yield "One run shows what can happen, not how likely it is: use --runs 200."


# What would change it, and who


def _what_would_change_it(run: Run, last: Sequence[Tally]) -> Iterator[str]:
    if run.base:
        from sim.report import whatif

        yield from whatif.what_it_depends_on(run)
    for tally in last:
        yield from rooms.sentences(run, tally) if tally.consensus else _margin(tally)
    yield from _drivers(run, last)


def _margin(tally: Tally) -> Iterator[str]:
    margin = tally.margin
    if not margin.runs:
        return
    than = "more than it needs" if margin.mean >= 0 else "fewer than it needs"
    ends = (signed(end, 0) for end in (margin.low, margin.high))
    yield (
        f"{tally.draft} has {number(abs(margin.mean))} votes {than} on average"
        f" ({' to '.join(ends)} in nine runs of ten)."
    )


def _drivers(run: Run, last: Sequence[Tally]) -> Iterator[str]:
    """Name the parameter that goes most with each draft's main number across worlds, if any.

    By Spearman's rank correlation of world means, of all parameters at the 5% level together.
    """
    if run.outcomes.worlds < DRIVING:
        return
    for tally in last:
        name, values = _main(run, tally)
        found = strongest(run, values)
        if found:
            parameter, r = found
            way = "rises" if r > 0 else "falls"
            yield (
                f"{name} {way} most with the {PARAMETERS[parameter].meaning} ({parameter};"
                f" rank correlation {r:.2f} across {run.outcomes.worlds} worlds)."
            )


def _main(run: Run, tally: Tally) -> tuple[str, Floats]:
    if tally.consensus:
        return f"How much of {tally.draft} is kept", run.outcomes.number(f"{tally.draft}.retained")
    column = f"{tally.draft}.{tally.stage}"
    return f"The number in favour of {tally.draft}", run.outcomes.number(f"{column}.in_favour")


def strongest(run: Run, values: Floats) -> tuple[str, float] | None:
    """The parameter whose rank goes most with that of the world means of an outcome, (runs,)."""
    there = ~np.isnan(values)
    which, group = np.unique(run.outcomes.table["world"][there], return_inverse=True)
    if len(which) < DRIVING:
        return None
    means = np.bincount(group, weights=values[there]) / np.bincount(group)
    drawn = {n: v[which.astype(np.int64)] for n, v in run.setting.worlds.parameters.items()}
    found = {
        name: float(spearmanr(column, means).statistic)
        for name, column in drawn.items()
        if np.ptp(column) > 0 and np.ptp(means) > 0
    }
    name = max(found, key=lambda n: abs(found[n]), default="")
    least = sure.reach(len(which), len(found)) / np.sqrt(len(which) - 1) if found else np.inf
    return (name, found[name]) if name and abs(found[name]) > least else None


def _persuadables(run: Run) -> Iterator[Persuadable]:
    if run.outcomes.runs == 1:
        return
    for w in to_watch(run.setting, run.outcomes, NEAREST, asked(run)):
        if w.gap <= NEAR:
            yield persuadable(w, words.named(run.setting, w.actor))


def persuadable(w: Watched, name: str) -> Persuadable:
    """Put a delegation that is watched in words."""
    sides = words.DECISION[w.first], w.chance, words.DECISION[w.second], w.chance_of_second
    return Persuadable(name, w.draft, *sides, w.absent if w.absent > w.chance else 0.0)


def asked(run: Run) -> list[str]:
    """The texts that are asked about: those that the question names, or all."""
    drafts = [draft.label for draft in run.setting.drafts]
    question = " ".join(run.settings) if run.base else run.scenario.question
    return [draft for draft in drafts if names(question, draft)] or drafts


def names(text: str, label: str) -> bool:
    """Whether a text names a draft, and not one whose label is longer."""
    return re.search(rf"(?<![\w/]){re.escape(label)}(?![\w/])", text) is not None


def _limits(run: Run, last: Sequence[Tally]) -> Iterator[str]:
    if run.scenario.record:
        what = "Without the change this" if run.base else "This"
        yield (
            f"{what} is a hindcast: its data lie before {run.scenario.date or 'the event'}, and it"
            " was written by people who knew how it ended."
        )
    yield from limits(run.outcomes.worlds, consensus=any(tally.consensus for tally in last))


# Tables


def _front(run: Run, last: Sequence[Tally]) -> Iterator[Grid]:
    if run.base:
        from sim.report import whatif

        yield from whatif.front(run)
    yield from ballots.front(run, last)


def _tables(run: Run, told: Sequence[Tally]) -> Iterator[Grid]:
    yield from ballots.details(run, told)
    for tally in told:
        if tally.consensus:
            yield from rooms.grids(run, tally)


def _design(run: Run) -> Iterator[Grid]:
    rows = [
        ("runs", f"{run.outcomes.runs:,}"),
        ("worlds", f"{run.outcomes.worlds:,}, {RUNS_PER_WORLD} runs in a row sharing one"),
        ("sessions", str(run.setting.sessions)),
        ("seed", str(run.setting.seed)),
        ("data before", str(run.scenario.date or "no date given")),
        *(("change", setting) for setting in run.settings),
    ]
    if run.base:
        rows.append(("base", "the same without the change, on the same runs and worlds"))
    yield Grid("What was played", ("what", "how"), tuple(rows))
    yield Grid("Forums", ("forum",), tuple((line,) for line in _forums(run)))
    yield Grid("Drafts", ("draft",), tuple((line,) for line in _drafts(run)))


def _of_worlds(run: Run) -> dict[str, tuple[float, float]]:
    """Each parameter's least and greatest value in the worlds that were played."""
    which = np.unique(run.outcomes.table["world"]).astype(np.int64)
    drawn = {name: values[which] for name, values in run.setting.worlds.parameters.items()}
    return {name: (float(v.min()), float(v.max())) for name, v in drawn.items()}


# What to try next


def _try_next(run: Run, last: Sequence[Tally]) -> Iterator[Texts]:
    """Two commands that work for this scenario: a change, and a closer look."""
    base = run.base or run
    if isinstance(run, Comparison):
        again = ["compare", run.source, *([run.against] if run.against else []), *_set(run)]
        after = [] if run.after is None else ["--after", str(run.after)]
        yield (*again, *after, "--full")
    else:
        changes = [("run", run.source, *change) for change in _changes(run, last)]
        yield next((c for c in changes if len(" ".join(c)) < words.WIDE - 12), changes[0])
    near = to_watch(base.setting, base.outcomes, 1, asked(run))
    yield "show", run.source, near[0].actor if near else base.setting.actors[0]


def _set(run: Run) -> list[str]:
    return [word for setting in run.settings for word in ("--set", setting)]


def _changes(run: Run, last: Sequence[Tally]) -> Iterator[list[str]]:
    """Changes worth trying: another rule where texts carry, one objector less where not."""
    from sim.report import recount

    if run.base and (drafting := recount.redrafting(run, run.base)):
        yield [*_set(run), "--set", drafting]
        return
    tally = last[0]
    draft = next(d for d in run.setting.drafts if d.label == tally.draft)
    forum = run.setting.forums[draft.forum]
    if tally.consensus:
        found = blockers(run.setting, run.outcomes, tally.draft, tally.stage)
        name = f"forums.{forum.name}.restraint=0"
        yield ["--set", f"{found[0].actor}=steps back" if found else name]
        return
    rules = "simple_majority" if forum.rules.majority > 0.5 else "two_thirds"
    weight = np.where(draft.sponsors, run.setting.base_scene.capability, -1.0)
    yield ["--set", f"forums.{forum.name}.rules={rules}"]
    yield ["--set", f"{run.setting.actors[int(weight.argmax())]}=absent"]
