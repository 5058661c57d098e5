"""How voluntary pledges grow, and who joins next.

Examples:
  python experiments/backtests/pledges.py
  python experiments/backtests/pledges.py --out results/my-pledges --no-figures

Counts: from each day on which a count of pledges.csv is known, those of the next six years are
hindcast by two curves of diffusion, beside no growth, the last growth and a straight line.

*Bass*: N(t) = N0 + (m - N0) F(t - t0), F of Bass (1969), N0 the first count. *Logistic*:
N(t) = m / (1 + (m / N0 - 1) e^-k(t - t0)). Few counts do not tell three parameters, so both are
posterior modes: log p ~ N(log .03, 1) and log q ~ N(log .38, 1), the means of 213 applications
(Sultan, Farley and Lehmann 1990), log k likewise about .4; the logit of how far the ceiling m lies
between the last count and the number of states ~ N(0, 1.5^2); counts err by 2.

Who joins next: a transition is a span of one pledge at whose start and end it is known who had
joined. A hazard by region, neighbours, alliances and ideal point is fitted on the candidates of
every transition, of any pledge, that had ended by the start of the one that is hindcast.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from logistic import fit
from matplotlib.ticker import MaxNLocator
from scipy.optimize import least_squares
from scipy.special import expit

from sim import record, shipped
from sim.analysis.panel import TABLE as POINTS
from sim.analysis.panel import panel
from sim.analysis.scores import auc, auc_error, base_rate, log_score, mean_interval
from sim.errors import InputError
from sim.published.diffusion import adopted
from sim.record import Row
from sim.scenario.groups import shipped_groups
from sim.scoring import drawing, script
from sim.scoring.beside import Beside, times, verdict
from sim.scoring.found import Column, Figure, Found, attributes, columns
from sim.show import words
from sim.show.plots import parts
from sim.show.plots.style import Sheet
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]
Curve = Callable[[Floats, Floats], Floats]  # parameters, years since the first count -> counts

NAME, COUNTS, MEMBERS = "pledges", "pledges.csv", "pledge_members.csv"
NAMES = {
    "budapest": "Budapest Convention",
    "freedom_online": "Freedom Online Coalition",
    "counter_ransomware": "Counter Ransomware Initiative",
    "paris_call": "Paris Call",
}
RIGHT = {"pledge": tuple(NAMES), "mark": ("cited", "estimate", "unverified")}
STATES = 193.0
FEWEST = 3  # counts from which a curve is fitted
LONGEST = 6.0  # years ahead that are scored
BINS = ((0.0, 1.5, "1 year"), (1.5, 3.5, "2-3 years"), (3.5, LONGEST + 0.01, "4-6 years"))
COUNT_SD, RATE_SD, CEILING_SD = 2.0, 1.0, 1.5
INNOVATION, IMITATION, GROWTH = 0.03, 0.38, 0.4
REGIONS = ("African", "Asia-Pacific", "EEG", "GRULAC", "WEOG")  # of the United Nations
NEIGHBOURS = 10  # states nearest by ideal point
ALLIANCES = ("NATO", "CSTO", "EU", "GCC", "Five Eyes")  # that pledge defence, or near to it
PREDICTORS = (
    "ideal point",
    "share of the region inside",
    "share of the ten nearest inside",
    "share of allies inside",
)
LEAST_JOINED = 10  # joiners to learn from before anything is hindcast


# What is known: counts and members by a day


@dataclass(frozen=True)
class Series:
    """How many had joined one pledge by each day on which that is known, in order of time."""

    pledge: str
    dates: tuple[dt.date, ...]
    counts: Floats
    marks: tuple[str, ...]

    @property
    def times(self) -> Floats:
        """The days in years."""
        return np.array([years(day) for day in self.dates])


@dataclass(frozen=True)
class Member:
    """One state in one pledge; ``joined`` is a year, or None where it is not known."""

    pledge: str
    state: str
    joined: int | None
    by: dt.date
    mark: str


def years(day: dt.date) -> float:
    """A day as a decimal year."""
    length = 366 if calendar.isleap(day.year) else 365
    return day.year + (day.timetuple().tm_yday - 1) / length


def series(file: Path | None = None) -> list[Series]:
    """Read the counts of every pledge; what is wrong is an InputError naming line and field."""
    rows = record.table(file or shipped.data(COUNTS), ("pledge", "date", "count", "source", "mark"))
    by_pledge: dict[str, list[tuple[dt.date, float, str]]] = {}
    for row in rows:
        record.checked(row, RIGHT)
        found = (record.day(row, "date"), record.number(row, "count", 0, 193), row.cells["mark"])
        by_pledge.setdefault(row.cells["pledge"], []).append(found)
    return [_series(name, sorted(of)) for name, of in by_pledge.items()]


def _series(name: str, of: list[tuple[dt.date, float, str]]) -> Series:
    counts = np.array([count for _, count, _ in of])
    return Series(name, tuple(d for d, _, _ in of), counts, tuple(m for _, _, m in of))


def members(file: Path | None = None) -> list[Member]:
    """Read who joined what; what is wrong is an InputError naming line and field."""
    columns = ("pledge", "iso3", "joined", "by", "source", "mark")
    return [_member(row) for row in record.table(file or shipped.data(MEMBERS), columns)]


def _member(row: Row) -> Member:
    record.checked(row, RIGHT)
    said = row.cells
    if said["iso3"] not in panel().states:
        raise InputError(row.wrong("iso3", "is no Member of the United Nations", "an ISO code"))
    joined = said["joined"]
    if joined and not joined[:4].isdigit():
        raise InputError(row.wrong("joined", "is no year or day", "YYYY, YYYY-MM-DD or nothing"))
    year = int(joined[:4]) if joined else None
    return Member(said["pledge"], said["iso3"], year, record.day(row, "by"), said["mark"])


def joined_by(pledge: str, day: dt.date, of: list[Member] | None = None) -> set[str]:
    """The states that had surely joined a pledge before a day."""
    every = members() if of is None else of
    return {m.state for m in every if m.pledge == pledge and m.by < day}


# The next counts


def bass(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """Counts at ``ahead`` (years) by a Bass curve fitted to counts n at times t."""

    def curve(w: Floats, since: Floats) -> Floats:
        p, q = INNOVATION * np.exp(w[1]), IMITATION * np.exp(w[2])
        return np.asarray(n[0] + (_ceiling(w[0], n) - n[0]) * adopted(since, float(p), float(q)))

    return _fitted(curve, 3, t, n, ahead)


def logistic(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """Counts at ``ahead`` (years) by a logistic curve fitted to counts n at times t."""

    def curve(w: Floats, since: Floats) -> Floats:
        m, k = _ceiling(w[0], n), GROWTH * np.exp(w[1])
        return np.asarray(m / (1 + (m / n[0] - 1) * np.exp(-k * since)))

    return _fitted(curve, 2, t, n, ahead)


def _ceiling(w: float, n: Floats) -> float:
    return float(n[-1] + (STATES - n[-1]) * expit(w))


def _fitted(curve: Curve, size: int, t: Floats, n: Floats, ahead: Floats) -> Floats:
    prior = np.array([CEILING_SD, *[RATE_SD] * (size - 1)])

    def misses(w: Floats) -> Floats:
        return np.concatenate([(curve(w, t - t[0]) - n) / COUNT_SD, w / prior])

    # Within 6 errors of the prior: what lies beyond is no better and would overflow.
    found = least_squares(misses, np.zeros(size), bounds=(-6 * prior, 6 * prior))
    return curve(found.x, ahead - t[0])


def no_growth(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """The last count stays."""
    return np.full(len(ahead), n[-1])


def last_growth(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """The growth a year between the last two counts goes on."""
    rate = (n[-1] - n[-2]) / (t[-1] - t[-2])
    return np.asarray(n[-1] + rate * (ahead - t[-1]))


def straight(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """A straight line through all counts, by least squares."""
    slope, level = np.polyfit(t - t[0], n, 1)
    return np.asarray(level + slope * (ahead - t[0]))


OURS = "Bass"  # named before it was scored; the logistic curve is shown beside it
LAST = "last growth goes on"
BASELINES = {"no growth": no_growth, LAST: last_growth, "straight line": straight}
METHODS = {OURS: bass, "logistic": logistic} | BASELINES


@dataclass(frozen=True)
class Call:
    """One count, hindcast from the counts up to a cut."""

    pledge: str
    cut: float  # the last time that is used
    time: float
    recorded: float
    method: str
    hindcast: float

    @property
    def horizon(self) -> str:
        """How far ahead, in words."""
        ahead = self.time - self.cut
        return next(name for low, high, name in BINS if low < ahead <= high)

    @property
    def error(self) -> float:
        """Absolute error, in members."""
        return abs(self.hindcast - self.recorded)


def calls(of: Series) -> list[Call]:
    """Hindcast, from every cut, the counts of the years after it, by every method."""
    t, n, found = of.times, of.counts, []
    for last in range(FEWEST - 1, len(t) - 1):
        later = [j for j in range(last + 1, len(t)) if t[j] - t[last] <= LONGEST]
        for name, method in METHODS.items() if later else ():
            said = method(t[: last + 1], n[: last + 1], t[later])
            said = np.clip(said, 0.0, STATES)
            found += [
                Call(of.pledge, float(t[last]), float(t[j]), float(n[j]), name, float(value))
                for j, value in zip(later, said, strict=True)
            ]
    return found


def mean_error(of: list[Call], method: str, pledge: str = "", horizon: str = "") -> float:
    """Mean absolute error of a method, over all or one pledge and horizon; nan if no call.

    Over all pledges, each of them counts the same, however many counts it has.
    """
    if not pledge:
        pledges = dict.fromkeys(call.pledge for call in of)
        each = np.array([mean_error(of, method, name, horizon) for name in pledges])
        each = each[~np.isnan(each)]
        return float(each.mean()) if len(each) else float("nan")
    chosen = [
        call.error
        for call in of
        if call.method == method
        and call.pledge == pledge
        and horizon in ("", call.horizon)
    ]  # fmt: skip
    return float(np.mean(chosen)) if chosen else float("nan")


# Who joins next


@dataclass(frozen=True)
class Transition:
    """Who stood outside a pledge at the end of one year, and had joined by that of another."""

    pledge: str
    start: int  # the end of this year
    end: int
    states: tuple[str, ...]  # candidates
    x: Floats  # (candidates, predictors)
    joined: Floats  # (candidates,): 1 or 0


@dataclass(frozen=True)
class Hindcast:
    """One transition with the chances of its candidates."""

    of: Transition
    ours: Floats
    point: Floats  # by the ideal point alone
    rate: Floats  # by the base rate

    @property
    def auc(self) -> float:
        """Chance that a joiner is ranked above one that stayed outside."""
        return auc(self.ours, self.of.joined)

    @property
    def auc_point(self) -> float:
        """The same by the ideal point alone."""
        return auc(self.point, self.of.joined)


def transitions(of: list[Member]) -> list[Transition]:
    """Every span between years at whose ends all members of a pledge are known by name.

    Those of the Paris Call are not: most of its members have no date.
    """
    spans = [(p, y, y + 1) for p in ("budapest", "freedom_online") for y in _years(of, p)]
    spans.append(("counter_ransomware", 2021, 2023))
    return [made for span in spans for made in [_transition(of, *span)] if made is not None]


def _years(of: list[Member], pledge: str) -> range:
    known = [m.by.year for m in of if m.pledge == pledge]
    return range(min(known), max(known)) if known else range(0)


def _transition(of: list[Member], pledge: str, start: int, end: int) -> Transition | None:
    year = {m.state: m.by.year for m in of if m.pledge == pledge}
    if not year:
        return None
    states = panel().states
    inside = np.array([year.get(s, 9999) <= start for s in states])
    joined = np.array([start < year.get(s, 9999) <= end for s in states])
    x = _predictors(inside, start)
    out = ~inside
    names = tuple(s for s, free in zip(states, out, strict=True) if free)
    return Transition(pledge, start, end, names, x[out], joined[out].astype(np.float64))


def _predictors(inside: npt.NDArray[np.bool_], start: int) -> Floats:
    """What was known at the end of a year, of all states: (states, predictors)."""
    ideal = panel().before(start + 1)
    apart = np.abs(ideal[:, None] - ideal)
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :NEIGHBOURS]
    near = inside[nearest].mean(1)
    return np.column_stack(
        [ideal, _of_groups(inside, REGIONS), near, _of_groups(inside, ALLIANCES)]
    )


def _of_groups(inside: npt.NDArray[np.bool_], groups: tuple[str, ...]) -> Floats:
    """Share inside of those with whom a state shares a group; that of all states if none."""
    place = {s: i for i, s in enumerate(panel().states)}
    together = np.zeros((len(inside), len(inside)), dtype=bool)
    for group in groups:
        of = np.array([place[s] for s in shipped_groups()[group] if s in place])
        together[np.ix_(of, of)] = True
    np.fill_diagonal(together, False)
    many = together.sum(1)
    share: Floats = (together @ inside.astype(np.float64)) / np.maximum(many, 1)
    return np.where(many > 0, share, inside.mean())


def hindcast(every: list[Transition]) -> list[Hindcast]:
    """Hindcast every transition from those that had ended before it began, where some joined."""
    return [f for t in every if t.joined.any() for f in [_hindcast(t, every)] if f is not None]


def _hindcast(of: Transition, every: list[Transition]) -> Hindcast | None:
    past = [t for t in every if t.end <= of.start]
    if sum(float(t.joined.sum()) for t in past) < LEAST_JOINED:
        return None
    x = np.concatenate([t.x for t in past])
    y = np.concatenate([t.joined for t in past])
    rate = np.full(len(of.joined), float(base_rate(y)))
    point = fit(x[:, :1], y).chances(of.x[:, :1])
    return Hindcast(of, fit(x, y).chances(of.x), point, rate)


def pooled_auc(areas: list[tuple[float, int]]) -> float:
    """Mean of AUCs, each with its number of joiners as weight; nan without any."""
    many = sum(n for _, n in areas)
    return sum(area * n for area, n in areas) / many if many else float("nan")


# What was found


@dataclass(frozen=True)
class Study:
    """All that was computed."""

    series: list[Series]
    members: list[Member]
    calls: list[Call]
    hindcast: list[Hindcast]

    def error(self, method: str, pledge: str = "", horizon: str = "") -> float:
        """See `growth.mean_error`."""
        return mean_error(self.calls, method, pledge, horizon)

    @property
    def pledges(self) -> list[str]:
        """Those of which a count was hindcast."""
        return list(dict.fromkeys(call.pledge for call in self.calls))

    @property
    def logs(self) -> tuple[Floats, Floats, Floats]:
        """Log scores of transitions by ours, the ideal point and the base rate: (transitions,)."""
        ours, point, rate = (
            np.array([float(log_score(getattr(f, of), f.of.joined)) for f in self.hindcast])
            for of in ("ours", "point", "rate")
        )
        return ours, point, rate


def run() -> Found:
    """Hindcast the counts of every pledge, and who joined next."""
    who, of = members(), series()
    every = [call for one in of for call in calls(one)]
    return found(Study(of, who, every, hindcast(transitions(who))))


def found(of: Study) -> Found:
    """Put what was computed together; every sentence follows from the numbers."""
    longest = max(of.series, key=lambda s: len(s.counts))
    figures = {"errors": _errors(of), "hindcast": _hindcast_figure(longest, of.calls)}
    return Found(
        name=NAME,
        title="How do voluntary pledges grow, and who joins next?",
        question=(
            "From what was known by a day, do a curve of diffusion and a hazard of joining hindcast"
            " the next counts and the next members better than rules that know nothing?"
        ),
        headline=tuple(_headline(of)),
        others=tuple(_others(of)),
        remarks=tuple(_remarks(of)),
        limits=tuple(_limits(of)),
        tables=_tables(of),
        columns=CODEBOOK,
        figures=figures | ({"joining": _joining(of)} if of.hindcast else {}),
        sources=SOURCES,
        reads=(COUNTS, MEMBERS, POINTS, "groups.csv"),
    )


def _headline(of: Study) -> Iterator[Beside]:
    """Our counts beside the best baseline, and who joins next beside the ideal point alone."""
    yield _count(of, min(BASELINES, key=of.error))
    yield _next(of, "ideal point alone", of.logs[1])


def _others(of: Study) -> Iterator[Beside]:
    best = min(BASELINES, key=of.error)
    yield from (_count(of, name) for name in METHODS if name not in (OURS, best))
    for pledge in of.pledges:
        n = sum(c.pledge == pledge and c.method == OURS for c in of.calls)
        ours, what = of.error(OURS, pledge), f"counts of the {NAMES[pledge]}"
        for name in BASELINES:
            scores = ours, name, of.error(name, pledge)
            yield Beside(what, times(n, "call"), "error", *scores, digits=1, who=OURS)
    yield _next(of, "base rate", of.logs[2])


def _count(of: Study, name: str) -> Beside:
    """Our error of counts beside a baseline's, the pledges counting the same."""
    gaps = np.array([of.error(OURS, p) - of.error(name, p) for p in of.pledges])
    what, n = "counts of pledges, to six years on", times(len(of.pledges), "pledge")
    scores, ends = (of.error(OURS), name, of.error(name)), mean_interval(gaps)[1:]
    return Beside(what, n, "error", *scores, *ends, digits=1)


