"""The table of docs/discussion/patterns.md: what the record shows, beside what runs show.

    python experiments/patterns.py docs/discussion/patterns.md

Each pattern is of the public record, and none is written into the model as a rule. A pattern holds
if the record lies in the range that 90% of runs span. Where it was used in fitting, in whole or in
part, the table says so, for then it is no test. Without a file the table is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from pages import parser, publish

import sim
from sim import record, shipped
from sim.analysis.recorded import recorded
from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import Decision
from sim.scenario import Scenario

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

RUNS = 400
LOW, HIGH = 0.05, 0.95
RIVALS, CYBERCRIME = "rival-resolutions-2018", "cybercrime-2019"
GROUPS = ("EU", "ASEAN")
AGREED = (0.75, 0.77)  # share of texts that the General Assembly adopts without a vote


@dataclass(frozen=True)
class Found:
    """One number of the record, and what runs have for it."""

    number: int  # of the pattern
    what: str
    record: str
    low: float
    high: float
    holds: bool
    fitted: str  # what of it was used in fitting; "" for nothing


@cache
def played(name: str) -> tuple[Scenario, Setting, Outcomes]:
    """A shipped scenario, and many runs of it with every decision kept."""
    scenario = sim.load(name)
    made = setting(scenario)
    return scenario, made, ensemble(made, RUNS, keep=True)


def span(values: Floats) -> tuple[float, float]:
    """The range that 90% of runs span; of runs in which there is no value, none."""
    there = values[~np.isnan(values)]
    low, high = np.quantile(there, [LOW, HIGH]) if len(there) else (np.nan, np.nan)
    return float(low), float(high)


def number(n: int, what: str, real: float, values: Floats, fitted: str = "") -> Found:
    """A number of the record beside its range in runs."""
    low, high = span(values)
    return Found(n, what, f"{real:.3g}", low, high, low <= real <= high, fitted)


def tallies() -> Iterator[Found]:
    """Pattern 1: votes in favour, against and abstaining, at each recorded vote."""
    for name in shipped.scenarios():
        scenario = sim.load(name)
        for label, stages in scenario.record.items():
            for stage, was in stages.items():
                for what in ("in_favour", "against", "abstaining"):
                    real = getattr(was, what)
                    if real is not None and f"{label}.{stage}.{what}" in played(name)[2].table:
                        values = played(name)[2].number(f"{label}.{stage}.{what}")
                        yield number(1, f"{label}, {stage}: {what.replace('_', ' ')}", real, values)


def both() -> Iterator[Found]:
    """Pattern 2: states that voted for each of two rivals."""
    _, _, outcomes = played(RIVALS)
    pair = ("73/27", "73/266")
    votes = [_decisions(outcomes, label, "plenary") == Decision.SUPPORT for label in pair]
    codes = record.votes()
    real = int(np.all([codes.of(label) == record.IN_FAVOUR for label in pair], axis=0).sum())
    yield number(2, f"in favour of both {pair[0]} and {pair[1]}", real, _count(votes[0] & votes[1]))


def on_to_plenary() -> Iterator[Found]:
    """Pattern 3: votes in favour, from committee to plenary."""
    for name in (RIVALS, CYBERCRIME):
        scenario, _, outcomes = played(name)
        for label, stages in scenario.record.items():
            if list(stages) == ["committee", "plenary"]:
                first, last = (stages[s].in_favour for s in ("committee", "plenary"))
                both = [outcomes.number(f"{label}.{s}.in_favour") for s in stages]
                if first is not None and last is not None:
                    what = f"{label}: votes in favour gained from committee to plenary"
                    yield number(3, what, last - first, both[1] - both[0])


def again() -> Iterator[Found]:
    """Pattern 4: of those who abstained on the series' last text, who abstains again."""
    for name in (RIVALS, CYBERCRIME):
        scenario, made, outcomes = played(name)
        codes = record.votes()
        rows = {state: row for row, state in enumerate(codes.states)}
        for draft in made.drafts:
            series = scenario.draft(draft.label).series
            if not series or draft.label not in codes.column or series[-1] not in codes.column:
                continue
            before, now = codes.of(series[-1]), codes.of(draft.label)
            shy = [i for i, a in enumerate(made.actors) if a in rows and before[rows[a]] == 0]
            if len(shy) >= 10:
                real = float(np.mean([now[rows[made.actors[i]]] == 0 for i in shy]))
                stage = dict(outcomes.ballots)[draft.label]
                decided = np.take(_decisions(outcomes, draft.label, stage), shy, axis=1)
                values = (decided == Decision.ABSTAIN).mean(axis=1)
                what = f"{draft.label}: share of those who abstained on {series[-1]} who do again"
                yield number(4, what, real, values, "the width of the band, on votes before")


