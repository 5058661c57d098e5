"""Rooms that decide by consensus: the chance of agreement beside what happened.

    python experiments/backtests/rooms.py docs/how-to/backtest.md --out results/rooms

writes two tables between the marks of that page; without a file it prints them.

Every shipped scenario of a forum in `scenarios/data/consensus_record.csv` is played three times
over: with the draft as it was tabled, with *the same text* in all rooms, and with *the same step*
from each room's status quo. The last two know positions, members and rules but not how much each
draft asked for: what they lose beside the first is the part that the drafts play. Each is scored
by the Brier score (Brier 1950) against the share of the other rooms that agreed (leave one out),
and against luck: all ways to place as many failures on the rooms (Fisher 1935).

Nothing here is fitted to the outcomes. Eight rooms with two failures prove little: even chances
that tell both failures apart are beaten or met by 1 in 28 placings. The drafts were put together
by people who knew the outcomes, from what is known of the demands.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from consensus import EQUAL, SCENARIOS, Case, agreed, cases, labels, placings, rate_left_out

import sim
from sim import record, shipped
from sim.analysis.scores import auc, brier, mean_interval
from sim.hindcast.coders import alpha
from sim.scenario import Scenario

Floats = npt.NDArray[np.float64]

CODINGS = "room_codings.csv"
COLUMNS = ("room", "clause", "issue", "coder", "value", "reason", "source", "trust")
STATUS_QUO = "status_quo"
VERSIONS = ("as tabled", "the same text", "the same step")
CODER_HEAD = (
    "| what | pairs | mean difference | correlation | alpha |",
    "|---|---:|---:|---:|---:|",
)


# The rooms, and their drafts without what sets them apart


@dataclass(frozen=True)
class Room:
    """A forum of the record with its scenario, and its one draft."""

    case: Case
    scenario: Scenario
    draft: str

    @property
    def asked(self) -> dict[str, Floats]:
        """Values of the draft's clauses by issue, 0-100."""
        clauses = self.scenario.draft(self.draft).clauses.values()
        issues = dict.fromkeys(c.issue for c in clauses)
        return {i: np.array([c.value for c in clauses if c.issue == i]) for i in issues}

    def before(self, issue: str) -> float:
        """Where the issue stands if the room fails, 0-100."""
        return self.scenario.issues[issue].status_quo


def rooms() -> list[Room]:
    """Every forum of the record that a shipped scenario is about, in order of time."""
    return [_room(case) for case in cases() if case.id in SCENARIOS]


def _room(case: Case) -> Room:
    scenario = sim.load(case.id)
    (draft,) = scenario.drafts
    return Room(case, scenario, draft)


def shared(of: Sequence[Room]) -> list[str]:
    """Issues that every draft has a clause on."""
    return [i for i in of[0].asked if all(i in room.asked for room in of)]


def settings(room: Room, of: Sequence[Room], version: str) -> list[str]:
    """What changes a room's draft into this version: one clause for each shared issue."""
    if version == VERSIONS[0]:
        return []
    values = {issue: _alike(room, of, issue, version) for issue in shared(of)}
    said = []
    for name, clause in room.scenario.draft(room.draft).clauses.items():
        value = values.pop(clause.issue, None)
        said.append(f"drafts.{room.draft}.{name}={'null' if value is None else f'{value:.6g}'}")
    return said


def _alike(room: Room, of: Sequence[Room], issue: str, version: str) -> float:
    text = float(np.mean([r.asked[issue].mean() for r in of]))
    if version == VERSIONS[1]:
        return text
    before = float(np.mean([r.before(issue) for r in of]))
    return float(np.clip(room.before(issue) + text - before, 0, 100))


# Scores


@dataclass(frozen=True)
class Score:
    """One way to say how likely each room is to agree."""

    version: str
    chances: Floats  # (rooms,)
    brier: float
    gap: tuple[float, float, float]  # Brier less that of the other rooms' share, 95% interval
    luck: float  # share of placings of the failures that score as well or better
    auc: float  # chance that a room that agreed is put above one that failed


def score(version: str, chances: Floats, y: Floats) -> Score:
    """Score chances (rooms,) against what happened, y (rooms,)."""
    others = rate_left_out(y)
    every = placings(len(y), int((1 - y).sum()))
    ours = brier(chances, y)
    return Score(
        version,
        chances,
        float(ours),
        mean_interval((chances - y) ** 2 - (others - y) ** 2),
        float((brier(chances, every) <= ours + EQUAL).mean()),
        auc(chances, y),
    )


def play(of: Sequence[Room], runs: int) -> list[Score]:
    """Play every version of every room, and score it; the other rooms' share comes first."""
    y = labels([room.case for room in of])
    found = [score("share of the other rooms", rate_left_out(y), y)]
    for version in VERSIONS:
        chances = [agreed(room.case.id, runs, settings(room, of, version)) for room in of]
        found.append(score(version, np.array(chances), y))
    return found


