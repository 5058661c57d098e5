"""The tables of the back-test, as columns, and what each column means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sim.analysis.scores import MARKS
from sim.hindcast.coders import Agreement
from sim.hindcast.hindcasts import Hindcast
from sim.hindcast.marks import Bin, Marked, Mean
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, NOT_VOTING
from sim.scoring.found import DIGITS, Column, attributes, columns
from sim.show.tables import Table

WORD = {IN_FAVOUR: "in favour", AGAINST: "against", ABSTAINING: "abstaining"}
WORD[NOT_VOTING] = "not voting"


def forecasts(found: Sequence[Hindcast]) -> Table:
    """A row a resolution and state: the four chances, which sum to 1, and what was recorded."""
    rows = [(h, i) for h in found for i in np.flatnonzero(h.listed).tolist()]
    chances = np.array([h.chances[i] for h, i in rows]).reshape(-1, 4)
    favour, abstain, against = np.round(chances[:, :3], DIGITS).T
    codes = [NOT_VOTING + 1 if h.item.codes is None else int(h.item.codes[i]) for h, i in rows]
    return {
        "resolution": [h.item.resolution for h, _ in rows],
        "iso3": [h.known.votes.states[i] for h, i in rows],
        "p_in_favour": favour,
        "p_against": against,
        "p_abstain": abstain,
        "p_absent": np.maximum(np.round(1.0 - favour - against - abstain, DIGITS), 0.0),
        "recorded": [WORD.get(c, "") for c in codes],
        "side": [h.side for h, _ in rows],
        "date": [h.item.date.isoformat() for h, _ in rows],
    }


def scores(by: Mapping[str, Mapping[str, Marked]]) -> Table:
    """A row a resolution and hindcast."""
    every = [m for marks in by.values() for m in marks.values()]
    marks = "accuracy abstention_recall brier ranked log tally_error"
    return (
        columns(
            "resolution date side series precedent change hindcast states",
            (
                (h.item.resolution, h.item.date.isoformat(), h.side, h.series, h.precedent)
                + (h.change, m.name, m.scores.voted)
                for m in every
                for h in [m.of]
            ),
        )
        | attributes(marks, [m.scores for m in every])
        | columns("ours_accuracy ours_brier", ((m.ours.accuracy, m.ours.brier) for m in every))
    )


def series(by: Mapping[str, Mapping[str, Marked]], sides: Sequence[str]) -> Table:
    """A row a side, series and hindcast: means over its resolutions."""
    found: dict[tuple[str, str, str], list[Marked]] = {}
    for side in sides:
        here = [list(m.values()) for m in by.values() if next(iter(m.values())).of.side == side]
        of_series: dict[str, list[Marked]] = {}
        for marks in here:
            of_series.setdefault(marks[0].of.series, []).extend(marks)
        for name, every in of_series.items():
            for mark in every:
                found.setdefault((side, name, mark.name), []).append(mark)
    scored = ("accuracy", "abstention_recall", "brier", "log")
    return columns(
        f"side series hindcast resolutions {' '.join(scored)}",
        (
            (*key, len(every), *(_mean(getattr(m.scores, name) for m in every) for name in scored))
            for key, every in found.items()
        ),
    )


def _mean(values: Iterable[float]) -> float:
    """Mean of those that are numbers; nan of none."""
    known = [v for v in values if not math.isnan(v)]
    return sum(known) / len(known) if known else math.nan


def means(rows: Sequence[tuple[str, str, str, Mean, Mean]]) -> Table:
    """A row a side, kind of text and hindcast: its means, and ours less it with an interval."""
    found = columns("side texts hindcast resolutions", ((*r[:3], r[3].resolutions) for r in rows))
    for before, every in (("", [r[3] for r in rows]), ("ours_less_", [r[4] for r in rows])):
        for n, mark in enumerate(MARKS):
            ends = ((of.value[n], of.low[n], of.high[n]) for of in every)
            found |= columns(f"{before}{mark} {before}{mark}_low {before}{mark}_high", ends)
    return found


def calibration(bins: Mapping[str, Sequence[Bin]]) -> Table:
    """A row a side, answer and bin of chance."""
    sides = columns("side", ((side,) for side, found in bins.items() for _ in found))
    return sides | attributes(BIN, [b for found in bins.values() for b in found])


BIN = "answer low high states chance share"


def absence(found: Mapping[str, Mapping[str, tuple[float, float, float]]]) -> Table:
    """A row a side and hindcast of not voting."""
    rows = ((side, name, *said) for side, by in found.items() for name, said in by.items())
    return columns("side hindcast brier log auc", rows)


def coders(found: Sequence[Agreement]) -> Table:
    """A row a pair of coders and issue."""
    table = attributes(
        "one other issue coded_by_one coded_by_other coded_by_both correlation alpha same_sign"
        " difference",
        found,
    )
    return {"coder": table.pop("one")} | table


_CHANCE = ("chance", "0 to 1")
_SAID = {
    "accuracy": "share of states called right among those that voted",
    "brier": "Brier score of three answers: squared error summed over them, mean over states",
    "ranked": "ranked probability score, against < abstaining < in favour",
    "log": "mean minus log chance of what happened; a chance below 1e-6 counts as that",
}
_RANGE = {"accuracy": "0 to 1", "brier": "0 to 2", "ranked": "0 to 1", "log": "from 0"}
_UNIT = {"accuracy": "share", "log": "nats"}

COLUMNS = {
    "resolution": Column("symbol of the resolution"),
    "iso3": Column("the state, ISO 3166 code"),
    "p_in_favour": Column("chance that it votes in favour", *_CHANCE),
    "p_against": Column("chance that it votes against", *_CHANCE),
    "p_abstain": Column("chance that it abstains", *_CHANCE),
    "p_absent": Column("chance that it does not vote, absent or silent", *_CHANCE),
    "recorded": Column("what the record says; nothing where no vote is on record"),
    "side": Column("whether the vote was before the cut (refitted) or from it on (frozen)"),
    "date": Column("day of the vote", "YYYY-MM-DD"),
    "series": Column("the series that the text carries on"),
    "precedent": Column("the last earlier text of the series; nothing if there is none"),
    "change": Column(
        "how far what it changes is from what the precedent did, on all issues, mean of coders",
        "0-1 scales, Euclidean",
    ),
    "hindcast": Column("whose hindcast: ours, ours under one coding, or a baseline"),
    "states": Column("how many states it is scored on", "states"),
    "abstention_recall": Column("share of recorded abstentions that were called", "share"),
    "tally_error": Column(
        "mean absolute error of the counts in favour, against, abstaining, of those who voted",
        "states",
    ),
    "ours_accuracy": Column("our accuracy on the same states", "share", "0 to 1"),
    "ours_brier": Column("our Brier score on the same states", "", "0 to 2"),
    "texts": Column("which texts: all, with a precedent, changed, without a precedent"),
    "resolutions": Column("how many resolutions the mean is over, each of the same weight"),
    "answer": Column("what was hindcast"),
    "low": Column("lower end of the bin", *_CHANCE),
    "high": Column("upper end of the bin", *_CHANCE),
    "chance": Column("mean chance given in the bin", *_CHANCE),
    "share": Column("share of its states that did so", "share", "0 to 1"),
    "auc": Column("chance that one who did not vote was given more than one who did", "", "0 to 1"),
    "absence.brier": Column("Brier score of not voting: squared error, mean", "", "0 to 1"),
    "absence.log": Column("mean minus log chance of what happened", "nats", "from 0"),
    "coder": Column("one coder"),
    "other": Column("the other coder"),
    "issue": Column("the scale, or all of them together"),
    "coded_by_one": Column("distinct changes that the one coded", "texts"),
    "coded_by_other": Column("distinct changes that the other coded", "texts"),
    "coded_by_both": Column("distinct pairs of changes that both coded", "texts"),
    "correlation": Column("correlation of the two changes, value less status quo", "", "-1 to 1"),
    "alpha": Column("Krippendorff's alpha of the two changes, interval scale", "", "up to 1"),
    "same_sign": Column("share of pairs that change the issue the same way", "share", "0 to 1"),
    "difference": Column("mean absolute difference of the changes", "points of 100"),
    "ours": Column("accuracy of the model", "share", "0 to 1"),
    "last_vote_again": Column("accuracy of repeating the series' last vote", "share", "0 to 1"),
    "frozen_cut": Column("accuracy of the frozen cut on ideal points", "share", "0 to 1"),
    "majority_class": Column("share of the largest answer: it knows the result", "share", "0 to 1"),
    **{m: Column(_SAID[m], _UNIT.get(m, ""), _RANGE[m]) for m in MARKS},
    **{
        f"{m}_{end}": Column(f"{word} end of its 95% interval, by bootstrap", _UNIT.get(m, ""))
        for m in MARKS
        for end, word in (("low", "lower"), ("high", "upper"))
    },
    **{
        f"ours_less_{m}": Column(f"our {m} less this hindcast's, same states", _UNIT.get(m, ""))
        for m in MARKS
    },
    **{
        f"ours_less_{m}_{end}": Column(f"{word} end of the 95% interval of that")
        for m in MARKS
        for end, word in (("low", "lower"), ("high", "upper"))
    },
}
