"""What there is to say of a run or a what-if, from the outcomes while they are at hand."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sim.analysis.agreement import blockers, ridge
from sim.analysis.baselines import TEXTS, Plain, dynamics
from sim.analysis.skill import Scored
from sim.analysis.tally import Tally, finals, tallies
from sim.analysis.watch import to_watch
from sim.core.registry import PARAMETERS
from sim.core.world import RUNS_PER_WORLD
from sim.mechanisms.ballots import OBJECTIONS, VOTES
from sim.report import sure
from sim.report.about import BOTH_KINDS, CONSENSUS, FEW, FEW_WORLDS
from sim.report.fixed import not_varied, parameters
from sim.report.parts import TO_TRY, Chance, Findings, Grid, Ground, Persuadable, Texts
from sim.scenario.schema import Outcome
from sim.show import beside, compared, recount, summary, whatif, words
from sim.show.scored import verdict
from sim.show.words import number, percent
from sim.study.compare import Comparison
from sim.study.run import Run

Floats = npt.NDArray[np.float64]

NEAREST, NEAR = 8, 0.5  # how many, and how near in chance: delegations near to deciding otherwise
CHANGED = 12  # delegations that decide otherwise
BLOCKERS = 3
MAIN_COUNTS = ("adopted", VOTES[0], "retained")
LEAST = 0.05  # of a difference that is told: it is written with one digit after the point
HALF = 0.5  # of the worlds: where fewer have a difference, no word is put to its sign
DRIVING = 30  # worlds from which a parameter's part can be told


ALONE_MEANS = (
    "Own positions alone: each decides by its own positions on the text as tabled, with the same"
    f" parameters, worlds and luck; off are {dynamics()}. Means, and the difference run by run with"
    " its error."
)
TEXTS_MEAN = (
    "0-100, means over runs. The mean of members' positions is weighted by capability times"
    " salience; * is more than two errors and half a point away."
)


def of_run(run: Run) -> Findings:
    """Say all there is to say of a run; of a what-if, beside its base."""
    told = tallies(run.setting, run.outcomes)
    last = finals(told)
    scored = (run.base or run).scored
    return Findings(
        kind="what-if" if run.base else "run",
        title=_title(run),
        question=_question(run, last),
        ground=_ground(run),
        answer=tuple(_answer(run, last)),
        chances=tuple(_chances(run, last)),
        how_sure=tuple(_how_sure(run, last, scored)),
        what_would_change_it=tuple(_what_would_change_it(run, last)),
        persuadables=tuple(_persuadables(run)),
        limits=tuple(_limits(run, last)),
        design=tuple(_design(run)),
        tables=tuple(_tables(run, told, last)),
        baselines=tuple(_baselines(run, scored)),
        scores=tuple(_grids(run, scored)),
        not_varied=not_varied(run.settings),
        parameters=parameters(_of_worlds(run)),
    )


def _title(run: Run) -> str:
    if run.base is None:
        return run.scenario.title
    return f"What if {' and '.join(run.settings)}?" if run.settings else _against(run, run.base)


def _against(run: Run, base: Run) -> str:
    return f"{run.scenario.title} against {base.scenario.title}"


def _question(run: Run, last: Sequence[Tally]) -> str:
    if run.base:
        after = f" after session {run.after}" if isinstance(run, Comparison) and run.after else ""
        what = f"with {words.both(run.settings)}" if run.settings else "by the other scenario"
        return f"What changes in {run.base.scenario.title} {what}{after}?"
    drafts = words.some([tally.draft for tally in last], 4)
    return run.scenario.question or f"What becomes of {drafts} in {run.scenario.title}?"


# Grounds


def _ground(run: Run) -> Ground:
    import sim

    scenario = run.scenario
    return Ground(
        scenario=scenario.name,
        title=scenario.title,
        data=str(scenario.date or ""),
        runs=run.outcomes.runs,
        worlds=_worlds(run),
        seed=run.setting.seed,
        version=sim.__version__,
        settings=run.settings,
        sessions=run.setting.sessions,
        forums=tuple(_forums(run)),
        drafts=tuple(_drafts(run)),
        uses=tuple(uses(run)),
        sources=scenario.sources,
    )


def _worlds(run: Run) -> int:
    return len(set(run.outcomes.table["world"].tolist()))


def _forums(run: Run) -> Iterator[str]:
    for forum in run.setting.forums:
        stages = words.both(f"{name} (session {session})" for name, session in forum.stages.items())
        members = int(forum.members.sum())
        yield f"{forum.name}: {forum.rules.title}; {members} members; decides at {stages}"


def _drafts(run: Run) -> Iterator[str]:
    for draft in run.setting.drafts:
        title = f" ({draft.title})" if draft.title else ""
        clauses = f"{len(draft.clauses)} clause{'s' * (len(draft.clauses) != 1)}"
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


def _answer(run: Run, last: Sequence[Tally]) -> Iterator[str]:
    if run.base:
        yield from _of_what_if(run, run.base, last)
        return
    yield summary.bottom_line(run, last)
    for tally in last:
        yield from _tallied(tally)


def _tallied(tally: Tally) -> Iterator[str]:
    """Tell the counts of a ballot, and in a room that seeks consensus what is left of its text."""
    if tally.consensus:
        yield _kept(tally)
    if tally.voted or not tally.consensus:
        yield _voted(tally)


def _kept(tally: Tally) -> str:
    kept, reserved = summary.percents(tally.retained), tally.counts["dissociating"]
    held = f" ({number(kept.low)}% to {number(kept.high)}% in nine runs of ten)"
    said = (
        f"Of {tally.draft}, {number(kept.mean)}% of what it would change is left on"
        f" average{held * (kept.low != kept.high)}"
    )
    if not reserved.runs:  # every run that came to the room came to a vote
        return f"{said}."
    where = " where it does not come to a vote" * bool(tally.voted)
    return (
        f"{said}; {number(reserved.low)} to {number(reserved.high)} delegations dissociate"
        f" themselves from it{where}."
    )


def _voted(tally: Tally) -> str:
    """The counts of votes, and of which runs they are where others decide without one."""
    counts = [f"{number(tally.counts[name].mean)} {words.COUNT[name]}" for name in VOTES]
    favour = tally.counts[VOTES[0]]
    counts[0] += f" ({number(favour.low)} to {number(favour.high)} in nine runs of ten)"
    some = f" in the {percent(tally.voted)} of runs that come to a vote," if tally.consensus else ""
    return f"{summary.label(tally)}:{some} on average {words.both(counts)}."


def _of_what_if(run: Run, base: Run, last: Sequence[Tally]) -> Iterator[str]:
    rows = _compared(run)
    if isinstance(run, Comparison):
        most = {r.reading: next(iter(_compared(r)), None) for r in run.readings}
        for said in compared.headlines(run, most):  # what is asked is the title already
            yield f"{said[:1].upper()}{said[1:]}."
    else:
        yield whatif.bottom_line(run, base, rows)
    for row in [row for row in rows if row.seen][1:4]:
        yield _difference(row, _worlds(run))
    found = run.switches
    if found:
        first = found[0]
        yield (
            f"{len({s.actor for s in found})} delegations decide otherwise in at least one run;"
            f" most often {words.named(run.setting, first.actor)} on {first.draft}, from"
            f" {words.DECISION[first.before]} to {words.DECISION[first.after]} in"
            f" {percent(first.share)} of runs."
        )


def _compared(run: Run) -> list[whatif.Compared]:
    """The main outcomes of one reading of a what-if, what weighs most first."""
    return sorted(compared.main_rows(run), key=lambda row: -row.weight)


def _difference(row: whatif.Compared, worlds: int) -> str:
    found = row.found
    return (
        f"{row.name}: {number(found.base, 1)} without the change, {number(found.changed, 1)} with"
        f" it, a difference of {words.signed(found.difference)}{_interval(row, worlds)}."
    )


def _interval(row: whatif.Compared, worlds: int) -> str:
    wide = sure.reach(worlds) * row.found.error
    if not wide < np.inf:
        return ""
    ends = (words.signed(row.found.difference + side * wide) for side in (-1, 1))
    return f" (95% interval {' to '.join(ends)})"


def _chances(run: Run, last: Sequence[Tally]) -> Iterator[Chance]:
    worlds = run.outcomes.table["world"]
    if run.outcomes.runs == 1:
        return
    if run.base:
        seen = [row for row in _compared(run) if row.seen]
        for row in [row for row in seen if row.found.holds >= HALF][:2]:
            yield _sign(row, _worlds(run))
    for tally in last:
        adopted = run.outcomes.number(f"{tally.draft}.{tally.stage}.adopted")
        yield sure.chance(f"{tally.draft} is adopted", adopted, worlds)


def _sign(row: whatif.Compared, worlds: int) -> Chance:
    """In what share of worlds a difference has the sign of the mean."""
    low, high = sure.wilson(row.found.holds, worlds)
    of = f"{worlds} world{'s' * (worlds != 1)}"
    return Chance(f"{_way(row)} with the change", row.found.holds, low, high, of)


def _way(row: whatif.Compared) -> str:
    more = row.found.difference > 0
    if row.count == "adopted":
        return f"{row.draft} is adopted {'more' if more else 'less'} often"
    if row.count == "retained":
        return f"{'more' if more else 'less'} of {row.draft} is kept"
    if row.count in words.COUNT:
        return f"{row.draft} has {'more' if more else 'fewer'} {words.COUNT[row.count]}"
    if row.count == compared.MARGIN:
        return f"{row.draft} has {'more' if more else 'fewer'} {row.count}"
    return f"{row.name} is {'higher' if more else 'lower'}"


def _how_sure(run: Run, last: Sequence[Tally], scored: Sequence[Scored]) -> Iterator[str]:
    if run.outcomes.runs == 1:
        yield "One run shows what can happen, not how likely it is."
        return
    if run.base:
        yield from _smallest(run)
    else:
        for tally in last:
            yield from _sources_of_spread(run, tally)
    for found in scored:
        side = "Without the change, on" if run.base else "On"
        yield f"{side} {found.draft}: {_lowered(verdict(found))}"


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _sources_of_spread(run: Run, tally: Tally) -> Iterator[str]:
    """Say how well the mean is known, and whether chance or ignorance makes the range."""
    name, of, _ = summary.main_number(run.outcomes, tally)
    if not of.error > 0 or name not in MAIN:
        return
    wide = sure.reach(of.worlds) * of.error
    known = f"{number(of.mean, 1)} on average, give or take {number(wide, 1)}"
    what = f"{tally.draft}, {MAIN[name]}"
    if np.isnan(of.ignorance):
        yield f"{what}: {known}."
        return
    more = "what we do not know of the world" if of.ignorance > of.chance else "chance"
    yield (
        f"{what}: {known}; runs differ mostly by {more} (standard deviation"
        f" {number(of.ignorance, 1)} across worlds, {number(of.chance, 1)} within one)."
    )


MAIN = {  # `summary.main_number` in words; how often a room agrees is told as a chance
    "for": "votes in favour",
    "kept %": "per cent of the text kept",
    "blocks": "delegations that block",
}


def _smallest(run: Run) -> Iterator[str]:
    for row in _compared(run):
        if row.seen and not row.found.holds >= HALF:
            yield (
                f"{_way(row)} in {percent(row.found.holds)} of worlds, the other way in"
                f" {percent(row.found.opposes)}; in the rest nothing changes."
            )
        if row.count in MAIN_COUNTS and row.found.smallest >= LEAST:
            yield (
                f"{row.name}: these runs would show a true difference of"
                f" {number(row.found.smallest, 1)} or more; a smaller one they might miss."
            )


# What would change it, and who


def _what_would_change_it(run: Run, last: Sequence[Tally]) -> Iterator[str]:
    for row in [row for row in _compared(run) if row.seen][:1] if run.base else []:
        name = row.name.removesuffix(", %")
        yield f"The difference in {name}: {compared.depends(row.found)}."
    for tally in last:
        yield from _consensus(run, tally) if tally.consensus else _margin(tally)
    yield from _drivers(run, last)
    if run.base and recount.recounted(run, run.base):
        yield (
            "Votes are held fixed here and counted by the new rules; sponsors may write for them:"
            f" --set {recount.redrafting(run, run.base)}."
        )
    elif last and not (isinstance(run, Comparison) and run.against):
        yield f"{TO_TRY}{shlex.join(['plenary', 'run', run.source, *_tried(run, last)])}"


def _tried(run: Run, last: Sequence[Tally]) -> list[str]:
    first = summary.changes_to_try(run, last)[0]
    return [word for change in (*run.settings, first) for word in ("--set", change)]


def _margin(tally: Tally) -> Iterator[str]:
    margin = tally.margin
    if not margin.runs:
        return
    than = "more than it needs" if margin.mean >= 0 else "fewer than it needs"
    ends = (words.signed(end, 0) for end in (margin.low, margin.high))
    yield (
        f"{tally.draft} has {number(abs(margin.mean))} votes {than} on average"
        f" ({' to '.join(ends)} in nine runs of ten)."
    )


def _consensus(run: Run, tally: Tally) -> Iterator[str]:
    found = blockers(run.setting, run.outcomes, tally.draft, tally.stage)[:BLOCKERS]
    if found:
        named = [f"{words.named(run.setting, b.actor)} ({percent(b.share)} of runs)" for b in found]
        yield f"Those who block {tally.draft} most often: {words.both(named)}."
    elif np.isnan(tally.zone):  # it is blocked in no run; else it is not kept by whom
        yield _unblocked(run, tally)
    if not np.isnan(tally.zone):
        yield (
            f"Where it is blocked, a text that nobody would have blocked existed in"
            f" {percent(tally.zone)} of those runs."
        )
    adopted = ridge(run.setting, run.outcomes, tally.draft, tally.stage).adopted
    hard, soft = float(adopted[0, -1]), float(adopted[-1, 0])
    if not np.isnan(hard + soft) and hard != soft:
        yield (
            f"Where blocking is cheap and demands are held hard, {tally.draft} is adopted in"
            f" {percent(hard)} of runs; where it is dear and demands are soft, in {percent(soft)}."
            " No data inform these two."
        )


def _unblocked(run: Run, tally: Tally) -> str:
    """Say that nobody blocks a text, and where an earlier stage defeats it that it did so."""
    fell = tally.how.get("not_reached", 0.0)
    if not fell:
        return f"Nobody blocks {tally.draft} in any of {run.outcomes.runs:,} runs."
    return (
        f"Nobody blocks {tally.draft} at its last stage, {tally.stage}; in {percent(fell)} of runs"
        " an earlier one defeats it."
    )


def _drivers(run: Run, last: Sequence[Tally]) -> Iterator[str]:
    """Name the parameter that goes most with each draft's main number across worlds, if any.

    By Spearman's rank correlation of world means, of all parameters at the 5% level together.
    """
    if _worlds(run) < DRIVING:
        return
    for tally in last:
        name, values = _main(run, tally)
        found = _strongest(run, values)
        if found:
            parameter, r = found
            way = "rises" if r > 0 else "falls"
            yield (
                f"{name} {way} most with the {PARAMETERS[parameter].meaning} ({parameter};"
                f" rank correlation {r:.2f} across {_worlds(run)} worlds)."
            )


def _main(run: Run, tally: Tally) -> tuple[str, Floats]:
    if tally.consensus:
        return f"How much of {tally.draft} is kept", run.outcomes.number(f"{tally.draft}.retained")
    column = f"{tally.draft}.{tally.stage}"
    return f"The number in favour of {tally.draft}", run.outcomes.number(f"{column}.in_favour")


def _strongest(run: Run, values: Floats) -> tuple[str, float] | None:
    there = ~np.isnan(values)
    which, group = np.unique(run.outcomes.table["world"][there], return_inverse=True)
    if len(which) < DRIVING:
        return None
    means = np.bincount(group, weights=values[there]) / np.bincount(group)
    drawn = {n: v[which.astype(np.int64)] for n, v in run.setting.worlds.parameters.items()}
    ranks = _ranks(means)
    found = {
        name: float(np.corrcoef(_ranks(column), ranks)[0, 1])
        for name, column in drawn.items()
        if np.ptp(column) > 0 and np.ptp(means) > 0
    }
    name = max(found, key=lambda n: abs(found[n]), default="")
    least = sure.reach(len(which), len(found)) / np.sqrt(len(which) - 1) if found else np.inf
    return (name, found[name]) if name and abs(found[name]) > least else None


def _ranks(values: Floats) -> Floats:
    """Ranks (n,), equal values sharing the mean of theirs."""
    _, group, count = np.unique(values, return_inverse=True, return_counts=True)
    shared: Floats = (np.cumsum(count) - (count - 1) / 2)[group]
    return shared


def _persuadables(run: Run) -> Iterator[Persuadable]:
    if run.outcomes.runs == 1:
        return
    for w in [w for w in to_watch(run.setting, run.outcomes, NEAREST) if w.gap <= NEAR]:
        yield Persuadable(
            words.named(run.setting, w.actor),
            w.draft,
            words.DECISION[w.first],
            w.chance,
            words.DECISION[w.second],
            w.chance_of_second,
            w.absent if w.absent > w.chance else 0.0,
        )


def _limits(run: Run, last: Sequence[Tally]) -> Iterator[str]:
    if run.scenario.record:
        what = "Without the change this" if run.base else "This"
        yield (
            f"{what} is a hindcast: its data lie before {run.scenario.date or 'the event'}, and it"
            " was written by people who knew how it ended."
        )
    if any(tally.consensus for tally in last):
        yield CONSENSUS
    yield from BOTH_KINDS
    if isinstance(run, Comparison):
        yield from (f"{note[:1].upper()}{note[1:]}." for note in run.notes)
    if _worlds(run) < FEW_WORLDS:
        yield FEW.format(worlds=_worlds(run), runs=100 * RUNS_PER_WORLD)


# Design, tables, scores


def _design(run: Run) -> Iterator[Grid]:
    worlds, runs = _worlds(run), run.outcomes.runs
    rows = [
        ("runs", f"{runs:,}"),
        ("worlds", f"{worlds:,}, {RUNS_PER_WORLD} runs in a row sharing one"),
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


def _tables(run: Run, told: Sequence[Tally], last: Sequence[Tally]) -> Iterator[Grid]:
    if run.base:
        for reading in run.readings:
            yield _differences(reading)
            yield from _who_changed(reading)
    yield _ballots(run, told)


BALLOTS = ("text", "stage", "adopted", "how")


def _ballots(run: Run, told: Sequence[Tally]) -> Grid:
    recorded = any(summary.outcome(run, tally) for tally in told)
    columns = (*BALLOTS, *words.COUNT.values(), "kept", *(("on record",) * recorded))
    rows = [(*_ballot(t), *((_record(summary.outcome(run, t)),) * recorded)) for t in told]
    note = (
        "Means over runs, with the range that holds nine runs in ten: of votes over the runs that"
        " came to a vote, of dissociating over those decided without one, of blocking over all"
        " that came to the room."
    )
    return Grid("What became of each text", columns, tuple(rows), note)


def _ballot(tally: Tally) -> Texts:
    ways = "; ".join(f"{words.HOW[how]} {percent(share)}" for how, share in tally.how.items())
    counts = [tally.counts.get(name) for name in (*VOTES, *OBJECTIONS)]
    cells = [summary.ranged(of) if of else "" for of in counts]
    kept = summary.ranged(summary.percents(tally.retained), "%")
    return (tally.draft, tally.stage, percent(tally.adopted), ways, *cells, kept)


def _record(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    said = [] if outcome.adopted is None else ["adopted" if outcome.adopted else "not adopted"]
    for name in VOTES:
        count = getattr(outcome, name)
        said += [] if count is None else [f"{count} {words.COUNT[name]}"]
    if outcome.dissociated:
        said.append(f"dissociated: {', '.join(outcome.dissociated)}")
    return "; ".join(said)


def _differences(run: Run) -> Grid:
    columns = ("number", "without", "with", "difference", "95% interval", "same sign, worlds")
    rows = []
    for row in _compared(run):
        holds = percent(row.found.holds) if row.seen else ""
        between = _interval(row, _worlds(run)).strip(" ()").removeprefix("95% interval ")
        sides = (number(row.found.base, 1), number(row.found.changed, 1))
        rows.append((row.name, *sides, words.signed(row.found.difference), between, holds))
    note = "Differences are taken run by run; the interval is of their mean, not of outcomes."
    return Grid(f"What the change does{_read_as(run)}", columns, tuple(rows), note)


def _read_as(run: Run) -> str:
    return f" ({run.reading})" if run.reading else ""


def _who_changed(run: Run) -> Iterator[Grid]:
    found = run.switches
    if not found:
        return
    rows = tuple(
        (
            words.named(run.setting, s.actor),
            f"{s.draft} {s.stage}",
            words.DECISION[s.before],
            words.DECISION[s.after],
            percent(s.share),
        )
        for s in found[:CHANGED]
    )
    left = f"{len(found) - CHANGED} more are in who_changed.csv." if len(found) > CHANGED else ""
    title = f"Who decides otherwise{_read_as(run)}"
    yield Grid(title, ("who", "ballot", "before", "after", "runs"), rows, left)


def _grids(run: Run, scored: Sequence[Scored]) -> Iterator[Grid]:
    """Scores where there is a record, then every number beside baselines that need none."""
    if scored:
        yield _scores(scored)
    if run.outcomes.runs == 1:
        return
    plain = beside.plain(run)
    for found in plain:
        title = f"{summary.label_of(found.draft, found.stage)} beside own positions alone"
        columns = ("what", "simulated", "own positions alone", "difference")
        yield Grid(title, columns, tuple(beside.decisions(found)), ALONE_MEANS)
    rows = tuple((f.draft, *row) for f in plain for row in beside.texts(f))
    if rows:
        heads = ("draft", "clause", "came out", "as tabled", "weighted mean", "median")
        yield Grid("Texts beside baselines", (*heads, "status quo", "nearest"), rows, TEXTS_MEAN)


def _scores(scored: Sequence[Scored]) -> Grid:
    columns = ("what", "states", "accuracy", "Brier", "ranked", "abstention recall")
    rows = []
    for found in scored:
        each = [(f"{found.draft} {found.stage}: {beside.of_some(found)}", found.scores)]
        each += [(b.baseline, b.scores) for b in found.baselines]
        for name, of in each:
            numbers = (of.accuracy, of.brier, of.ranked, of.abstention_recall)
            rows.append((name, str(of.voted), *(number(n, 3) for n in numbers)))
    note = (
        "Accuracy of three votes; Brier score 0 to 2 and ranked probability score 0 to 1, lower is"
        " better; share of recorded abstentions that were called. Each over its own states."
    )
    return Grid("Scores beside baselines", columns, tuple(rows), note)


def _baselines(run: Run, scored: Sequence[Scored]) -> Iterator[str]:
    plain = beside.plain(run) if run.outcomes.runs > 1 else []
    if plain:
        yield _changed_by_dynamics(run, plain)
    whose = "The unchanged scenario is scored, since a what-if did not happen. " if run.base else ""
    for found in scored:
        yield f"{whose}Share of states {beside.called_right(found)}."
        whose = ""
    for found in scored:
        yield f"{summary.label_of(found.draft, found.stage)}: {_lowered(verdict(found))}"
    yield from (_distances(found) for found in plain if found.clauses)
    scenario, outcomes = (run.base or run).scenario, (run.base or run).outcomes
    unlike = list(beside.unlike(scenario, outcomes, outcomes.ballots))
    yield from unlike
    if not scored and not unlike and run.scenario.record:
        yield (
            "No vote is on record state by state, so nothing can be scored: one outcome to compare"
            " with is an illustration, and no evidence of skill."
        )
    if not scored and not run.scenario.record:
        yield "These files hold no record to compare with, so there are no scores against one."


def _changed_by_dynamics(run: Run, plain: Sequence[Plain]) -> str:
    """Say against which baselines that need no record the dynamics change nothing."""
    nothing = beside.changes_nothing(plain)
    found = nothing or "The dynamics change something here against every plain baseline."
    return f"With the change: {_lowered(found)}" if run.base else found


def _distances(found: Plain) -> str:
    far = (f"{number(found.distance(name) * 100)} from the {_bare(name)}" for name in TEXTS)
    return (
        f"{found.draft}: over its clauses the text that came out lies on average, in points of"
        f" 100, {words.both(far)}."
    )


def _bare(name: str) -> str:
    return name.removeprefix("the ")


def _of_worlds(run: Run) -> dict[str, tuple[float, float]]:
    """Each parameter's least and greatest value in the worlds that were played."""
    which = np.unique(run.outcomes.table["world"]).astype(np.int64)
    drawn = {name: values[which] for name, values in run.setting.worlds.parameters.items()}
    return {name: (float(v.min()), float(v.max())) for name, v in drawn.items()}