# The two coders


@cache
def codings() -> dict[tuple[str, str, str], dict[str, float]]:
    """Values by room, clause and issue, and by coder, 0-100."""
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in record.table(shipped.data(CODINGS), COLUMNS):
        key = row.cells["room"], row.cells["clause"], row.cells["issue"]
        found.setdefault(key, {})[row.cells["coder"]] = record.number(row, "value")
    return found


def changes() -> dict[tuple[str, str, str], Floats]:
    """What each clause changes, as each coder has it: its value less the status quo."""
    every = {key: np.array([value[c] for c in sorted(value)]) for key, value in codings().items()}
    return {
        (room, clause, issue): value - every[room, STATUS_QUO, issue]
        for (room, clause, issue), value in every.items()
        if clause != STATUS_QUO
    }


def spread() -> float:
    """How far one coder is from the truth: the sd that the two differ by, over sqrt 2; 0-100."""
    gaps = np.array([np.ptp(list(value.values())) for value in codings().values()])
    return float(np.sqrt((gaps**2).mean() / 2))


def agreement() -> Iterator[str]:
    """Rows on how far the two coders agree: on values, on the status quo, and on changes."""
    every = {k: np.array([v[c] for c in sorted(v)]) for k, v in codings().items()}
    yield _agree("values of clauses", [v for k, v in every.items() if k[1] != STATUS_QUO])
    yield _agree("the status quo", [v for k, v in every.items() if k[1] == STATUS_QUO])
    yield _agree("what clauses change", list(changes().values()))
    for issue in sorted({key[2] for key in changes()}):
        pairs = [value for key, value in changes().items() if key[2] == issue]
        if len(pairs) > 2:
            yield _agree(f"the same, {issue}", pairs)


def _agree(what: str, pairs: Sequence[Floats]) -> str:
    one, other = np.array(pairs).T
    gap, together = np.abs(one - other).mean(), np.corrcoef(one, other)[0, 1]
    return f"| {what} | {len(one)} | {gap:.1f} | {together:.2f} | {alpha(one, other):.2f} |"


# Tables


def table(of: Sequence[Room], scores: Sequence[Score]) -> Iterator[str]:
    """The table: a row a room, a column a way to say how likely it is to agree."""
    yield f"| room | {' | '.join(s.version for s in scores)} | what happened |"
    yield f"|---|{'---:|' * len(scores)}---|"
    for i, room in enumerate(of):
        happened = "agreed" if room.case.agreed else "failed"
        chances = " | ".join(f"{s.chances[i]:.2f}" for s in scores)
        yield f"| {room.case.id} | {chances} | {happened} |"
    yield f"| Brier score (lower is better) | {' | '.join(f'{s.brier:.3f}' for s in scores)} | |"
    yield f"| less the share of the other rooms | {' | '.join(map(_gap, scores))} | |"
    yield f"| luck does as well in | {' | '.join(f'{s.luck:.0%}' for s in scores)} | |"
    yield f"| agreed put above failed | {' | '.join(f'{s.auc:.2f}' for s in scores)} | |"


def _gap(of: Score) -> str:
    mean, low, high = of.gap
    return f"{mean:+.3f} ({low:+.3f} to {high:+.3f})" if low < high else ""


def write(of: Sequence[Room], scores: Sequence[Score], folder: Path) -> Path:
    """Write rooms.csv: a row a room and a version."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "rooms.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines, lineterminator="\n")
        rows.writerow(("room", "date", "version", "chance", "agreed"))
        for s in scores:
            for room, chance in zip(of, s.chances, strict=True):
                case = room.case
                rows.writerow((case.id, case.date, s.version, f"{chance:.4g}", int(case.agreed)))
    return file


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, or write them into a file that marks their places."""
    sys.path.append(str(Path(__file__).resolve().parents[1]))
    from pages import parser, publish

    asked = parser(__doc__)
    asked.add_argument("--runs", type=int, default=400, help="of each room and version")
    asked.add_argument("--out", type=Path, help="folder for rooms.csv")
    asked.add_argument("--coders", action="store_true", help="only how far the coders agree")
    said = asked.parse_args(arguments)
    made = {"coders of rooms": [*CODER_HEAD, *agreement()]}
    print(f"One coder about the truth: {spread():.1f} of 100 (sd).")
    if not said.coders:
        of = rooms()
        scores = play(of, said.runs)
        made["rooms"] = list(table(of, scores))
        if said.out:
            print(write(of, scores, said.out))
    publish(made, said.files)


if __name__ == "__main__":
    main()
