"""The back-test of recorded votes in words: what came out, beside every baseline."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.backtest.found import Beside, Figure, Found
from sim.backtest.verdicts import times
from sim.backtest.votes import coders
from sim.backtest.votes.beside import CUT, LAST, LEFT_OUT, MAJORITY, NO_TEXT, OURS, WIDER
from sim.backtest.votes.coders import Agreement
from sim.backtest.votes.hindcast import AFTER, BEFORE, Hindcast
from sim.backtest.votes.inputs import Reading, plain
from sim.backtest.votes.marks import HABIT, RATE, Bin, Marked, Mean
from sim.backtest.votes.tables import COLUMNS, by_series
from sim.near import near
from sim.record import Votes
from sim.report.parts import Grid, Texts
from sim.show.tables import Table

TITLE = "Recorded votes of the General Assembly, hindcast state by state"
QUESTION = (
    "How each state votes on a resolution (in favour, against, abstaining, not voting),"
    " from what was known before the vote"
)
SHOWN = 20  # resolutions in the printed table
READS = (
    *("recorded_votes.csv", "resolutions.csv", "anchors.csv", "saliences.csv", "groups.csv"),
    *("evidence.csv", "pledge_members.csv", "signatures.csv", "codings.csv"),
    *("ideal_points.csv", "codings_first.csv", "codings_second.csv"),
)


@dataclass(frozen=True)
class Story:
    """All that is told of."""

    until: dt.date
    record: Votes
    readings: tuple[Reading, ...]
    found: Sequence[Hindcast]
    by: Mapping[str, Mapping[str, Marked]]
    means: Sequence[tuple[str, str, str, Mean, Mean]]
    absence: Mapping[str, Mapping[str, tuple[float, float, float]]]
    agreed: Sequence[Agreement]
    bins: Mapping[str, Sequence[Bin]]

    def mean(self, side: str, texts: str, name: str) -> tuple[Mean, Mean] | None:
        """A hindcast's means, and ours less it; None where it said nothing."""
        for at_side, kind, hindcast, value, less in self.means:
            if (at_side, kind, hindcast) == (side, texts, name):
                return value, less
        return None


def found(
    story: Story,
    tables: Mapping[str, Table],
    figures: Mapping[str, Figure],
) -> Found:
    """Put it all together."""
    return Found(
        name="votes",
        title=TITLE,
        question=QUESTION,
        until=story.until.isoformat(),
        answer=tuple(_answer(story)),
        how_sure=tuple(_how_sure(story)),
        limits=(*_limits(story), *(f"{note}." for note in story.record.notes)),
        scores=tuple(_grids(story)),
        tables=tables,
        columns=COLUMNS,
        figures=figures,
        sources=SOURCES,
        reads=READS,
        headline=tuple(_headline(story)),
    )


def _headline(story: Story) -> Iterator[Beside]:
    """The numbers that say most: from the cut on, else before it."""
    side = AFTER if AFTER in story.absence else BEFORE
    when = f"{'from' if side == AFTER else 'before'} {story.until}"
    pairs = (("with a precedent", LAST), ("changed text", LAST), ("without a precedent", CUT))
    for texts, name in pairs:
        pair = story.mean(side, texts, name)
        for n, measure, lower in ((0, "accuracy", False), (1, "Brier score", True)):
            if pair is not None:
                value, less = pair
                yield Beside(
                    what=f"votes at the United Nations {when}, {texts}",
                    n=times(value.resolutions, "resolution"),
                    measure=measure,
                    ours=float(value.value[n] + less.value[n]),
                    baseline=name,
                    theirs=float(value.value[n]),
                    low=float(less.low[n]),
                    high=float(less.high[n]),
                    lower=lower,
                )
    if side in story.absence:
        ours, habit = (story.absence[side][name][0] for name in (OURS, HABIT))
        count = times(_counts(story)[side], "resolution")
        what, scores = f"who does not vote, {when}", (ours, "own habit", habit)
        yield Beside(what, count, "Brier score", *scores, math.nan, math.nan)


def _answer(story: Story) -> Iterator[str]:
    for side in (AFTER, BEFORE):
        yield from _against(story, side, "with a precedent", LAST)
        yield from _against(story, side, "changed text", LAST)
        yield from _against(story, side, "without a precedent", CUT)
        yield from _against(story, side, "without a precedent", MAJORITY)
    waiting = [h.item.resolution for h in story.found if h.item.codes is None]
    if waiting:
        yield f"Chances are given and not scored, no vote being on record: {', '.join(waiting)}."