def _next(of: Study, name: str, other: Floats) -> Beside:
    """Our log score of who joins beside a baseline's."""
    ours, n = of.logs[0], times(len(of.hindcast), "transition")
    scores, ends = (float(ours.mean()), name, float(other.mean())), mean_interval(ours - other)[1:]
    return Beside("who joins a pledge next", n, "log score", *scores, *ends)


def _remarks(of: Study) -> Iterator[str]:
    best = {p: min(METHODS, key=lambda name: of.error(name, p)) for p in of.pledges}
    yield (
        f"{OURS} errs least on {sum(b == OURS for b in best.values())} of {len(best)} pledges. The"
        " least error on each, known only afterwards:"
        f" {words.both(f'{NAMES[p]}: {name}' for p, name in best.items())}."
    )
    yes = sum(int(f.of.joined.sum()) for f in of.hindcast)
    no = int(np.mean([(1 - f.of.joined).sum() for f in of.hindcast])) if of.hindcast else 0
    area, point = _areas(of)
    yield (
        f"Who joins next: the hazard ranks a joiner above a state that stays outside in"
        f" {words.percent(area)} of pairs, the ideal point alone in {words.percent(point)}; with"
        f" {yes} joinings that is known to about {words.number(196 * auc_error(area, yes, no))}"
        " points either way (95%)."
    )


