"""Plain baselines beside what a run gives: in a line each, and with `--full` number by number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sim.analysis import ways
from sim.analysis.baselines import ALONE, STATUS_QUO, TABLED, TEXTS, Plain, nearest
from sim.analysis.recorded import Ballot, by_vote
from sim.analysis.skill import Scored
from sim.build import DEFAULT_STAGE
from sim.core.outcomes import Outcomes
from sim.scenario import Scenario
from sim.show import words
from sim.study.compare import Comparison
from sim.study.run import Run

FULL_MARK = 100.0  # values are on 0-1 inside and on 0-100 in print
NAMES = {"majority class": "largest category"}  # a baseline as a line of the summary calls it
DECISIONS = (26, 12, 22, 18)
CLAUSES = (24, 9, 8, 9, 8, 8, 12)
SHORT = {TABLED: "as tabled", STATUS_QUO: "status quo"}


def plain(run: Run) -> list[Plain]:
    """Every draft of a run beside its plain baselines.

    None where a change comes after some sessions: without the dynamics there is nothing to share.
    """
    return [] if isinstance(run, Comparison) and run.after is not None else run.plain


def data(run: Run) -> dict[str, Any]:
    """Baselines as data: those that need no record, and scores where there is one."""
    return {
        "plain_baselines": [_data(found) for found in plain(run)],
        "skill": [asdict(scored) for scored in ([] if run.base else run.scored)],
    }


def _data(found: Plain) -> dict[str, Any]:
    return {**asdict(found), "changes_nothing_against": list(found.nothing)}


# In a line


def called_right(scored: Scored) -> str:
    """Say what share of recorded votes the runs and each baseline called right."""
    beside = sorted(scored.baselines, key=lambda b: b.baseline in NAMES)
    told = [("runs", scored.scores), *((_name(b.baseline), b.scores) for b in beside)]
    said = "; ".join(f"{name} {_short(of.accuracy)}" for name, of in told)
    some = f" in {of_some(scored)}" if scored.voted < 1 else ""
    return f"{words.short(scored.draft, 20)} called right{some}: {said}"


def of_some(scored: Scored) -> str:
    """Name the runs that are scored: "the runs", or those that came to a vote."""
    return (
        "the runs" if scored.voted == 1 else f"the {words.percent(scored.voted)} of runs that voted"
    )


def unlike(scenario: Scenario, outcomes: Outcomes, ballots: Collection[Ballot]) -> Iterator[str]:
    """Say where a record is a vote and the runs decide without one, or the other way round.

    Nothing is said of a ballot that all runs decide as the record did: like is there with like.
    """
    for draft, stages in scenario.record.items():
        for stage, outcome in stages.items():
            voted = by_vote(outcome)
            if (draft, stage) in ballots and voted is not None:
                share = ways.share_of(outcomes, draft, stage, voted)
                if share < 1:
                    of = draft if stage == DEFAULT_STAGE else f"{draft} {stage}"
                    yield _unlike(words.short(of, 28), voted, share)


def _unlike(ballot: str, voted: bool, share: float) -> str:
    there, here = ("a vote", "without one") if voted else ("a consensus", "by a vote")
    said = f"On record {ballot} was {there}"
    if not share:
        return f"{said}; here every run decides {here}, so the two are not compared."
    alike = "came to a vote" if voted else "decided without one"
    return f"{said}; it is compared only with the {words.percent(share)} of runs that {alike}."


def _name(baseline: str) -> str:
    return NAMES.get(baseline, baseline.partition(",")[0])


def _short(share: float) -> str:
    text = words.number(share, 2)
    return text.removeprefix("0") if text != words.UNKNOWN else text


def changes_nothing(found: Sequence[Plain]) -> str:
    """Name the baselines against which the dynamics change nothing, and in which drafts; or ""."""
    said = []
    for baseline in (ALONE, *TEXTS):
        drafts = [p.draft for p in found if baseline in p.nothing]
        if drafts:
            whole = len(drafts) == len(found)
            where = "" if whole else f" in {words.some([words.short(d, 20) for d in drafts], 3)}"
            said.append(f"against {_with_article(baseline)}{where}")
    return f"The dynamics change nothing here {'; nor '.join(said)}." if said else ""


def _with_article(baseline: str) -> str:
    return baseline if baseline in (ALONE, TABLED) else f"the {baseline}"


def distances(found: Plain) -> str:
    """Say how far the text that came out lies from each baseline of texts, or "" without clauses.

    In points of 100, the mean over clauses.
    """
    if not found.clauses:
        return ""
    far = [words.number(found.distance(name) * FULL_MARK) for name in TEXTS]
    names = [SHORT.get(name, name) for name in TEXTS]
    said = ", ".join(f"{at} {name}" for at, name in zip(far[1:], names[1:], strict=True))
    return f"{words.short(found.draft, 20)} came out {far[0]} from {names[0]}, {said}"


def main_number(found: Plain, name: str) -> str:
    """What own positions alone give for the main number of a ballot (`summary.main_number`)."""
    given = {a.what: a.plain for a in found.decisions}
    if name == "for":
        return words.number(given.get("in_favour", float("nan")), 1)
    if name == "blocks":
        return words.number(given.get("blocking", float("nan")), 1)
    how = "adopted" if "in_favour" in given else "agreed"  # where some came to a vote, or none
    return f"{how} {words.percent(given['adopted'])}"


# Number by number


def tables(found: Sequence[Plain]) -> Iterator[str]:
    """Every number beside its baselines, for `--full`: decisions of each draft, then the texts."""
    for each in found:
        head = f"{each.draft} {each.stage}"
        yield words.columns(DECISIONS, head, "simulated", ALONE, "difference")
        for name, *cells in decisions(each):
            yield words.columns(DECISIONS, f"  {name}", *cells)
    if any(each.clauses for each in found):
        heads = ("came out", "tabled", "w. mean", "median", "s. quo", "nearest")
        yield words.columns(CLAUSES, "", *heads)
    for each in found:
        for clause, *cells in texts(each):
            yield words.columns(CLAUSES, f"{each.draft} {clause}", *cells)
    if any(each.nothing for each in found):
        yield changes_nothing(found)


def decisions(found: Plain) -> Iterator[tuple[str, str, str, str]]:
    """A draft's counts: what, simulated, by own positions alone, difference with its error."""
    for each in found.decisions:
        name = words.COUNT.get(each.what, each.what)
        if each.what == "adopted":
            sides = (words.percent(each.simulated), words.percent(each.plain))
            yield name, *sides, f"{words.signed(each.difference * FULL_MARK)} points"
        else:
            sides = (words.number(each.simulated, 1), words.number(each.plain, 1))
            error = words.number(each.error, 1)
            yield name, *sides, f"{words.signed(each.difference)} +- {error}"


def texts(found: Plain) -> Iterator[tuple[str, ...]]:
    """A draft's clauses: what came out, each baseline, and the nearest, with * if not the same."""
    for clause in found.clauses:
        near = nearest(clause)
        numbers = (words.number(a.plain * FULL_MARK) for a in clause)
        came = words.number(clause[0].simulated * FULL_MARK)
        said = SHORT.get(near.baseline, near.baseline) + "*" * near.differs
        yield clause[0].what, came, *numbers, said
