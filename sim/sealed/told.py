"""What `plenary forecast` prints of a sealed record, of its check and of its scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.analysis.baselines import ALONE
from sim.analysis.scores import Scores
from sim.analysis.skill import Scored
from sim.mechanisms.ballots import IN_VOTES, OBJECTIONS
from sim.report.beside import verdict
from sim.sealed.content import Data
from sim.sealed.record import SEAL
from sim.sealed.scoring import BallotScores, Inside, Judged
from sim.show import words
from sim.show.words import sentence

WIDTHS = (24, 7, 10, 7, 8, 7, 7, 9)  # who, then numbers
NAMED = 4
INDENT = "  "


def of_sealing(record: Data, file: Path) -> Iterator[str]:
    """Say what was sealed, and what to do with the seal."""
    made = record["made_with"]
    yield from sentence(
        f"Forecast of {record['scenario']['title']}, sealed {record['sealed']['time']}:"
        f" {made['runs']:,} runs, {made['worlds']:,} worlds, seed {made['seed']}"
    )
    yield from _ballots(record)
    yield f"Written: {file}"
    yield f"Seal: {record[SEAL]}"
    yield from sentence(
        "The seal proves that nothing in the file was changed after it was made, not when that"
        " was. For the day to count, publish the line above today where others keep it: a dated"
        " post, a repository, a notary, a colleague's mail."
    )
    yield f"Later: plenary forecast --score {file} RECORD.csv"


def _ballots(record: Data) -> Iterator[str]:
    """Say of each ballot when it is, what its chances are, and what a plain baseline gives."""
    alone = {(b["draft"], b["stage"]): b for b in record["baselines"] if b["baseline"] == ALONE}
    for ballot in record["forecast"]["ballots"]:
        said = [f"adopted {_chance(ballot['adopted'])}"]
        for name in (*IN_VOTES, *OBJECTIONS):
            of = ballot["tally"].get(name)
            if of:
                ends = f"{of['low']:.0f}-{of['high']:.0f}"
                said.append(f"{words.COUNT[name]} {words.number(of['mean'])} ({ends})")
        plain = alone.get((ballot["draft"], ballot["stage"]))
        if plain:
            said.append(f"{ALONE}: adopted {words.percent(plain['adopted'])}")
        head = f"{ballot['draft']} {ballot['stage']}, {ballot['day']}"
        yield from sentence(f"{head}: {'; '.join(said)}", INDENT)


def _chance(said: Data) -> str:
    between = f"{words.percent(said['low'])} to {words.percent(said['high'])}"
    return f"{words.percent(said['chance'])} (95% interval {between})"


def of_check(
    record: Data, file: Path, holds: bool, seal: str, differing: Sequence[str] | None
) -> Iterator[str]:
    """Say whether a seal holds and, where it was made again, what differs."""
    if not holds:
        yield f"{file}: the seal is broken; this is not what was sealed"
        yield f"  sealed:  {record[SEAL]}"
        yield f"  content: {seal}"
        return
    yield f"{file}: the seal holds"
    yield f"  {record[SEAL]}"
    yield from sentence(
        f"The file says that it was sealed {record['sealed']['time']}. That is true only if this"
        " seal was published then: compare it with where it was."
    )
    if differing is None:
        return
    if not differing:
        yield "Made again from the inputs inside: every number is the same."
        return
    yield f"Made again from the inputs inside, {len(differing)} parts differ:"
    yield from (f"  {words.short(where, 76)}" for where in differing[:NAMED])
    if len(differing) > NAMED:
        yield f"  and {len(differing) - NAMED} more"


def of_scores(judged: Judged) -> Iterator[str]:
    """Say how the forecast did, beside the baselines that were sealed with it."""
    record = judged.record
    yield from sentence(
        f"Forecast of {record['scenario']['title']}, sealed {record['sealed']['time']};"
        f" seal {record[SEAL][:16]}... holds"
    )
    for ballot in judged.ballots:
        yield ""
        yield from _ballot(ballot)
    yield ""
    for note in judged.notes:
        yield from sentence(note)


def _ballot(ballot: BallotScores) -> Iterator[str]:
    chance, low, high = ballot.chance
    said = _chance({"chance": chance, "low": low, "high": high})
    came = {True: "adopted", False: "not adopted", None: "adoption not on record"}[ballot.adopted]
    day = f", {ballot.day}" if ballot.day else ""
    yield from sentence(f"{ballot.draft} {ballot.stage}{day}: {came}; forecast: adopted {said}")
    yield from _scores("Adoption, Brier score (0-1)", ballot.adoption, 3)
    for found in ballot.inside:
        yield _inside(found)
    if ballot.votes:
        yield from _votes(ballot.votes)
    else:
        yield from _scores("Mean error of the counts", ballot.tally, 1)
    yield from _scores("Who dissociates, Brier score (0-1)", ballot.dissociation, 3)


def _scores(what: str, scores: Any, digits: int) -> Iterator[str]:
    if scores:
        each = "; ".join(f"{name} {words.number(s, digits)}" for name, s in scores.items())
        yield from (INDENT + line for line in sentence(f"{what}: {each}", INDENT, 78))


def _inside(found: Inside) -> str:
    where = "inside" if found.inside else "outside"
    name = words.COUNT.get(found.count, found.count)
    ends = f"{found.low:.0f}-{found.high:.0f}"
    return f"  {name}: {found.recorded}, {where} the 90% range {ends} (mean {found.mean:.0f})"


def _votes(scored: Scored) -> Iterator[str]:
    heads = ("states", "accuracy", "Brier", "ranked", "log", "tally", "absence")
    yield words.columns(WIDTHS, "  votes", *heads)
    yield _row("the forecast", scored.scores)
    for baseline in scored.baselines:
        yield _row(baseline.baseline, baseline.scores)
    said = verdict(scored).replace("the simulation", "the forecast")
    yield from (INDENT + line for line in sentence(said, width=78))
    yield "  accuracy: higher is better; all else lower. Each over states it speaks of"


def _row(name: str, of: Scores) -> str:
    numbers = [words.number(n, 3) for n in (of.accuracy, of.brier, of.ranked, of.log)]
    tally, away = words.number(of.tally_error, 1), words.number(of.absence_brier, 3)
    return words.columns(WIDTHS, f"  {name}", str(of.voted), *numbers, tally, away)


def data(judged: Judged) -> dict[str, Any]:
    """Scores as data; the forecast itself is in its own file."""
    return {
        "seal": judged.record[SEAL],
        "sealed": judged.record["sealed"],
        "ballots": [{**asdict(ballot), **_more(ballot)} for ballot in judged.ballots],
        "notes": list(judged.notes),
    }


def _more(ballot: BallotScores) -> dict[str, Any]:
    return {"inside": [{**asdict(found), "inside": found.inside} for found in ballot.inside]}
