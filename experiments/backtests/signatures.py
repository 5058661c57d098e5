"""Who signs: the Declaration for the Future of the Internet, and the convention of Hanoi.

Examples:
  python experiments/backtests/signatures.py
  python experiments/backtests/signatures.py --json --no-figures

A small model learns on earlier pledges and votes, never on the event, and is set beside plain
rules. For the Declaration of 2022 it learns who had joined the Paris Call; for the UN convention
against cybercrime, signed at Hanoi in 2025, who had voted in favour of beginning it (74/247). Of
those who signed at Hanoi only some are known by name: who is not named is unknown, and not a no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from logistic import fit
from pledges import MEMBERS, joined_by, members
from scipy.stats import hypergeom

from sim import record, shipped
from sim.analysis.panel import TABLE as POINTS
from sim.analysis.panel import panel
from sim.analysis.scores import auc, auc_error, base_rate, brier, log_score, mean_interval
from sim.errors import InputError, Mistake
from sim.scenario.groups import shipped_groups
from sim.scoring import drawing, script
from sim.scoring.beside import Beside, score, verdict
from sim.scoring.found import Column, Figure, Found, attributes, columns
from sim.show import words
from sim.show.plots import parts
from sim.show.plots.style import SERIES, Sheet
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]

NAME, TABLE = "signatures", "signatures.csv"
MARKS = ("cited", "estimate", "unverified")
PREDICTORS = ("ideal point", "Budapest Convention", "Freedom Online Coalition", "earlier votes")
DFI, HANOI = "dfi", "hanoi"
VOTES = ("73/187", "74/247", "75/240")  # on texts led by the Russian Federation
BEGUN, BEFORE = "74/247", "73/187"  # the vote that began the convention, and the one before
OURS, CUT = "model of four predictors", "one cut on the ideal point"
UNION = "EU"
SURPRISES = 5  # states named on either side


# Who signed, and what was known of every state before the day


@dataclass(frozen=True)
class Event:
    """A text that states signed or did not on one day."""

    id: str
    name: str
    day: dt.date
    total: int  # states that signed in all, as accounts have it
    complete: bool  # whether all who signed are known by name


EVENTS = {
    DFI: Event(DFI, "Declaration for the Future of the Internet", dt.date(2022, 4, 28), 59, True),
    HANOI: Event(HANOI, "convention of Hanoi against cybercrime", dt.date(2025, 10, 25), 71, False),
}


def signed(event: Event, file: Path | None = None) -> Floats:
    """Read who signed: 1, who did not: 0, and nan where that is not known, (states,).

    Raises:
        InputError: a row has no known event, state, answer, mark, or no source; no rows.
    """
    states = panel().states
    found = np.full(len(states), 0.0 if event.complete else np.nan)
    columns = ("event", "iso3", "signed", "source", "mark")
    rows = record.table(file or shipped.data(TABLE), columns)
    if not rows:
        raise InputError(Mistake("has a header and no rows", str(file)))
    for row in rows:
        record.checked(row, {"event": EVENTS, "signed": ("yes", "no"), "mark": MARKS})
        if row.cells["iso3"] not in states:
            raise InputError(row.wrong("iso3", "is no Member of the United Nations", "an ISO code"))
        if row.cells["event"] == event.id:
            found[states.index(row.cells["iso3"])] = float(row.cells["signed"] == "yes")
    return found


def known(day: dt.date, votes: Sequence[str]) -> Floats:
    """What was known of every state before a day: (states, predictors), see PREDICTORS.

    Args:
        day: nothing of this day or later is used.
        votes: resolutions whose votes are the last predictor, the mean of +1 in favour, -1
            against and 0 otherwise.

    Raises:
        ValueError: one of the votes was not held before the day.
    """
    of = record.votes()
    late = [label for label in votes if of.dates[of.column[label]] >= day]
    if late:
        raise ValueError(f"not known before {day}: {', '.join(late)}")
    states, who = panel().states, members()
    cast = {s: i for i, s in enumerate(of.states)}
    voted = np.array([[_sign(of, label, cast[s]) for label in votes] for s in states])
    groups = [joined_by(pledge, day, who) for pledge in ("budapest", "freedom_online")]
    inside = [[float(s in group) for s in states] for group in groups]
    return np.column_stack([panel().before(day.year), *inside, voted.mean(1)])


def _sign(of: record.Votes, label: str, state: int) -> float:
    code = int(of.of(label)[state])
    return float(code) if abs(code) <= 1 else 0.0


def in_favour(label: str) -> Floats:
    """1 where a state voted in favour, else 0: (states,)."""
    of = record.votes()
    place = {s: i for i, s in enumerate(of.states)}
    return np.array([float(of.of(label)[place[s]] == record.IN_FAVOUR) for s in panel().states])


def pledged(pledge: str, day: dt.date) -> Floats:
    """1 where a state had joined a pledge before a day, else 0: (states,)."""
    inside = joined_by(pledge, day)
    return np.array([float(s in inside) for s in panel().states])


# Chances of signing, and how they are scored


@dataclass(frozen=True)
class Way:
    """One way to hindcast who signs."""

    name: str
    chances: Floats  # (states,)
    soft: bool = True  # chances, and not only a yes or no
    knows: bool = False  # fitted on the event itself: no hindcast


@dataclass(frozen=True)
class Scored:
    """How one way does where every signature is known."""

    way: Way
    accuracy: float
    brier: float
    log: float  # nan for a mere yes or no
    auc: float
    expected: float  # how many sign

    @property
    def name(self) -> str:
        """The way's, with a star where it knows the event."""
        return self.way.name + "*" * self.way.knows