def _against(story: Story, side: str, texts: str, name: str) -> Iterator[str]:
    pair = story.mean(side, texts, name)
    if pair is None:
        return
    value, less = pair
    ours = value.value + less.value
    word = _verdict(less.value[0], less.low[0], less.high[0])
    knows = ", which knows the result," if name == MAJORITY else ""
    count = times(value.resolutions, "resolution")
    yield (
        f"{side.capitalize()}, {texts} ({count}): {word} {name}{knows}"
        f" in accuracy, {ours[0]:.3f} against {value.value[0]:.3f}"
        f" ({less.value[0]:+.3f}, 95% interval {less.low[0]:+.3f} to {less.high[0]:+.3f});"
        f" Brier {ours[1]:.3f} against {value.value[1]:.3f}"
        f" ({less.value[1]:+.3f}, {less.low[1]:+.3f} to {less.high[1]:+.3f})."
    )


def _verdict(ahead: float, low: float, high: float) -> str:
    if abs(ahead) < 0.0005:
        return "level with"
    if low <= 0.0 <= high:
        return "not clearly better than" if ahead > 0 else "not clearly worse than"
    return "better than" if ahead > 0 else "worse than"


def _how_sure(story: Story) -> Iterator[str]:
    for side, count in _counts(story).items():
        yield (
            f"{side.capitalize()}: {times(count, 'resolution')} scored. They are few, they hang"
            " together, and intervals are from drawing resolutions and states anew."
        )
    whole = [a for a in story.agreed if a.issue == coders.ALL]
    for a in whole:
        yield (
            f"Coders ({a.one}; {a.other}): on {a.coded_by_both} distinct changes that both coded,"
            f" correlation {a.correlation:.2f}, Krippendorff's alpha {a.alpha:.2f}, the same"
            f" sign in {a.same_sign:.0%}; {a.coded_by_one - a.coded_by_both} were coded by the"
            f" one alone and {a.coded_by_other - a.coded_by_both} by the other alone."
        )
    for side in story.absence:
        ours, rate, habit = (story.absence[side][n] for n in (OURS, RATE, HABIT))
        yield (
            f"Not voting, {side}: Brier {ours[0]:.4f}, base rate {rate[0]:.4f}, own habit"
            f" {habit[0]:.4f}; AUC {ours[2]:.2f} against {habit[2]:.2f} of own habit."
        )


def _counts(story: Story) -> dict[str, int]:
    sides = [h.side for h in story.found if h.item.codes is not None]
    return {side: sides.count(side) for side in (AFTER, BEFORE) if side in sides}


def _limits(story: Story) -> Iterator[str]:
    yield (
        "A hindcast and no forecast: its makers, and the coders of the texts, know the history."
        " What the model is was chosen on votes to 2022: those are no test of it."
    )
    yield (
        "The codings are general knowledge of the texts, unverified against the documents; what"
        " a coder has heard of a vote cannot be taken out of a coding."
    )
    yield "Not voting is absence or silence; the record does not tell them apart."
    told = {h.item.resolution for h in story.found}
    early = [r for r in story.record.resolutions if r not in told]
    if early:
        yield f"Not hindcast, because fewer than three votes lie before: {', '.join(early)}."
    alone = [_first_of(h) for h in story.found if h.side == AFTER and not h.precedent]
    if alone:
        yield f"Read as the first of their series, from the cut on: {', '.join(alone)}."
    uncoded = [h.item.resolution for h in story.found if not h.coded]
    if uncoded:
        yield f"Hindcast without a text, because no coding has it: {', '.join(uncoded)}."
    single = [
        h.item.resolution for h in story.found if h.coded and len(h.told) < len(story.readings)
    ]
    if single:
        yield f"Coded by some of the coders only: {', '.join(single)}."


def _first_of(of: Hindcast) -> str:
    """A text without a precedent, with the known series most like its own: a misspelling?"""
    own = "" if of.series == of.item.resolution else f"{of.series}"
    earlier = {plain(s) for s in of.known.votes.series}
    close = near(own, earlier) if own else ""
    said = "; ".join([*([own] if own else []), *([f"like {close!r}"] if close else [])])
    return f"{of.item.resolution} ({said})" if said else of.item.resolution


