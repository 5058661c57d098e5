"""What happened, read from a file to score a forecast by: votes state by state, or outcomes.

Three forms are read. Votes, as `sim.record` reads them: long, with columns
``resolution,date,topic,iso3,vote``, or wide with resolutions.csv beside it. Outcomes as CSV, with a
row a ballot and the columns of `COLUMNS`, of which ``draft`` and one that says what happened are
needed. And outcomes as YAML, written like the ``record:`` of a scenario: draft, stage, fields.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim import countries, delimited, record, rollcalls
from sim.errors import InputError, Mistake
from sim.mechanisms.ballots import VOTES
from sim.near import near, unknown
from sim.record import Row
from sim.scenario import files, reader
from sim.scenario.loading import SUFFIXES

COLUMNS = ("draft", "stage", "date", "adopted", *VOTES, "dissociated", "how", "source")
FIELDS = COLUMNS[2:]
TELLING = ("adopted", "in_favour", "dissociated")  # one of these says what happened
YES, NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")
FORMS = (
    "votes (resolution,date,topic,iso3,vote), or outcomes (draft,stage,date,adopted,in_favour,"
    "against,abstaining,dissociated), as CSV or YAML"
)
Ballot = tuple[str, str]


@dataclass(frozen=True)
class Happened:
    """What became of one ballot; what is not on record is None or empty."""

    ballot: Ballot
    day: dt.date | None
    at: Row  # where it is written
    adopted: bool | None = None
    counts: dict[str, int] = field(default_factory=dict)
    dissociated: tuple[str, ...] | None = None
    votes: dict[str, int] = field(default_factory=dict)  # actor -> code of sim.record


def read(file: Path, ballots: Sequence[Ballot]) -> list[Happened]:
    """Read what happened to ``ballots``, given in their order as (draft, stage).

    Raises:
        InputError: it cannot be read, or tells of none of them; all that is wrong in it.
    """
    if file.suffix in SUFFIXES:
        outcomes = _of_yaml(file)
        if not outcomes:
            raise _none(file, [], ballots)
        return _outcomes(outcomes, ballots)
    sheet = delimited.read(file, str(file), record.LARGEST)
    columns = list(sheet.head.cells)
    if "iso3" in columns or rollcalls.kind(columns):
        return _votes(file, ballots)
    rows = record.rows_of(sheet)
    if not rows:
        raise InputError(Mistake("the table holds no outcomes", str(file), allowed=FORMS))
    if "draft" not in columns:
        raise InputError(Mistake("has neither a column draft nor iso3", str(file), allowed=FORMS))
    problem, line = "is no column of outcomes", rows[0].line - 1
    wrong = [unknown(problem, c, COLUMNS, "", str(file), line) for c in columns if c not in COLUMNS]
    if wrong:
        raise InputError(wrong)
    return _outcomes(rows, ballots)


def _named(draft: str, stage: str, ballots: Sequence[Ballot]) -> Ballot | None:
    """The ballot of this name; without a stage, the draft's last."""
    of_draft = [ballot for ballot in ballots if ballot[0] == draft]
    if not stage:
        return of_draft[-1] if of_draft else None
    return (draft, stage) if (draft, stage) in of_draft else None


def _none(file: Path, said: Sequence[str], ballots: Sequence[Ballot]) -> InputError:
    names = [*dict.fromkeys(draft for draft, _ in ballots)]
    close = next((n for n in (near(s, names) for s in said) if n), "")
    problem = "tells of no ballot that was forecast"
    value = ", ".join(said[:3])
    return InputError(Mistake(problem, str(file), None, "", value, ", ".join(names), close))


# Votes


def _votes(file: Path, ballots: Sequence[Ballot]) -> list[Happened]:
    """A resolution is named as the draft, or DRAFT STAGE; a table may hold more than these."""
    votes = record.votes(file)
    names = {draft: (draft, stage) for draft, stage in ballots}  # the last stage of each
    names |= {f"{draft} {stage}": (draft, stage) for draft, stage in ballots}
    found = []
    for label, day in zip(votes.resolutions, votes.dates, strict=True):
        if label in names:
            cast = dict(zip(votes.states, votes.of(label).tolist(), strict=True))
            codes = {s: code for s, code in cast.items() if code != record.NO_SEAT}
            tally = dict(zip(VOTES, votes.tally(label), strict=True))
            at = Row(str(file), 0, {"date": str(day), "resolution": label})
            found.append(Happened(names[label], day, at, counts=tally, votes=codes))
    if not found:
        raise _none(file, votes.resolutions, ballots)
    return found