def declaration() -> tuple[Floats, list[Way]]:
    """Who endorsed the Declaration, and every way to hindcast it, ours first."""
    event = EVENTS[DFI]
    x, paris = known(event.day, VOTES), pledged("paris_call", event.day)
    yes = signed(event)
    point = x[:, :1]
    rate = np.full(len(paris), float(base_rate(paris)))
    return yes, [
        Way(OURS, fit(x, paris).chances(x)),
        Way("ideal point alone", fit(point, paris).chances(point)),
        Way(CUT, best_cut(point[:, 0], paris)(point[:, 0]), soft=False),
        Way("in the Paris Call", paris, soft=False),
        Way("base rate of the Paris Call", rate),
        Way("one cut, fitted on the event", best_cut(point[:, 0], yes)(point[:, 0]), False, True),
    ]


@dataclass(frozen=True)
class Cut:
    """One cut point on the ideal points; it says yes above itself, or below."""

    place: float
    above: bool

    def __call__(self, values: Floats) -> Floats:
        """1 where a state is called a yes, else 0."""
        return np.asarray((values > self.place) == self.above, dtype=np.float64)


def best_cut(values: Floats, yes: Floats) -> Cut:
    """The cut point that calls most labels right."""
    places = np.unique(values)
    places = np.append((places[1:] + places[:-1]) / 2, places[0] - 1)
    right = np.array([np.mean((values > place) == (yes > 0.5)) for place in places])
    best = int(np.argmax(np.maximum(right, 1 - right)))
    return Cut(float(places[best]), bool(right[best] >= 0.5))


def scored(way: Way, yes: Floats) -> Scored:
    """Score one way on labels of all states."""
    log = float(log_score(way.chances, yes)) if way.soft else float("nan")
    called = float(np.mean((way.chances > 0.5) == (yes > 0.5)))
    area = auc(way.chances, yes)
    return Scored(way, called, float(brier(way.chances, yes)), log, area, float(way.chances.sum()))


@dataclass(frozen=True)
class Ranked:
    """How one way ranks those named, where only some of those who signed are."""

    way: Way
    area: float  # named against all others, of whom some signed too
    error: float  # its standard error
    corrected: float  # as it would be against those who did not, if the unnamed are like the named
    area_refused: float  # named against those known not to have signed
    caught: int  # named among as many states, from the top, as signed in all
    by_chance: float  # as many as a random order would catch
    luck: float  # chance that a random order catches as many


def convention() -> tuple[Floats, list[Way]]:
    """Who is known to have signed at Hanoi, or not, and every way to rank them, ours first."""
    event = EVENTS[HANOI]
    began = in_favour(BEGUN)
    before = known(dt.date(2019, 12, 27), (BEFORE,))
    now = known(event.day, (BEGUN,))
    other = pledged("budapest", event.day)
    return signed(event), [
        Way(OURS, fit(before, began).chances(now)),
        Way("ideal point alone", fit(before[:, :1], began).chances(now[:, :1])),
        Way("voted to begin it (74/247)", (now[:, 3] + 1) / 2, soft=False),
        Way("in the Budapest Convention", other, soft=False),
        Way("random state", np.full(len(began), 0.5)),
    ]