def _areas(of: Study) -> tuple[float, float]:
    many = [int(f.of.joined.sum()) for f in of.hindcast]
    ours = pooled_auc([(f.auc, n) for f, n in zip(of.hindcast, many, strict=True)])
    return ours, pooled_auc([(f.auc_point, n) for f, n in zip(of.hindcast, many, strict=True)])


def _limits(of: Study) -> Iterator[str]:
    marks = [m for s in of.series for m in s.marks]
    loose = sum(m != "cited" for m in marks)
    of_members = sum(m.mark != "cited" for m in of.members)
    largest = max(of.pledges, key=lambda p: sum(c.pledge == p for c in of.calls))
    share = sum(c.pledge == largest for c in of.calls) / len(of.calls)
    yield (
        f"{times(len(of.pledges), 'pledge')} are {len(of.pledges)} cases, however many days they"
        f" are cut at; {words.percent(share)} of all calls are of the {NAMES[largest]}. Pledges"
        " that never grew are not in the table: these were picked because they are known."
    )
    yield (
        f"{loose} of {len(marks)} counts and {of_members} of {len(of.members)} memberships are"
        " estimates or general knowledge, not checked against the depositary. Most members of the"
        " Paris Call have no date: its counts are used, who joined it next cannot be."
    )
    yield (
        "Alliances and the Union are those of 2026, also where an earlier year is hindcast, which"
        " may favour the hazard. Invitations, aid, elections and attacks, which often decide, are"
        " not in it."
    )
    yield "All are hindcasts: what is hindcast here was known when the program was written."