def _grids(story: Story) -> Iterator[Grid]:
    first = next(iter(_counts(story)))
    for texts in ("all", "with a precedent"):
        if story.mean(first, texts, OURS):
            yield _means(story, first, texts)
    yield _by_series(story, first)
    yield _each(story)
    yield Grid(
        f"Who does not vote, {first}",
        ("hindcast", "Brier", "log", "AUC"),
        tuple(
            (n, f"{brier:.4f}", f"{log:.4f}", f"{auc:.3f}")
            for n, (brier, log, auc) in story.absence[first].items()
        ),
        "Lower is better but for the AUC.",
    )
    if story.agreed:
        yield _agreement(story)


def _means(story: Story, side: str, texts: str) -> Grid:
    rows = []
    for at_side, kind, name, value, less in story.means:
        if (at_side, kind) != (side, texts):
            continue
        gap = "" if name == OURS else f"{less.value[0]:+.3f}"
        ends = "" if name == OURS else f"{less.low[0]:+.2f} to {less.high[0]:+.2f}"
        scores = (f"{value.value[n]:.3f}" for n in (0, 1, 2, 3))
        rows.append((name, str(value.resolutions), *scores, gap, ends))
    heads = ("accuracy", "Brier", "RPS", "log", "ours less it", "95% of that")
    note = (
        "Ours less it: accuracy on the same states. The majority class knows the result and is no"
        " hindcast. Other kinds of texts, and intervals of every score, are in means.csv."
    )
    return Grid(
        f"Means over resolutions {side}, {texts}", ("hindcast", "n", *heads), tuple(rows), note
    )


def _by_series(story: Story, side: str) -> Grid:
    """Accuracy and Brier score series by series, also where we lose."""
    shown = (OURS, LEFT_OUT, LAST, WIDER)
    rows = []
    for series, found in by_series(story.by, side).items():
        cells: list[str] = []
        for name in shown:
            marks = [each[name].scores for each in found if name in each]
            cells += [
                _number(float(np.mean([m.accuracy for m in marks])) if marks else math.nan, 3),
                _number(float(np.mean([m.brier for m in marks])) if marks else math.nan, 3),
            ]
        rows.append((series, str(len(found)), *cells))
    heads = tuple(f"{name}{part}" for name in shown for part in ("", " Brier"))
    return Grid(
        f"Series by series {side}: accuracy and Brier score",
        ("series", "n", *heads),
        tuple(rows),
        "Series left out: the model was fitted without any vote of the series.",
    )


def _each(story: Story) -> Grid:
    last = list(story.by.items())[-SHOWN:]
    rows = []
    for label, marks in last:
        ours = marks[OURS]
        others = (
            f"{marks[n].scores.accuracy:.3f}" if n in marks else ""
            for n in (LAST, CUT, MAJORITY, NO_TEXT)
        )
        recall = ours.scores.abstention_recall
        said = _number(recall)
        star = "*" if ours.of.side == AFTER else ""
        rows.append(
            (label + star, f"{ours.scores.accuracy:.3f}", *others, f"{ours.scores.brier:.3f}", said)
        )
    return Grid(
        f"The last {len(rows)} resolutions: accuracy, and our Brier score",
        ("resolution", OURS, LAST, CUT, MAJORITY, NO_TEXT, "Brier", "abstention recall"),
        tuple(rows),
        "* from the cut on. Each baseline is scored on the states of which it says something.",
    )


def _agreement(story: Story) -> Grid:
    rows = tuple(
        (
            *(a.issue, str(a.coded_by_one), str(a.coded_by_other), str(a.coded_by_both)),
            *(_number(v) for v in (a.correlation, a.alpha, a.same_sign)),
            _number(a.difference, 0),
        )
        for a in story.agreed
    )
    heads = ("one", "other", "both", "correlation", "alpha", "same sign", "apart")
    return Grid(
        "How far the coders agree on what texts change",
        ("issue", *heads),
        rows,
        "Distinct changes. Apart: mean difference in points of 100.",
    )


def _number(value: float, digits: int = 2) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"


SOURCES: Texts = (
    "Votes: Erik Voeten and others, United Nations General Assembly voting data.",
    "Ideal points: Clinton, Jackman and Rivers 2004; Bailey, Strezhnev and Voeten 2017.",
    "Ordered logit: McCullagh 1980; random effects by penalised mode: Breslow and Clayton 1993.",
    "Ranked probability score: Epstein 1969. Agreement of coders: Krippendorff 2004.",
    "Intervals: the pigeonhole bootstrap, Owen 2007.",
)