def ranked(way: Way, said: Floats, total: int) -> Ranked:
    """Score one way on those named; others are unknown, and not a no.

    Args:
        way: it gives higher chances to those likelier to sign.
        said: 1 signed, 0 did not, nan not known.
        total: how many signed in all.
    """
    named, refused = said == 1.0, said == 0.0
    yes, rest = int(named.sum()), int((~named).sum())
    area = auc(way.chances, named.astype(float))
    hidden = (total - yes) / rest  # share of signatories among the others
    corrected = (area - hidden / 2) / (1 - hidden)
    known_ = named | refused
    caught = _caught(way.chances, named, total)
    luck = float(hypergeom.sf(int(np.floor(caught)) - 1, len(said), yes, total))
    return Ranked(
        way,
        area,
        auc_error(area, yes, rest),
        corrected,
        auc(way.chances[known_], named[known_].astype(float)),
        round(caught),
        yes * total / len(said),
        luck,
    )


def _caught(chances: Floats, named: npt.NDArray[np.bool_], total: int) -> float:
    """Named among the first ``total``; of states that tie at the end, the share that has room."""
    edge = np.sort(chances)[::-1][total - 1]
    above, tied = chances > edge, chances == edge
    room = (total - int(above.sum())) / int(tied.sum())
    return float(named[above].sum() + room * named[tied].sum())


# What was found


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


def run() -> Found:
    """Hindcast who signs either text from what was known before, and score it."""
    return found(study(declaration(), convention()))


def found(of: Study) -> Found:
    """Put what was computed together; every sentence follows from the numbers."""
    return Found(
        name=NAME,
        title="Who signs? A declaration of 2022 and a convention of 2025",
        question=(
            "From what was known before the day, can a model that never saw the event tell who"
            f" endorsed the {EVENTS[DFI].name} and who signed the {EVENTS[HANOI].name}?"
        ),
        until=EVENTS[DFI].day.isoformat(),
        headline=tuple(_headline(of)),
        others=tuple(_others(of)),
        remarks=tuple(_remarks(of)),
        limits=tuple(_limits(of)),
        tables=_tables(of),
        columns=CODEBOOK,
        figures={
            "declaration": _declaration(of),
            "scores": _scores(of.scores),
            "convention": _convention(of.ranks),
        },
        sources=SOURCES,
        reads=(TABLE, MEMBERS, POINTS, "recorded_votes.csv", "resolutions.csv", "groups.csv"),
    )


def _headline(of: Study) -> Iterator[Beside]:
    """The Declaration beside one cut; Hanoi, where only the order can be scored, beside chance."""
    yield _endorsed(of, next(s for s in of.scores if s.way.name == CUT))
    first = of.ranks[0]
    ends = (first.area - 0.5 + side * 1.96 * first.error for side in (-1, 1))
    n, scores = f"{int(np.nansum(of.said))} named", (first.area, "chance", 0.5)
    yield Beside("who signs at Hanoi, 2025", n, "AUC", *scores, *ends, lower=False, digits=2)


def _others(of: Study) -> Iterator[Beside]:
    yield from (_endorsed(of, s) for s in of.scores[1:] if not s.way.knows and s.way.name != CUT)
    n, first = f"{int(np.nansum(of.said))} named", of.ranks[0].area
    for other in of.ranks[1:-1]:
        scores = first, other.way.name, other.area
        yield Beside("who signs at Hanoi, 2025", n, "AUC", *scores, lower=False, digits=2)


def _endorsed(of: Study, other: Scored) -> Beside:
    """The Declaration: ours beside another way, with an interval over states."""
    what, n = "who endorses the Declaration of 2022", f"{len(of.yes)} states"
    scores, (_, *ends) = (of.scores[0].brier, other.way.name, other.brier), of.gap(other.way)
    return Beside(what, n, "Brier", *scores, *ends)


def _remarks(of: Study) -> Iterator[str]:
    ours = of.scores[0]
    more = [s for s in of.scores[1:] if not s.way.knows and s.accuracy > ours.accuracy]
    calls = words.both(f"'{s.way.name}' ({words.percent(s.accuracy)})" for s in more)
    yield (
        f"Declaration: the model calls {words.percent(ours.accuracy)} of states right"
        f" ({f'more are called by {calls}' if more else 'no baseline calls more'}), ranks"
        f" {words.percent(ours.auc)} of pairs rightly, and expects {words.number(ours.expected)} of"
        f" {len(of.yes)} to endorse, where {int(of.yes.sum())} did."
    )
    order = np.argsort(of.ways[0].chances, kind="stable")
    came = [int(i) for i in order if of.yes[i] == 1][:SURPRISES]
    stayed = [int(i) for i in order[::-1] if of.yes[i] == 0][:SURPRISES]
    yield (
        f"Least expected of those who endorsed: {_named(of, came)}. Most expected of those who did"
        f" not: {_named(of, stayed)}."
    )
    first, named, total = of.ranks[0], int(np.nansum(of.said)), EVENTS[HANOI].total
    low, high = (first.area + side * 1.96 * first.error for side in (-1, 1))
    yield (
        f"Hanoi: the order {'cannot' if low <= 0.5 <= high else 'can'} be told from chance. Of the"
        f" {total} states ranked first, as many as signed, {first.caught} are among the {named}"
        f" named; a random order has {words.number(first.by_chance, 1)}, and as many by luck in"
        f" {words.percent(first.luck)} of cases. Were the {total - named} unnamed signatories like"
        f" the named, the share of pairs would be {words.percent(first.corrected)}."
    )


