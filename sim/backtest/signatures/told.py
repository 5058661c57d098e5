"""The signatures back-test in words: who was hindcast to sign, beside plain rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.panel import TABLE as POINTS
from sim.analysis.panel import panel
from sim.backtest.found import Beside, Column, Found
from sim.backtest.measures import mean_interval
from sim.backtest.pledges.membership import MEMBERS
from sim.backtest.signatures import plots
from sim.backtest.signatures.events import DFI, EVENTS, HANOI, PREDICTORS, TABLE
from sim.backtest.signatures.models import (
    Ranked,
    Scored,
    Way,
    convention,
    declaration,
    ranked,
    scored,
)
from sim.backtest.verdicts import against, between, change, score
from sim.report.parts import Grid, Texts
from sim.scenario.groups import shipped_groups
from sim.show import words
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]

UNION = "EU"
CUT = "one cut on the ideal point"
SURPRISES = 5  # states named on either side


@dataclass(frozen=True)
class Study:
    """All that was computed."""

    states: tuple[str, ...]
    yes: Floats  # the Declaration
    ways: list[Way]
    scores: list[Scored]
    without: list[Scored]  # the Union left out
    said: Floats  # Hanoi: 1, 0 or nan
    orders: list[Way]
    ranks: list[Ranked]

    def gap(self, other: Way) -> tuple[float, float, float]:
        """Brier score of ours minus another's, with its interval over states."""
        ours = (self.ways[0].chances - self.yes) ** 2
        return mean_interval(ours - (other.chances - self.yes) ** 2)


def run() -> Found:
    """Hindcast who signs either text from what was known before, and score it."""
    return found(study(declaration(), convention()))


def study(dfi: tuple[Floats, list[Way]], hanoi: tuple[Floats, list[Way]]) -> Study:
    """Score every way on both events."""
    states = panel().states
    (yes, ways), (said, orders) = dfi, hanoi
    outside = np.array([s not in shipped_groups()[UNION] for s in states])
    total = EVENTS[HANOI].total
    return Study(
        states,
        yes,
        ways,
        [scored(way, yes) for way in ways],
        [scored(_only(way, outside), yes[outside]) for way in ways],
        said,
        orders,
        [ranked(way, said, total) for way in orders],
    )


def _only(way: Way, where: npt.NDArray[np.bool_]) -> Way:
    return Way(way.name, way.chances[where], way.soft, way.knows)


def found(of: Study) -> Found:
    """Put what was computed into words; every sentence follows from the numbers."""
    return Found(
        name="signatures",
        title="Who signs? A declaration of 2022 and a convention of 2025",
        question=(
            "From what was known before the day, can a model that never saw the event tell who"
            f" endorsed the {EVENTS[DFI].name} and who signed the {EVENTS[HANOI].name}?"
        ),
        until=EVENTS[DFI].day.isoformat(),
        answer=(*answer(of), _surprises(of)),
        how_sure=how_sure(of),
        limits=limits(of),
        scores=(
            _of_declaration("all states", of.scores),
            _of_declaration("the Union's 27 left out", of.without),
            _of_convention(of),
        ),
        tables=_tables(of),
        columns=COLUMNS,
        figures=plots.figures(of.states, of.yes, of.scores, of.ranks),
        sources=SOURCES,
        headline=tuple(headline(of)),
        reads=(TABLE, MEMBERS, POINTS, "recorded_votes.csv", "resolutions.csv", "groups.csv"),
    )


def headline(of: Study) -> Iterator[Beside]:
    """The Declaration beside one cut; Hanoi, where only the order can be scored, beside chance."""
    ours = of.scores[0]
    cut = next(s for s in of.scores if s.way.name == CUT)
    _, low, high = of.gap(cut.way)
    n, scores = f"{len(of.yes)} states", (ours.brier, cut.way.name, cut.brier)
    yield Beside("who endorses the Declaration of 2022", n, "Brier", *scores, low, high)
    first = of.ranks[0]
    low, high = (first.area - 0.5 + side * 1.96 * first.error for side in (-1, 1))
    n, scores = f"{int(np.nansum(of.said))} named", (first.area, "chance", 0.5)
    yield Beside("who signs at Hanoi, 2025", n, "AUC", *scores, low, high, lower=False, digits=2)


def answer(of: Study) -> Texts:
    """Say how ours does beside the baselines on both events."""
    ours, rivals = of.scores[0], [s for s in of.scores[1:] if not s.way.knows]
    said = against(ours.brier, {other.way.name: other.brier for other in rivals})
    by_calls = [s for s in rivals if s.accuracy > ours.accuracy]
    calls = (
        f"more states right are called by {words.both(_called(s.way) for s in by_calls)}"
        f" ({words.both(words.percent(s.accuracy) for s in by_calls)} against"
        f" {words.percent(ours.accuracy)})"
        if by_calls
        else f"no baseline calls more states right than its {words.percent(ours.accuracy)}"
    )
    return (
        f"Declaration: trained on who had joined the Paris Call, the model scores Brier"
        f" {score(ours.brier)} (lower is better) and {said}; {calls}.",
        f"It ranks a state that endorsed above one that did not in {words.percent(ours.auc)} of"
        f" pairs, and expects {words.number(ours.expected)} of {len(of.yes)} to endorse, where"
        f" {int(of.yes.sum())} did.",
        _hanoi(of),
    )


