"""What became of each text: how often it was adopted, its counts and clauses, who surprised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sim.analysis.overlap import overlaps
from sim.analysis.recorded import by_vote
from sim.analysis.spread import Spread, spread
from sim.analysis.tally import Tally
from sim.analysis.watch import surprises
from sim.core.outcomes import Outcomes
from sim.mechanisms.ballots import OBJECTIONS, VOTES
from sim.report import beside, sure
from sim.report.parts import Chance, Fate, Grid, Level, Texts
from sim.scenario.schema import Outcome
from sim.show import tables, words
from sim.show.words import number, percent, signed
from sim.study.run import Run

SURPRISED = 10
RANGE = "Ranges hold nine runs in ten"
HOW_SURE = ("mean", "error of mean", "chance, sd", "ignorance, sd", "own positions")
EXPLAINED = "Chance: runs of one world differ; ignorance: we do not know which world it is."
CLAUSES = ("issue", "status_quo", "tabled", "came_out", "low", "high", "dropped")


def outcome(run: Run, tally: Tally) -> Outcome | None:
    """The record of a ballot, where there is one."""
    return run.scenario.record.get(tally.draft, {}).get(tally.stage)


def ranged(of: Spread, unit: str = "") -> str:
    """Write a mean with the range of the runs."""
    mean = number(of.mean)
    if of.low == of.high or mean == words.UNKNOWN:
        return mean + unit * (mean != words.UNKNOWN)
    return f"{mean}{unit} {number(of.low)}-{number(of.high)}"


def percents(of: Spread) -> Spread:
    """The same spread on 0-100."""
    hundred = {
        k: getattr(of, k) * 100 for k in ("mean", "low", "high", "error", "chance", "ignorance")
    }
    return Spread(of.runs, of.worlds, **hundred)


# What becomes of them


def fates(run: Run, told: Sequence[Tally]) -> Iterator[Fate]:
    """Say what mostly becomes of the texts, those of one fate together."""
    groups: dict[tuple[str, str], list[Tally]] = {}
    for tally in told:
        groups.setdefault(_fate(run, tally), []).append(tally)
    for (fate, then), group in groups.items():
        yield Fate(
            fate=fate,
            drafts=tuple(tally.draft for tally in group),
            chances=tuple(_chance(run, tally, fate) for tally in group),
            runs=run.outcomes.runs,
            then=then,
            ways=words.adopted_by(group[0].how) if len(group) == 1 else "",
        )


def chances(run: Run, told: Sequence[Tally]) -> Iterator[Chance]:
    """How likely it is that each text is adopted."""
    return (_chance(run, tally, "adopted") for tally in told)


def _chance(run: Run, tally: Tally, fate: str) -> Chance:
    adopted = run.outcomes.number(f"{tally.draft}.{tally.stage}.adopted")
    happened = adopted if fate == "adopted" else 1 - adopted
    return sure.chance(f"{tally.draft} is {fate}", happened, run.outcomes.table["world"])


def _fate(run: Run, tally: Tally) -> tuple[str, str]:
    """What mostly becomes of a draft, and what the record says to that."""
    passes = tally.adopted >= 0.5
    fate = "adopted" if passes else _defeat(tally)
    recorded = outcome(run, tally)
    if recorded is None or recorded.adopted is None:
        return fate, ""
    if recorded.adopted == passes:
        return fate, f", as happened{_otherwise(tally, recorded) if passes else ''}"
    return fate, f", though it was {'adopted' if recorded.adopted else 'not adopted'}"


def _otherwise(tally: Tally, recorded: Outcome) -> str:
    """Say how a text was adopted on record, where it mostly is in the other way."""
    voted = tally.how.get("vote", 0.0) > tally.how.get("consensus", 0.0)
    if by_vote(recorded) in (None, voted):
        return ""
    return " (by consensus then)" if voted else " (by a vote then)"


def _defeat(tally: Tally) -> str:
    defeats = {how: share for how, share in tally.how.items() if how not in ("consensus", "vote")}
    usual = max(defeats, key=lambda how: defeats[how], default="")
    return {"blocked": "blocked", "veto": "vetoed"}.get(usual, "defeated")


# The counts


def levels(told: Sequence[Tally]) -> Iterator[Level]:
    """Tell the counts of each ballot, and in a room that seeks consensus what is left of a text."""
    for tally in told:
        if tally.consensus:
            yield _kept(tally)
        if tally.voted or not tally.consensus:
            yield _voted(tally)


def _kept(tally: Tally) -> Level:
    every = not tally.counts["dissociating"].runs  # every run came to a vote
    names = OBJECTIONS[:1] if every else OBJECTIONS
    where = " where it does not come to a vote," * bool(tally.voted and not every)
    return _level(tally, "of the text kept", percents(tally.retained), names, where, "%")


def _voted(tally: Tally) -> Level:
    some = f" in the {percent(tally.voted)} of runs that come to a vote,"
    first, *others = VOTES
    where = some if tally.consensus else ""
    return _level(tally, words.COUNT[first], tally.counts[first], others, where)


def _level(
    tally: Tally, what: str, of: Spread, others: Iterable[str], where: str, unit: str = ""
) -> Level:
    return Level(
        about=words.ballot(tally.draft, tally.stage),
        what=what,
        mean=of.mean,
        low=of.low,
        high=of.high,
        beside=tuple((words.COUNT[name], tally.counts[name].mean) for name in others),
        reach=sure.reach(of.worlds) * of.error,
        chance=of.chance,
        ignorance=of.ignorance,
        where=where,
        unit=unit,
    )


# In tables: the first to look at


def front(run: Run, last: Sequence[Tally]) -> Iterator[Grid]:
    """The counts of votes, what rooms made of their texts, each with its record, and how sure."""
    voted = [t for t in last if not t.consensus or t.voted]
    sought = [t for t in last if t.consensus]
    if voted:
        rows = [row for t in voted for row in (_votes(t), *_recorded_votes(outcome(run, t)))]
        counts = (*(words.COUNT[name] for name in VOTES), "adopted")
        came = [t.voted for t in voted]
        yield Grid("Votes", ("mean, range", *counts), tuple(rows), _note(came, "came to this vote"))
    if sought:
        rows = [row for t in sought for row in (_room(t), *_recorded_room(outcome(run, t)))]
        counts = (*(words.COUNT[name] for name in OBJECTIONS), "kept", "text existed", "adopted")
        note = _note([1 - t.how.get("not_reached", 0.0) for t in sought], "came to the room")
        yield Grid("Rooms that seek consensus", ("mean, range", *counts), tuple(rows), note)
    if run.outcomes.runs > 1:
        yield _how_sure(run, last)


def _note(shares: Sequence[float], which: str) -> str:
    """Say what a range is, and of which runs the counts are where it is not of all."""
    if set(shares) <= {0.0, 1.0}:
        return f"{RANGE}."
    return (
        f"{RANGE}; counted in the {words.some(list(map(percent, shares)), 4)} of runs that {which}."
    )


def _votes(tally: Tally) -> Texts:
    cells = (ranged(tally.counts[name]) for name in VOTES)
    share = percent(tally.how.get("vote", 0.0))
    return (words.ballot(tally.draft, tally.stage), *cells, share)


def _room(tally: Tally) -> Texts:
    cells = (ranged(tally.counts[name]) for name in OBJECTIONS)
    kept, share = ranged(percents(tally.retained), "%"), percent(tally.how.get("consensus", 0.0))
    return (words.ballot(tally.draft, tally.stage), *cells, kept, percent(tally.zone), share)


def _recorded_votes(recorded: Outcome | None) -> Iterator[Texts]:
    if recorded is not None and recorded.in_favour is not None:
        counts = (getattr(recorded, name) for name in VOTES)
        cells = ("" if count is None else str(count) for count in counts)
        yield ("  record", *cells, _yes(recorded.adopted))


def _recorded_room(recorded: Outcome | None) -> Iterator[Texts]:
    if recorded is not None and not by_vote(recorded):
        reserved = str(len(recorded.dissociated)) if recorded.adopted else ""
        blocks = "0" if recorded.adopted else ""
        yield ("  record", blocks, reserved, "", "", _yes(recorded.adopted))


def _yes(adopted: bool | None) -> str:
    return "" if adopted is None else "yes" if adopted else "no"


def _how_sure(run: Run, last: Sequence[Tally]) -> Grid:
    """The error of the mean, chance and ignorance apart, for each draft's main number.

    Beside it what own positions alone give, without any dynamics: see `sim.analysis.baselines`.
    """
    plain = {found.draft: found for found in beside.plain(run)}
    rows = []
    for tally in last:
        name, of, digits = main_number(run.outcomes, tally)
        cells = [number(n, digits) for n in (of.mean, of.error, of.chance, of.ignorance)]
        own = beside.main_number(plain[tally.draft], name) if tally.draft in plain else ""
        rows.append((f"{tally.draft} {name}", *cells, own))
    return Grid("How sure", ("how sure", *HOW_SURE), tuple(rows), EXPLAINED)


def main_number(outcomes: Outcomes, tally: Tally) -> tuple[str, Spread, int]:
    """The number that says most of a ballot: votes in favour; of a room that seeks consensus how
    often it agrees or, where it always does or never, how much of the draft is kept, or who blocks.
    Where some runs come to a vote, how often the text is adopted stands for how often it agrees.
    """
    if not tally.consensus:
        return "for", tally.counts["in_favour"], 1
    if tally.adopted == 1.0:
        return "kept %", percents(tally.retained), 1
    if tally.adopted == 0.0 and tally.counts["blocking"].runs:
        return "blocks", tally.counts["blocking"], 1
    adopted = outcomes.number(f"{tally.draft}.{tally.stage}.adopted") * 100
    name = "passed %" if tally.voted else "agreed %"
    return name, spread(adopted, outcomes.table["world"]), 0


# In tables: all the rest


def details(run: Run, told: Sequence[Tally]) -> Iterator[Grid]:
    """Every stage, count and clause; who is in favour of two texts; whose record surprised."""
    ways = tuple(map(_decided, told))
    yield Grid("How each text was decided", DECIDED, ways, DECIDED_BY)
    yield Grid("Spread of every count", SPREADS, tuple(_spreads(told)), SPREAD)
    if clauses := tuple(_clauses(run)):
        yield Grid("Clause by clause", ("clause", *CLAUSE_HEADS), clauses, f"0-100. {RANGE}.")
    if both := tuple(_both(run)):
        heads = ("texts", "in favour of both", "on record")[: len(both[0])]
        yield Grid("In favour of both", heads, both, f"Texts are not exclusive. {RANGE}.")
    if (surprised := tuple(_surprised(run))) and not run.base:
        columns = ("who", "ballot", "on record", "chance", "expected", "chance of that")
        yield Grid("Whose record surprised most", columns, surprised)


DECIDED = ("ballot", "votes to spare, range", "how, share of all runs")
DECIDED_BY = "Votes to spare are beyond those needed, over the runs that came to a vote."
SPREADS = ("count", "mean", "range", "error", "chance", "ignorance")
SPREAD = (
    f"{RANGE}; error: of the mean; chance: standard deviation within a world; ignorance: across"
    " worlds. In the runs that came to it."
)
CLAUSE_HEADS = ("issue", "status quo", "tabled", "came out", "range", "left out")


def _decided(tally: Tally) -> Texts:
    ways = ", ".join(f"{words.HOW[how]} {percent(share)}" for how, share in tally.how.items())
    margin = tally.margin
    spare = f"{signed(margin.mean)} ({margin.low:.0f} to {margin.high:.0f})" if margin.runs else ""
    return words.ballot(tally.draft, tally.stage), spare, ways


def _spreads(told: Sequence[Tally]) -> Iterator[Texts]:
    for tally in told:
        counts = {words.COUNT[name]: of for name, of in tally.counts.items()}
        if tally.consensus:
            counts["kept, %"] = percents(tally.retained)
        for name, of in counts.items():
            if of.runs:
                numbers = (number(n, 1) for n in (of.error, of.chance, of.ignorance))
                ends = (number(of.mean, 1), f"{of.low:.0f}-{of.high:.0f}")
                yield (f"{words.ballot(tally.draft, tally.stage)} {name}", *ends, *numbers)


def _clauses(run: Run) -> Iterator[Texts]:
    """What came out of each clause, against what was tabled and the status quo."""
    table = tables.clauses(run)
    if not table:
        return
    names = ("draft", "clause", *CLAUSES)
    for row in zip(*(table[name] for name in names), strict=True):
        draft, clause, issue, *values, low, high, dropped = row
        cells = (f"{value:.0f}" for value in values)
        away = percent(dropped) if dropped else ""
        yield (f"{draft} {clause}", str(issue), *cells, f"{low:.0f}-{high:.0f}", away)


def _both(run: Run) -> Iterator[Texts]:
    found = overlaps(run.outcomes, run.recorded)
    known = any(pair.recorded is not None for pair in found)
    for pair in found:
        record = "" if pair.recorded is None else str(pair.recorded)
        yield (f"{pair.one} and {pair.other}", ranged(pair.in_favour), *((record,) * known))


def _surprised(run: Run) -> Iterator[Texts]:
    """Whose recorded decision had the least chance in the runs."""
    for s in surprises(run.outcomes, run.recorded, SURPRISED):
        did, expected = words.DECISION[s.recorded], words.DECISION[s.expected]
        ballot, chance = words.ballot(s.draft, s.stage), percent(s.chance_of_expected)
        yield words.named(run.setting, s.actor), ballot, did, percent(s.chance), expected, chance