def _named(of: Study, which: Sequence[int]) -> str:
    chances = of.ways[0].chances
    return words.both(
        f"{words.called(of.states[i])} ({words.percent(float(chances[i]))})" for i in which
    )


def _limits(of: Study) -> Iterator[str]:
    named, refused = int(np.nansum(of.said)), int((of.said == 0).sum())
    yield (
        "One declaration and one convention are two events: nothing here says how well a third"
        " would be hindcast. States are no independent cases: the Union's 27 move together."
    )
    yield (
        f"Hanoi: only {named} of about {EVENTS[HANOI].total} signatories and {refused} others are"
        " named in our sources. A state that is not named is unknown, and not a no: only how the"
        " named are ranked can be scored. Who is named is no random draw: accounts name great"
        " powers, all African signatories and some of the Union's."
    )
    yield (
        "Most members of the Paris Call have no date; they are taken to have joined by November"
        " 2021. Members of the Freedom Online Coalition are known to 2017 only, and accessions to"
        " the Budapest Convention largely from general knowledge, unverified. The European"
        " Commission, Kosovo and Taiwan endorsed the Declaration, and have no ideal point."
    )
    yield (
        "Chances learnt on the Paris Call carry its number of members over: a text that fewer join"
        " is hindcast too high throughout, one that more join too low; ranks do not suffer. Ideal"
        " points end in 2022: those used for 2025 are three years old. All are hindcasts."
    )


# Tables and figures


def _tables(of: Study) -> dict[str, Table]:
    sets = [(which, s) for which, scores in (("all states", of.scores),
            ("without the Union", of.without)) for s in scores]  # fmt: skip
    ways = {f"chance_{_slug(way.name)}": way.chances.round(6) for way in of.ways}
    orders = {f"order_{_slug(way.name)}": way.chances.round(6) for way in of.orders}
    signed_ = [{1.0: "yes", 0.0: "no"}.get(float(v), "") for v in of.said]
    first: Table = {"state": list(of.states), "endorsed": of.yes.astype(int)}
    return {
        "states": {**first, **ways, "signed": signed_, **orders},
        "declaration": columns(
            "states_scored way knows", ((which, s.way.name, s.way.knows) for which, s in sets)
        )
        | attributes("brier log accuracy auc expected", [s for _, s in sets]),
        "convention": columns(
            "way auc auc_error auc_corrected auc_refused caught by_chance luck",
            (
                (r.way.name, r.area, r.error, r.corrected, r.area_refused)
                + (r.caught, r.by_chance, r.luck)
                for r in of.ranks
            ),
        ),
    }


def _slug(name: str) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _declaration(of: Study) -> Figure:
    """Every state at its chance: those who endorsed above, the others below, in small piles."""
    states, yes, ours = of.states, of.yes, of.scores[0]
    chances = ours.way.chances
    title = (
        f"Declaration of 2022: the model ranks {words.percent(ours.auc)} of pairs rightly, and"
        f" expects {words.number(ours.expected)} to endorse; {int(yes.sum())} did"
    )
    about = "Every state at its chance of endorsing, by a model trained on the Paris Call"
    order = np.lexsort((chances, -yes))
    rows = ((states[i], WAYS[int(yes[i] < 0.5)], chances[i]) for i in order)

    def paint(page: Sheet) -> None:
        axes = page.body.subplots()
        drawing.shares(axes.xaxis, "chance that it endorses", 0.03)
        for side, sign, look, (way, place) in zip((1, 0), (1, -1), SERIES, PLACES, strict=False):
            x, y = _piled(chances[yes == side]).T
            low, wide = sign * y - 0.46, 0.92 / SLOTS
            label = f"{way} ({place})"
            axes.bar(x, 0.92, wide, low, color=look["color"], alpha=PALE, label=label)
            named = [s for s, here in zip(states, yes == side, strict=True) if here]
            for at, up, state in zip(x, sign * y, named, strict=True):
                axes.text(at, up, state, ha="center", va="center", fontsize=9.5)
        axes.set(yticks=[])
        page.legend()

    data, day = columns("state group chance", rows), EVENTS[DFI].day.isoformat()
    return drawing.figure(NAME, title, about, data, paint, day)