# Tables and figures


def _tables(of: Study) -> dict[str, Table]:
    horizons = [name for _, _, name in BINS]
    of_calls = [(round(c.cut, 4), round(c.time, 4)) for c in of.calls]
    calls_ = attributes("pledge method cut time horizon recorded hindcast error", of.calls)
    return {
        "counts": columns(
            "pledge date count mark",
            (
                (s.pledge, d.isoformat(), n, m)
                for s in of.series
                for d, n, m in zip(s.dates, s.counts.tolist(), s.marks, strict=True)
            ),
        ),
        "calls": calls_ | columns("cut time", of_calls),
        "errors": columns(
            "pledge horizon method error",
            (
                (p or "all", h or "all", m, of.error(m, p, h))
                for p in [*of.pledges, ""]
                for h in [*horizons, ""]
                for m in METHODS
            ),
        ),
        "transitions": columns(
            "pledge start end outside joined auc auc_point log log_point log_rate",
            (
                (f.of.pledge, f.of.start, f.of.end, len(f.of.joined), int(f.of.joined.sum()))
                + (f.auc, f.auc_point, *(log[n] for log in of.logs))
                for n, f in enumerate(of.hindcast)
            ),
        ),
        "candidates": columns(
            "pledge start end state joined chance chance_point chance_rate",
            (
                (f.of.pledge, f.of.start, f.of.end, state, int(f.of.joined[i]))
                + (f.ours[i], f.point[i], f.rate[i])
                for f in of.hindcast
                for i, state in enumerate(f.of.states)
            ),
        ),
    }


