"""Baselines beside a run: what own positions, plain texts and plain rules give, and who wins."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from sim.analysis import ways
from sim.analysis.baselines import ALONE, STATUS_QUO, TABLED, TEXTS, Plain, dynamics, nearest
from sim.analysis.counted import Count, counts
from sim.analysis.recorded import Ballot, by_vote
from sim.analysis.skill import Scored
from sim.core.outcomes import Outcomes
from sim.report.parts import Grid, Texts
from sim.scenario import Scenario
from sim.show import words
from sim.show.words import number, percent, signed
from sim.study.run import Run

FULL_MARK = 100.0  # values are on 0-1 inside and on 0-100 in print
NAMES = {"majority class": "largest category"}  # a baseline as a sentence calls it
SHORT = {TABLED: "as tabled", STATUS_QUO: "status quo"}
ALONE_MEANS = (
    "Own positions alone: each decides by its own positions on the text as tabled, with the same"
    f" parameters, worlds and luck; off are {dynamics()}. Means, and the difference run by run with"
    " its error."
)
TEXTS_MEAN = (
    "0-100, means over runs. The mean of members' positions is weighted by capability times"
    " salience; * is more than two errors and half a point away."
)
TEXTS_HEADS = (
    *("clause", "came out", "as tabled", "weighted mean", "median", "status quo"),
    "nearest",
)
SCORES_MEAN = (
    "Accuracy of three votes; Brier score 0 to 2 and ranked probability score 0 to 1, lower is"
    " better; recall: share of recorded abstentions that were called. Each over its own states."
)
COUNT_HEADS = ("what", "counted", "mean", "nine runs in ten", "in it")
COUNTS_MEAN = "What was counted in the world. A range that is wide holds easily."
SAID = (
    ("worse", "loses to"),
    ("the same", "changes nothing against"),
    ("untold", "cannot be told from"),
    ("better", "beats"),
)


def plain(run: Run) -> list[Plain]:
    """Every draft of a run beside its plain baselines.

    None of a single run, and none where a change comes after some sessions: without the dynamics
    there is nothing to share.
    """
    return [] if run.after is not None or run.outcomes.runs == 1 else run.plain


# In sentences


def sentences(run: Run) -> Iterator[str]:
    """All that baselines say of a run; of a what-if, scores are those of its base."""
    found, told = plain(run), run.base or run
    scored, unlike_it = told.scored, list(unlike(told.scenario, told.outcomes))
    if found:
        nothing = changes_nothing(found)
        said = nothing or "The dynamics change something here against every plain baseline."
        yield f"With the change: {words.first_down(said)}" if run.base else said
    whose = "Without the change, " if run.base else ""
    for each in scored:
        yield f"{whose}{called_right(each)}."
        yield f"{words.short(each.draft, 20)}: {words.first_down(verdict(each))}"
    yield from (f"{distances(each)}." for each in found if each.clauses)
    yield from through_time(run)
    yield from unlike_it
    if not scored and not unlike_it and run.scenario.record:
        yield (
            "No vote is on record state by state, so nothing can be scored: one outcome to compare"
            " with is an illustration, and no evidence of skill."
        )
    if not scored and not run.scenario.record and not counted(run):
        yield "These files hold nothing to compare with, so there are no scores."


def counted(run: Run) -> list[Count]:
    """Every count of the world beside the runs, of a what-if those of its base; none of one run."""
    of = run.base or run
    return list(counts(of.outcomes, of.setting)) if of.outcomes.runs > 1 else []


def through_time(run: Run) -> Iterator[str]:
    """Say of each outcome how many of its counts lie in the range of nine runs in ten."""
    whose = "Without the change, " if run.base else ""
    for _, each in groupby(counted(run), key=lambda count: count.outcome):
        found = list(each)
        inside, last = sum(count.inside for count in found), found[-1]
        said = f"{inside} of {len(found)} counts on record lie where nine runs in ten do"
        if len(found) == 1:
            said = f"the count on record lies {'in' if inside else 'out of'} nine runs in ten"
        ends = f"{_amount(last.low)} to {_amount(last.high)}"
        yield f"{whose}{said}. {words.first_up(last.title)}: {_amount(last.counted)}; runs {ends}."


def called_right(scored: Scored) -> str:
    """Say what share of recorded votes the runs and each baseline called right."""
    beside = sorted(scored.baselines, key=lambda b: b.baseline in NAMES)
    told = [("runs", scored.scores), *((_name(b.baseline), b.scores) for b in beside)]
    said = "; ".join(f"{name} {_short(of.accuracy)}" for name, of in told)
    some = f" in {of_some(scored)}" if scored.voted < 1 else ""
    return f"{words.short(scored.draft, 20)} called right{some}: {said}"


def verdict(scored: Scored) -> str:
    """Say which baselines the runs lose to, which they do not change, and which they beat.

    To beat one, or lose to it, the 95% interval of the difference must leave out zero.
    """
    said = []
    for found, verb in SAID:
        names = [_name(s.baseline) for s in scored.baselines if s.verdict() == found]
        if names:
            said.append(f"{verb} {words.both(names)}")
    if not said:
        return "No state's vote is on record by which the simulation could be compared."
    some = f", in {of_some(scored)}," if scored.voted < 1 else ""
    return f"By accuracy on the same states the simulation{some} {'; it '.join(said)}."


def of_some(scored: Scored) -> str:
    """Name the runs that are scored: "the runs", or those that came to a vote."""
    return "the runs" if scored.voted == 1 else f"the {percent(scored.voted)} of runs that voted"


def unlike(
    scenario: Scenario, outcomes: Outcomes, ballots: Collection[Ballot] | None = None
) -> Iterator[str]:
    """Say where a record is a vote and the runs decide without one, or the other way round.

    Nothing is said of a ballot that all runs decide as the record did: like is there with like.
    """
    for draft, stages in scenario.record.items():
        for stage, outcome in stages.items():
            voted = by_vote(outcome)
            if (draft, stage) in (ballots or outcomes.ballots) and voted is not None:
                share = ways.share_of(outcomes, draft, stage, voted)
                if share < 1:
                    yield _unlike(words.short(words.ballot(draft, stage), 28), voted, share)


def _unlike(ballot: str, voted: bool, share: float) -> str:
    there, here = ("a vote", "without one") if voted else ("a consensus", "by a vote")
    said = f"On record {ballot} was {there}"
    if not share:
        return f"{said}; here every run decides {here}, so the two are not compared."
    alike = "came to a vote" if voted else "decided without one"
    return f"{said}; it is compared only with the {percent(share)} of runs that {alike}."


def _name(baseline: str) -> str:
    return NAMES.get(baseline, baseline.partition(",")[0])


def _short(share: float) -> str:
    text = number(share, 2)
    return text.removeprefix("0") if text != words.UNKNOWN else text


def changes_nothing(found: Sequence[Plain]) -> str:
    """Name the baselines against which the dynamics change nothing, and in which drafts; or ""."""
    said = []
    for baseline in (ALONE, *TEXTS):
        drafts = [p.draft for p in found if baseline in p.nothing]
        if drafts:
            whole = len(drafts) == len(found)
            where = "" if whole else f" in {words.some([words.short(d, 20) for d in drafts], 3)}"
            article = "" if baseline in (ALONE, TABLED) else "the "
            said.append(f"against {article}{baseline}{where}")
    return f"The dynamics change nothing here {'; nor '.join(said)}." if said else ""


def distances(found: Plain) -> str:
    """Say how far the text that came out lies from each baseline of texts, or "" without clauses.

    In points of 100, the mean over clauses.
    """
    if not found.clauses:
        return ""
    far = [number(found.distance(name) * FULL_MARK) for name in TEXTS]
    names = [SHORT.get(name, name) for name in TEXTS]
    said = ", ".join(f"{at} {name}" for at, name in zip(far[1:], names[1:], strict=True))
    return f"{words.short(found.draft, 20)} came out {far[0]} from {names[0]}, {said}"


def main_number(found: Plain, name: str) -> str:
    """What own positions alone give for the main number of a ballot (`ballots.main_number`)."""
    given = {a.what: a.plain for a in found.decisions}
    if name in ("for", "blocks"):
        return number(given.get({"for": "in_favour"}.get(name, "blocking"), float("nan")), 1)
    how = "adopted" if "in_favour" in given else "agreed"  # where some came to a vote, or none
    return f"{how} {percent(given['adopted'])}"


# In tables


def grids(run: Run) -> Iterator[Grid]:
    """Scores where there is a record, then every number beside baselines that need none."""
    scored, found = (run.base or run).scored, plain(run)
    if scored:
        heads = ("what", "states", "accuracy", "Brier", "ranked", "recall")
        yield Grid("Scores beside baselines", heads, tuple(_scores(scored)), SCORES_MEAN)
    for each in found:
        title = f"{words.ballot(each.draft, each.stage)} beside own positions alone"
        yield Grid(
            title,
            ("what", "simulated", "own positions alone", "difference"),
            tuple(_decisions(each)),
            ALONE_MEANS,
        )
    if rows := tuple(map(_count, counted(run))):
        yield Grid("What was counted, beside the runs", COUNT_HEADS, rows, COUNTS_MEAN)
    rows = tuple(row for each in found for row in _texts(each))
    if rows:
        yield Grid("Texts beside baselines", TEXTS_HEADS, rows, TEXTS_MEAN)


def _scores(scored: Sequence[Scored]) -> Iterator[Texts]:
    for found in scored:
        each = [(f"{words.ballot(found.draft, found.stage)}: {of_some(found)}", found.scores)]
        each += [(f"  {b.baseline}", b.scores) for b in found.baselines]
        for name, of in each:
            numbers = (of.accuracy, of.brier, of.ranked, of.abstention_recall)
            yield (name, str(of.voted), *(number(n, 3) for n in numbers))


def _decisions(found: Plain) -> Iterator[Texts]:
    """A draft's counts: what, simulated, by own positions alone, difference with its error."""
    for each in found.decisions:
        name = words.COUNT.get(each.what, each.what)
        if each.what == "adopted":
            sides = (percent(each.simulated), percent(each.plain))
            yield (name, *sides, f"{signed(each.difference * FULL_MARK)} points")
        else:
            sides = (number(each.simulated, 1), number(each.plain, 1))
            yield (name, *sides, f"{signed(each.difference)} +- {number(each.error, 1)}")


def _texts(found: Plain) -> Iterator[Texts]:
    """A draft's clauses: what came out, each baseline, and the nearest, with * if not the same."""
    for clause in found.clauses:
        near = nearest(clause)
        numbers = (number(a.plain * FULL_MARK) for a in clause)
        came = number(clause[0].simulated * FULL_MARK)
        said = SHORT.get(near.baseline, near.baseline) + "*" * near.differs
        yield (f"{found.draft} {clause[0].what}", came, *numbers, said)


def _count(found: Count) -> Texts:
    """A count on record: what, counted, mean of the runs, their range, whether it lies in that."""
    ends = f"{_amount(found.low)} to {_amount(found.high)}"
    numbers = (_amount(found.counted), _amount(found.mean), ends)
    return (words.first_up(found.title), *numbers, "yes" if found.inside else "no")


def _amount(value: float) -> str:
    return number(value, 1).removesuffix(".0")