# Outcomes


def _of_yaml(file: Path) -> list[Row]:
    """Rows of a file like the record of a scenario; a whole scenario's record is taken too."""
    tree = reader.read(file, files.shown(file))
    if tree.mistakes:
        raise InputError(tree.mistakes)
    inside = ("record",) if isinstance(tree.get("record"), dict) else ()
    rows, mistakes = [], []
    for draft in tree.keys(*inside):
        for stage in tree.keys(*inside, draft) or ("",):
            path = (*inside, draft, stage) if stage else (*inside, draft)
            at, said = tree.where(path), tree.get(*path)
            if not isinstance(said, dict):
                problem = "is not a map of fields, as `draft: {stage: {adopted: yes}}`"
                mistakes.append(Mistake(problem, at.file, at.line, at.field))
                continue
            mistakes += [
                unknown("is no field of an outcome", name, FIELDS, at.field, at.file, at.line)
                for name in said
                if name not in FIELDS
            ]
            cells = {name: _text(value) for name, value in said.items()}
            rows.append(Row(at.file, at.line or 0, {"draft": draft, "stage": stage, **cells}))
    if mistakes:
        raise InputError(mistakes)
    return rows


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(map(str, value)) or NOBODY
    return "" if value is None else str(value)


NOBODY = "nobody"


def _outcomes(rows: Sequence[Row], ballots: Sequence[Ballot]) -> list[Happened]:
    mistakes: list[Mistake] = []
    found: dict[Ballot, Happened] = {}
    for row in rows:
        cells = row.cells
        ballot = _named(cells["draft"], cells.get("stage", ""), ballots)
        if ballot is None:
            names = ", ".join(f"{draft} {stage}" for draft, stage in ballots)
            mistakes.append(row.wrong("draft", "was not forecast at this stage", names))
        elif ballot in found:
            mistakes.append(row.wrong("draft", "appears twice"))
        else:
            try:
                found[ballot] = _happened(row, ballot)
            except InputError as error:
                mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)
    return list(found.values())


def _happened(row: Row, ballot: Ballot) -> Happened:
    cells = {name: text.strip() for name, text in row.cells.items()}
    if not any(cells.get(name) for name in TELLING):
        problem = "does not say what happened"
        raise InputError(row.wrong("draft", problem, f"one of {', '.join(TELLING)}"))
    dissociated = cells.get("dissociated", "")
    return Happened(
        ballot,
        record.day(row, "date") if cells.get("date") else None,
        row,
        _yes(row) if cells.get("adopted") else None,
        dict(_counts(row, cells)),
        tuple(_named_actors(row, dissociated)) if dissociated else None,
    )


def _yes(row: Row) -> bool:
    said = row.cells["adopted"].strip().lower()
    if said not in (*YES, *NO):
        raise InputError(row.wrong("adopted", "is neither yes nor no", "yes, no"))
    return said in YES


def _counts(row: Row, cells: dict[str, str]) -> Iterator[tuple[str, int]]:
    for name in VOTES:
        if cells.get(name):
            if not re.fullmatch(r"[0-9]{1,6}", cells[name]):
                raise InputError(row.wrong(name, "is not a number of delegations", "0, 1, 2, ..."))
            yield name, int(cells[name])


def _named_actors(row: Row, text: str) -> Iterator[str]:
    """Codes or names of countries, with ; between them; `nobody` is nobody."""
    for said in (part.strip() for part in text.split(";")):
        code, close = countries.code(said), countries.near(said)
        if said and not code and close:
            problem = f"names {said!r}, which is no state{countries.about(said)}"
            raise InputError(row.wrong("dissociated", problem, "", close))
        if said and said.lower() != NOBODY:
            yield code or said