def _errors(of: Study) -> Figure:
    ours, other = of.error(OURS), of.error(LAST)
    title = (
        f"The {OURS} curve {verdict(ours, other)} '{LAST}':"
        f" it errs by {ours:.1f} members against {other:.1f}"
    )
    about = "Mean absolute error of hindcast counts, up to six years after the last count used"
    errors = {m: np.array([of.error(m, p) for p in of.pledges]) for m in METHODS}
    data = columns(f"pledge {COUNTED}", zip(of.pledges, *errors.values(), strict=True))

    def paint(page: Sheet) -> None:
        across = drawing.rows(page, [NAMES[p] for p in of.pledges], errors)
        across.axes.set_xlim(left=0)
        parts.amounts(across, "mean absolute error, members", 0.0)

    return drawing.figure(NAME, title, about, data, paint)


def _hindcast_figure(of: Series, every: list[Call]) -> Figure:
    """The longest series, hindcast from the middle of its cuts."""
    here = [call for call in every if call.pledge == of.pledge]
    cuts = sorted({call.cut for call in here})
    cut = cuts[len(cuts) // 2]
    lines = {m: [c for c in here if c.method == m and c.cut == cut] for m in METHODS}
    miss = {m: found[-1].error for m, found in lines.items()}
    best = min(miss, key=lambda m: miss[m])
    title = (
        f"{NAMES[of.pledge]}: {lines[best][-1].time - cut:.0f} years on, '{best}' is nearest,"
        f" {miss[best]:.1f} members away; {OURS} is {miss[OURS]:.1f} away"
    )
    about = "Rings: counts on record; lines: counts hindcast from those up to the first of them"
    later = [call.time for call in lines[OURS]]
    said = [[c.hindcast for c in found] for found in lines.values()]
    data = columns("time", ([round(t, 4)] for t in later)) | columns(
        f"recorded {COUNTED}", zip((c.recorded for c in lines[OURS]), *said, strict=True)
    )

    def paint(page: Sheet) -> None:
        shown = of.times <= later[-1]
        last = float(of.counts[of.times <= cut][-1])
        paths = {
            m: (np.array([cut, *later]), np.array([last, *line]))
            for m, line in zip(lines, said, strict=True)
        }
        axes = drawing.lines(page, paths, (of.times[shown], of.counts[shown]))
        axes.set(ylim=(0, None), xlabel="year", ylabel="members")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))

    return drawing.figure(NAME, title, about, data, paint)


