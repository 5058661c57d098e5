"""The tables of the back-test, as columns, and what each column means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sim.backtest.found import Column
from sim.backtest.votes.coders import Agreement
from sim.backtest.votes.hindcast import Hindcast
from sim.backtest.votes.marks import MARKS, Bin, Marked, Mean
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, NOT_VOTING
from sim.show.tables import Table

DIGITS = 6
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
    rows = [m for marks in by.values() for m in marks.values()]
    return {
        "resolution": [m.of.item.resolution for m in rows],
        "date": [m.of.item.date.isoformat() for m in rows],
        "side": [m.of.side for m in rows],
        "series": [m.of.series for m in rows],
        "precedent": [m.of.precedent for m in rows],
        "change": [_round(m.of.change) for m in rows],
        "hindcast": [m.name for m in rows],
        "states": [m.scores.voted for m in rows],
        "accuracy": [_round(m.scores.accuracy) for m in rows],
        "abstention_recall": [_round(m.scores.abstention_recall) for m in rows],
        "brier": [_round(m.scores.brier) for m in rows],
        "ranked": [_round(m.scores.ranked) for m in rows],
        "log": [_round(m.scores.log) for m in rows],
        "tally_error": [_round(m.scores.tally_error) for m in rows],
        "ours_accuracy": [_round(m.ours.accuracy) for m in rows],
        "ours_brier": [_round(m.ours.brier) for m in rows],
    }


def by_series(
    by: Mapping[str, Mapping[str, Marked]], side: str
) -> dict[str, list[Mapping[str, Marked]]]:
    """What is scored on one side of the cut, by series."""
    found: dict[str, list[Mapping[str, Marked]]] = {}
    for marks in by.values():
        of = next(iter(marks.values())).of
        if of.side == side:
            found.setdefault(of.series, []).append(marks)
    return found


def series(by: Mapping[str, Mapping[str, Marked]], sides: Sequence[str]) -> Table:
    """A row a side, series and hindcast: means over its resolutions."""
    rows: list[tuple[str, str, str, list[Marked]]] = [
        (side, name, hindcast, [marks[hindcast] for marks in found if hindcast in marks])
        for side in sides
        for name, found in by_series(by, side).items()
        for hindcast in dict.fromkeys(h for marks in found for h in marks)
    ]
    marks = ("accuracy", "abstention_recall", "brier", "log")
    return {
        "side": [side for side, *_ in rows],
        "series": [name for _, name, *_ in rows],
        "hindcast": [hindcast for *_, hindcast, _ in rows],
        "resolutions": [len(found) for *_, found in rows],
        **{
            mark: [_round(_mean(getattr(m.scores, mark) for m in found)) for *_, found in rows]
            for mark in marks
        },
    }


def _mean(values: Iterable[float]) -> float:
    """Mean of those that are numbers; nan of none."""
    known = [v for v in values if not math.isnan(v)]
    return sum(known) / len(known) if known else math.nan


def _round(value: float) -> float:
    return round(value, DIGITS)


def means(rows: Sequence[tuple[str, str, str, Mean, Mean]]) -> Table:
    """A row a side, kind of text and hindcast: its means, and ours less it with an interval."""
    found: dict[str, list[object]] = {
        "side": [r[0] for r in rows],
        "texts": [r[1] for r in rows],
        "hindcast": [r[2] for r in rows],
        "resolutions": [r[3].resolutions for r in rows],
    }
    for n, mark in enumerate(MARKS):
        found[mark] = [_round(float(r[3].value[n])) for r in rows]
        found[f"{mark}_low"] = [_round(float(r[3].low[n])) for r in rows]
        found[f"{mark}_high"] = [_round(float(r[3].high[n])) for r in rows]
    for n, mark in enumerate(MARKS):
        found[f"ours_less_{mark}"] = [_round(float(r[4].value[n])) for r in rows]
        found[f"ours_less_{mark}_low"] = [_round(float(r[4].low[n])) for r in rows]
        found[f"ours_less_{mark}_high"] = [_round(float(r[4].high[n])) for r in rows]
    return found


def calibration(bins: Mapping[str, Sequence[Bin]]) -> Table:
    """A row a side, answer and bin of chance."""
    rows = [(side, b) for side, found in bins.items() for b in found]
    return {
        "side": [side for side, _ in rows],
        "answer": [b.answer for _, b in rows],
        "low": [b.low for _, b in rows],
        "high": [b.high for _, b in rows],
        "states": [b.states for _, b in rows],
        "chance": [_round(b.chance) for _, b in rows],
        "share": [_round(b.share) for _, b in rows],
    }


def absence(found: Mapping[str, Mapping[str, tuple[float, float, float]]]) -> Table:
    """A row a side and hindcast of not voting."""
    rows = [(side, name, *said) for side, by in found.items() for name, said in by.items()]
    return {
        "side": [r[0] for r in rows],
        "hindcast": [r[1] for r in rows],
        "brier": [_round(r[2]) for r in rows],
        "log": [_round(r[3]) for r in rows],
        "auc": [_round(r[4]) for r in rows],
    }


def coders(found: Sequence[Agreement]) -> Table:
    """A row a pair of coders and issue."""
    return {
        "coder": [a.one for a in found],
        "other": [a.other for a in found],
        "issue": [a.issue for a in found],
        "coded_by_one": [a.coded_by_one for a in found],
        "coded_by_other": [a.coded_by_other for a in found],
        "coded_by_both": [a.coded_by_both for a in found],
        "correlation": [_round(a.correlation) for a in found],
        "alpha": [_round(a.alpha) for a in found],
        "same_sign": [_round(a.same_sign) for a in found],
        "difference": [_round(a.difference) for a in found],
    }


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