WAYS = ("endorsed", "did not")
PLACES = tuple(zip(WAYS, ("above", "below"), strict=True))
SLOTS = 46  # places along the axis
PALE = 0.35


def _piled(chances: Floats) -> Floats:
    """Places of states: the middle of a slot along the axis, and which of its pile: (states, 2)."""
    slot = np.minimum((chances * SLOTS).astype(int), SLOTS - 1)
    found = np.empty((len(chances), 2))
    for place in np.unique(slot):
        here = np.flatnonzero(slot == place)
        here = here[np.argsort(chances[here], kind="stable")]
        found[here, 0] = (place + 0.5) / SLOTS
        found[here, 1] = np.arange(len(here)) + 1
    return found


def _scores(scores: list[Scored]) -> Figure:
    ours = scores[0]
    rivals = [s for s in scores[1:] if not s.way.knows]
    best = min(rivals, key=lambda s: s.brier)
    title = (
        f"The model {verdict(ours.brier, best.brier)} the best baseline, '{best.way.name}': Brier"
        f" {score(ours.brier)} against {score(best.brier)}"
    )
    about = "Brier score on the Declaration, all states; lower is better; * was fitted on the event"
    names = [s.name for s in scores]
    values = np.array([s.brier for s in scores])

    def paint(page: Sheet) -> None:
        right = [f"{words.percent(s.accuracy)} right" for s in scores]
        across = drawing.rows(page, names, {"Brier score": values}, right)
        across.axes.set_xlim(left=0)
        parts.amounts(across, "Brier score", 0.0)

    data = columns("way brier", ((s.way.name, s.brier) for s in scores))
    return drawing.figure(NAME, title, about, data, paint, EVENTS[DFI].day.isoformat())


def _convention(ranks: list[Ranked]) -> Figure:
    ours = ranks[0]
    best = max(ranks, key=lambda r: r.area)
    title = (
        f"Hanoi: the model ranks {words.percent(ours.area)} of pairs rightly, the best order"
        f" ('{best.way.name}') {words.percent(best.area)}; 50% is chance"
    )
    about = (
        "A state named as signatory against any other; the line is two standard errors. Others"
        " hold unnamed signatories"
    )

    def paint(page: Sheet) -> None:
        series = {
            "against all others": np.array([r.area for r in ranks]),
            "against those known not to have signed": np.array([r.area_refused for r in ranks]),
        }
        right = [f"{r.caught} caught, {r.by_chance:.0f} by chance" for r in ranks]
        ends = [(r.area - 2 * r.error, r.area + 2 * r.error) for r in ranks]
        across = drawing.rows(page, [r.way.name for r in ranks], series, right, ends)
        drawing.shares(across, "pairs ranked rightly")

    rows = ((r.way.name, r.area, r.error, r.area_refused) for r in ranks)
    data = columns("way auc auc_error auc_refused", rows)
    return drawing.figure(NAME, title, about, data, paint, EVENTS[HANOI].day.isoformat())


_SHARE = ("share", "0-1")
_CHANCES = (
    *(OURS, "ideal point alone", CUT),
    *("in the Paris Call", "base rate of the Paris Call", "one cut, fitted on the event"),
)
_ORDERS = (
    *(OURS, "ideal point alone", "voted to begin it (74/247)"),
    *("in the Budapest Convention", "random state"),
)
CODEBOOK = {
    "state": Column("ISO code of the state"),
    "endorsed": Column("1: it endorsed the Declaration on 28 April 2022", "", "0 or 1"),
    "signed": Column("whether it signed at Hanoi; empty: not known", "yes or no"),
    **{
        f"chance_{_slug(way)}": Column(f"chance that it endorses, by: {way}", *_SHARE)
        for way in _CHANCES
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
    "Who signed: signatures.csv; earlier pledges: pledge_members.csv; each row with its source."
    " Votes: recorded_votes.csv (E. Voeten and others). Ideal points: M. Bailey, A. Strezhnev and"
    " E. Voeten, Journal of Conflict Resolution 61 (2017).",
    f"The model: ridge logistic regression on {words.both(PREDICTORS)}; priors after A. Gelman and"
    " others, Annals of Applied Statistics 2 (2008).",
    "Scores where only some of the positives are known: C. Elkan and K. Noto, KDD (2008). AUC and"
    " its error: J. A. Hanley and B. J. McNeil, Radiology 143 (1982).",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Hindcast, write and print."""
    script.run(__file__, __doc__ or "", lambda said: run(), arguments=arguments)


if __name__ == "__main__":
    main()