def _joining(of: Study) -> Figure:
    many = [int(f.of.joined.sum()) for f in of.hindcast]
    ours, point = _areas(of)
    verb = verdict(round(ours, 2), round(point, 2), lower=False)
    title = (
        f"Who joins next: region, neighbours and allies rank {words.percent(ours)} of pairs,"
        f" which {verb} the ideal point ({words.percent(point)})"
    )
    about = "Share of pairs in which a state that joined is ranked above one that stayed outside"
    rows = [f"{NAMES[f.of.pledge]} {f.of.end}" for f in of.hindcast]
    values = {
        "all four predictors": np.array([f.auc for f in of.hindcast]),
        "ideal point alone": np.array([f.auc_point for f in of.hindcast]),
    }
    data = columns(
        "pledge end joined auc auc_point",
        (
            (f.of.pledge, f.of.end, n, f.auc, f.auc_point)
            for f, n in zip(of.hindcast, many, strict=True)
        ),
    )

    def paint(page: Sheet) -> None:
        across = drawing.rows(page, rows, values, [f"{n} joined" for n in many])
        drawing.shares(across, "pairs ranked rightly (50% is chance)")

    return drawing.figure(NAME, title, about, data, paint)


COUNTED = " ".join(name.replace(" ", "_") for name in METHODS)  # columns of counts by method
_MEMBERS = ("members", "0-193")
CODEBOOK = {
    "pledge": Column("the pledge, as in pledges.csv"),
    "date": Column("day on which the count is known", "YYYY-MM-DD"),
    "count": Column("members on that day", *_MEMBERS),
    "mark": Column("cited, estimate or unverified: see pledges.csv"),
    "method": Column("how the count was hindcast"),
    "cut": Column("day of the last count that was used", "years"),
    "time": Column("day of the count that is hindcast", "years"),
    "horizon": Column("how far ahead that is"),
    "recorded": Column("the count on record", *_MEMBERS),
    "hindcast": Column("the count hindcast", *_MEMBERS),
    "error": Column(
        "absolute error of the count; of means: mean over calls; empty: none", "members", "0-193"
    ),
    "start": Column("known to the end of this year", "year"),
    "end": Column("joined by the end of this year", "year"),
    "outside": Column("states outside at the start", "states", "0-193"),
    "joined": Column("how many of them joined", "states", "0-193"),
    "candidates.joined": Column("1: it joined", "", "0 or 1"),
    "auc": Column("share of pairs in which a joiner is ranked above one outside", "share", "0-1"),
    "auc_point": Column("the same, by the ideal point alone", "share", "0-1"),
    "log": Column("mean minus log chance of what happened, by the hazard", "nats", "0 and more"),
    "log_point": Column("the same, by the ideal point alone", "nats", "0 and more"),
    "log_rate": Column("the same, by the base rate of earlier transitions", "nats", "0 and more"),
    "state": Column("ISO code of a state outside at the start"),
    "chance": Column("chance that it joins, by the hazard", "share", "0-1"),
    "chance_point": Column("the same, by the ideal point alone", "share", "0-1"),
    "chance_rate": Column("the same, by the base rate of earlier transitions", "share", "0-1"),
    **{
        name.replace(" ", "_"): Column(f"hindcast by: {name}", *_MEMBERS)
        for name in METHODS
    },
}  # fmt: skip
SOURCES = (
    "Counts and members: pledges.csv and pledge_members.csv, each row with its source and mark.",
    "F. M. Bass, Management Science 15 (1969); p and q: F. Sultan, J. U. Farley and D. R. Lehmann,"
    " Journal of Marketing Research 27 (1990).",
    "Discrete-time hazards of joining: B. A. Simmons and Z. Elkins, American Political Science"
    " Review 98 (2004). Ideal points: M. Bailey, A. Strezhnev and E. Voeten, Journal of Conflict"
    " Resolution 61 (2017). AUC: J. A. Hanley and B. J. McNeil, Radiology 143 (1982).",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Hindcast, write and print."""
    script.run(__file__, __doc__ or "", lambda said: run(), arguments=arguments)


if __name__ == "__main__":
    main()