def as_one() -> Iterator[Found]:
    """Pattern 5: how alike the members of a group vote."""
    for name in (RIVALS, CYBERCRIME):
        scenario, made, outcomes = played(name)
        for (label, stage), votes in recorded(scenario).items():
            for group in GROUPS:
                inside = [a for a in scenario.groups.get(group, ()) if a in votes]
                if inside:
                    places = [made.slot(actor) for actor in inside]
                    decided = np.take(_decisions(outcomes, label, stage), places, axis=1)
                    real = np.array([[votes[actor] for actor in inside]], dtype=np.int8)
                    what = f"{label}, {stage}: share of pairs in {group} that vote alike"
                    yield number(5, what, float(alike(real)[0]), alike(decided))


def alike(decided: Codes) -> Floats:
    """The share of pairs that decide alike, of those who vote: (runs,)."""
    counts = [
        np.count_nonzero(decided == d, axis=1)
        for d in (Decision.SUPPORT, Decision.ABSTAIN, Decision.OPPOSE)
    ]
    voting = np.sum(counts, axis=0)
    same = np.sum([n * (n - 1) for n in counts], axis=0)
    pairs = voting * (voting - 1)
    share: Floats = np.where(pairs > 0, same / np.maximum(pairs, 1), np.nan)
    return share


def rooms() -> Iterator[Found]:
    """Patterns 6 and 7: which rooms agreed, and how many."""
    agreed, total = [], []
    for name in shipped.scenarios():
        scenario, made, outcomes = played(name)
        for draft in made.drafts:
            stage = dict(outcomes.ballots)[draft.label]
            was = scenario.record.get(draft.label, {}).get(stage)
            rules = made.forums[draft.forum].rules
            if rules.consensus and not rules.vote and was is not None:
                chance = outcomes.number(f"{draft.label}.{stage}.adopted")
                agreed.append((bool(was.adopted), float(chance.mean())))
                total.append(chance)
    yes = [chance for was, chance in agreed if was]
    no = [chance for was, chance in agreed if not was]
    if yes and no:
        low, high = min(yes), max(no)
        said = f"{len(yes)} agreed, {len(no)} did not"
        what = "rooms by consensus: lowest chance of one that agreed, highest of one that did not"
        yield Found(6, what, said, low, high, low > high, "")
    if total:
        mean = np.mean(total, axis=0)
        low, high = span(mean)
        what = "share of these rooms that agree; of all texts of the General Assembly, the record"
        holds = low <= AGREED[1] and high >= AGREED[0]
        yield Found(7, what, f"{AGREED[0]:g} to {AGREED[1]:g}", low, high, holds, "")


def two_thirds() -> Iterator[Found]:
    """Pattern 8: votes missing for two thirds of those for and against."""
    _, _, outcomes = played(CYBERCRIME)
    label, stage = outcomes.ballots[-1]
    favour, against, _, _ = record.votes().tally(label)
    votes = [outcomes.number(f"{label}.{stage}.{what}") for what in ("in_favour", "against")]
    what = f"{label}: votes beyond two thirds of those for and against"
    yield number(8, what, beyond(favour, against), beyond(*votes))


def beyond(favour: Floats | float, against: Floats | float) -> Floats:
    """Votes in favour beyond those that two thirds ask for."""
    return np.asarray(favour - np.ceil((np.asarray(favour) + against) * 2 / 3))


def _decisions(outcomes: Outcomes, label: str, stage: str) -> Codes:
    return outcomes.decisions[:, outcomes.ballots.index((label, stage))]


def _count(there: npt.NDArray[np.bool_]) -> Floats:
    return np.count_nonzero(there, axis=1).astype(np.float64)


PATTERNS: tuple[tuple[str, Callable[[], Iterator[Found]]], ...] = (
    ("tallies lie in the range that 90% of runs span", tallies),
    ("rivals are not exclusive", both),
    ("what a text gains from committee to plenary", on_to_plenary),
    ("those who abstained before abstain again", again),
    ("the European Union votes as one, other groups less so", as_one),
    ("rooms by consensus: which agreed, and how many", rooms),
    ("two thirds would have defeated 74/247", two_thirds),
)


def table(found: Sequence[Found]) -> list[str]:
    """A row a number."""
    head = "| pattern | what | record | 90% of runs | holds | used in fitting |"
    rows = [
        f"| {f.number} | {f.what} | {f.record} | {f.low:.3g} to {f.high:.3g} |"
        f" {'yes' if f.holds else 'no'} | {f.fitted or 'no'} |"
        for f in found
    ]
    return [head, "|---|---|---:|---:|---|---|", *rows]


def summary(found: Sequence[Found]) -> list[str]:
    """A row a pattern: how many of its numbers hold."""
    lines = ["| pattern | numbers of the record | in range |", "|---|---:|---:|"]
    for n in sorted({f.number for f in found}):
        of_it = [f for f in found if f.number == n]
        lines.append(f"| {n} | {len(of_it)} | {sum(f.holds for f in of_it)} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, or write them into a page that marks their places."""
    said = parser(__doc__).parse_args(arguments)
    from patterns_incidents import PATTERNS as OF_INCIDENTS  # which reads this file

    found = [one for _, pattern in (*PATTERNS, *OF_INCIDENTS) for one in pattern()]
    publish({"patterns": summary(found), "numbers": table(found)}, said.files)


if __name__ == "__main__":
    main()