def _called(way: Way) -> str:
    return f"'{way.name}'"


def _hanoi(of: Study) -> str:
    ours = of.ranks[0]
    better = [r for r in of.ranks[1:] if r.area > ours.area]
    others = (
        f"{words.both(_called(r.way) for r in better)} does better"
        f" ({words.both(words.percent(r.area) for r in better)})"
        if better
        else "no other order does better"
    )
    low, high = ours.area - 1.96 * ours.error, ours.area + 1.96 * ours.error
    chance = "cannot be told from" if low <= 0.5 <= high else "can be told from"
    return (
        f"Hanoi: trained on who voted to begin the convention, the model ranks a state named among"
        f" its signatories above another in {words.percent(ours.area)} of pairs (95%"
        f" {words.percent(low)} to {words.percent(high)}): that {chance} chance, 50%; {others}."
    )


def _surprises(of: Study) -> str:
    chances = of.ways[0].chances
    order = np.argsort(chances, kind="stable")
    came = [int(i) for i in order if of.yes[i] == 1][:SURPRISES]
    stayed = [int(i) for i in order[::-1] if of.yes[i] == 0][:SURPRISES]
    return (
        f"Least expected of those who endorsed: {_named(of, came)}. Most expected of those who did"
        f" not: {_named(of, stayed)}."
    )


def _named(of: Study, which: Sequence[int]) -> str:
    return words.both(
        f"{words.called(of.states[i])} ({words.percent(float(of.ways[0].chances[i]))})"
        for i in which
    )


def how_sure(of: Study) -> Texts:
    """Say what one declaration and a partial list can and cannot show."""
    said = []
    for other in of.ways[1:]:
        if not other.knows:
            mean, *ends = of.gap(other)
            said.append(
                f"Declaration, Brier score minus that of {_called(other)}: {change(mean)};"
                f" {between(*ends)}."
            )
    ours, named = of.ranks[0], int(np.nansum(of.said))
    total = EVENTS[HANOI].total
    return (
        *said,
        f"Hanoi: of the {total} states ranked first, as many as signed, {ours.caught} are among the"
        f" {named} named; a random order has {words.number(ours.by_chance, 1)}, and as many by"
        f" luck in {words.percent(ours.luck)} of cases.",
        f"Were the {total - named} unnamed signatories like the named, the share of pairs would be"
        f" {words.percent(ours.corrected)} against those who did not sign.",
    )


def limits(of: Study) -> Texts:
    """Say what the numbers do not show."""
    named, refused = int(np.nansum(of.said)), int((of.said == 0).sum())
    total = EVENTS[HANOI].total
    return (
        "One declaration and one convention are two events: nothing here says how well a third"
        " would be hindcast. States are no independent cases: the Union's 27 move together.",
        f"Hanoi: only {named} of about {total} signatories and {refused} others are named in our"
        " sources. A state that is not named is unknown, and not a no: no accuracy, Brier or log"
        " score can be given, only how the named are ranked.",
        "Who is named is no random draw: accounts name great powers, all African signatories and"
        " some of the Union's. The few known not to have signed are named because that was news.",
        "Most members of the Paris Call have no date; they are taken to have joined by November"
        " 2021, when 80 of the 81 of a later list had. Members of the Freedom Online Coalition are"
        " known to 2017 only, and accessions to the Budapest Convention largely from general"
        " knowledge, unverified.",
        "The Declaration's list is that of the day. Its 59 states are by the released list; the"
        " European Commission, Kosovo and Taiwan have no ideal point and are left out.",
        "Chances learnt on the Paris Call carry its number of members over: a text that fewer join"
        " is hindcast too high throughout, one that more join too low; ranks do not suffer.",
        "Ideal points end in 2022: those used for 2025 are three years old. All are hindcasts: the"
        " coder knew the outcomes, though no model was fitted on them but the one marked so.",
    )


def _of_declaration(which: str, of: list[Scored]) -> Grid:
    return Grid(
        f"{EVENTS[DFI].name}: {which}",
        ("way", "Brier", "log", "right", "AUC", "expected"),
        tuple(
            (
                s.way.name + ("*" if s.way.knows else ""),
                *(score(s.brier), score(s.log), words.percent(s.accuracy), words.percent(s.auc)),
                words.number(s.expected),
            )
            for s in of
        ),
        "Brier and log: lower is better; a mere yes or no has no log score. * knows the event: no"
        " hindcast.",
    )


def _of_convention(of: Study) -> Grid:
    return Grid(
        "Convention of Hanoi against cybercrime: how the named are ranked",
        ("order", "AUC, all others", "error", "AUC, corrected", "AUC, known no", "caught", "luck"),
        tuple(
            (
                r.way.name,
                *(words.percent(v) for v in (r.area, r.error, r.corrected, r.area_refused)),
                str(r.caught),
                words.percent(r.luck),
            )
            for r in of.ranks
        ),
        "AUC: share of pairs ranked rightly, 50% is chance. All others hold unnamed signatories.",
    )


def _tables(of: Study) -> dict[str, Table]:
    names = [f"chance_{_slug(way.name)}" for way in of.ways]
    orders = [f"order_{_slug(way.name)}" for way in of.orders]
    return {
        "states": {
            "state": list(of.states),
            "endorsed": of.yes.astype(int),
            **{n: w.chances.round(6) for n, w in zip(names, of.ways, strict=True)},
            "signed": [("no", "yes")[int(v)] if v == v else "" for v in of.said],  # noqa: PLR0124
            **{n: w.chances.round(6) for n, w in zip(orders, of.orders, strict=True)},
        },
        "declaration": _scores(
            [("all states", s) for s in of.scores] + [("without the Union", s) for s in of.without]
        ),
        "convention": {
            "way": [r.way.name for r in of.ranks],
            "auc": [round(r.area, 6) for r in of.ranks],
            "auc_error": [round(r.error, 6) for r in of.ranks],
            "auc_corrected": [round(r.corrected, 6) for r in of.ranks],
            "auc_refused": [round(r.area_refused, 6) for r in of.ranks],
            "caught": [r.caught for r in of.ranks],
            "by_chance": [round(r.by_chance, 6) for r in of.ranks],
            "luck": [round(r.luck, 6) for r in of.ranks],
        },
    }


def _scores(rows: list[tuple[str, Scored]]) -> Table:
    return {
        "states_scored": [which for which, _ in rows],
        "way": [s.way.name for _, s in rows],
        "knows": [s.way.knows for _, s in rows],
        "brier": [round(s.brier, 6) for _, s in rows],
        "log": [round(s.log, 6) for _, s in rows],
        "accuracy": [round(s.accuracy, 6) for _, s in rows],
        "auc": [round(s.auc, 6) for _, s in rows],
        "expected": [round(s.expected, 6) for _, s in rows],
    }


def _slug(name: str) -> str:
    kept = "".join(c if c.isalnum() else " " for c in name.lower())
    return "_".join(kept.split())


_SHARE = ("share", "0-1")
_WAYS = (
    *("model of four predictors", "ideal point alone", "one cut on the ideal point"),
    *("in the Paris Call", "base rate of the Paris Call", "one cut, fitted on the event"),
)
_ORDERS = (
    *("model of four predictors", "ideal point alone", "voted to begin it (74/247)"),
    *("in the Budapest Convention", "random state"),
)
COLUMNS = {
    "state": Column("ISO code of the state"),
    "endorsed": Column("1: it endorsed the Declaration on 28 April 2022", "", "0 or 1"),
    "signed": Column("whether it signed at Hanoi; empty: not known", "yes or no"),
    **{
        f"chance_{_slug(way)}": Column(f"chance that it endorses, by: {way}", *_SHARE)
        for way in _WAYS
    },
    **{
        f"order_{_slug(way)}": Column(f"higher is likelier to sign at Hanoi, by: {way}", *_SHARE)
        for way in _ORDERS
    },
    "states_scored": Column("which states are scored"),
    "way": Column("the model, or the baseline"),
    "knows": Column("whether it was fitted on the event itself: no hindcast", "true or false"),
    "brier": Column("mean squared error of the chances", "", "0-1"),
    "log": Column(
        "mean minus log chance of what happened; empty: a mere yes or no", "nats", "0 and more"
    ),
    "accuracy": Column("share of states called right at one half", *_SHARE),
    "auc": Column("share of pairs ranked rightly: a signatory above another state", *_SHARE),
    "auc_error": Column("its standard error", *_SHARE),
    "auc_corrected": Column("the same, were unnamed signatories like the named", *_SHARE),
    "auc_refused": Column("the same against those known not to have signed", *_SHARE),
    "expected": Column("how many sign, by these chances", "states", "0-193"),
    "caught": Column("named among as many ranked first as signed", "states", "0-193"),
    "by_chance": Column("as many as a random order has there", "states", "0-193"),
    "luck": Column("chance that a random order has as many", *_SHARE),
    "group": Column("whether it endorsed"),
    "chance": Column("chance that it endorses, by the model", *_SHARE),
}
SOURCES = (
    "Who signed: signatures.csv; earlier pledges: pledge_members.csv; each row with its source.",
    "Votes on 73/187, 74/247 and 75/240: recorded_votes.csv (E. Voeten and others). Ideal points:"
    " M. Bailey, A. Strezhnev and E. Voeten, Journal of Conflict Resolution 61 (2017).",
    f"The model: ridge logistic regression on {words.both(PREDICTORS)}; priors after A. Gelman and"
    " others, Annals of Applied Statistics 2 (2008).",
    "Scores where only some of the positives are known: C. Elkan and K. Noto, Learning classifiers"
    " from only positive and unlabeled data, KDD (2008): unnamed signatories taken to be like the"
    " named. AUC and its error: J. A. Hanley and B. J. McNeil, Radiology 143 (1982).",
)
