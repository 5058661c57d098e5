"""Roll calls of the General Assembly as others publish them, known by their header.

* The voting data of the UN Digital Library: a row a resolution and state, with columns ms_code,
  ms_name, ms_vote (Y, N, A, X for not voting), date, resolution (A/RES/73/27), title ...
* The United Nations General Assembly Voting Data of Voeten, Strezhnev and Bailey: a row a roll
  call and state, with columns rcid, ccode or Country, vote (1 yes, 2 abstain, 3 no, 8 absent, 9 not
  a member), date, unres ... Votes on paragraphs and amendments are left out.

Both reach back to 1946. The seat of a state that ended is read as that of the Member which goes on
with it; the votes of other states that are no Members now are left out. Both is said in a note.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from sim import countries
from sim.delimited import Line
from sim.errors import InputError, Mistake

MOST_MISTAKES = 50
LIBRARY = {"Y": "Y", "N": "N", "A": "A", "X": "X", "": "X"}
VOETEN = {"1": "Y", "2": "A", "3": "N", "8": "X", "9": ""}
OTHER = "other"  # the topic of a text that is not one of the shipped table
SYMBOL = re.compile(r"^A/RES/|^R/")
NO = ("", "0", "NA", "nan", "FALSE")  # how the column of a mark says no


class Cast(NamedTuple):
    """One state's vote on one text."""

    resolution: str
    state: str
    letter: str  # Y, N, A, X, or "" for no seat


@dataclass
class About:
    """What a file says of one text."""

    date: dt.date
    topic: str
    series: str  # by default its title, which comes again from year to year


@dataclass
class Read:
    """All votes of a file, what it says of each text, and what is to be told of the reading."""

    votes: list[Cast] = field(default_factory=list)
    texts: dict[str, About] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def kind(header: Sequence[str]) -> str:
    """Say whose file has this header: "library", "voeten", or "" for nobody's."""
    names = {name.casefold() for name in header}
    if {"ms_vote", "resolution"} <= names and names & {"ms_code", "ms_name"}:
        return "library"
    if {"rcid", "vote"} <= names and names & {"ccode", "country", "country_code", "countryname"}:
        return "voeten"
    return ""


def read(head: Line, rows: Iterator[Line], shown: str) -> Read:
    """Read the rows of a published file.

    Raises:
        InputError: a column is missing, or all that is wrong in the rows.
    """
    return _Reading(head, shown).read(rows, kind(head.cells) == "library")


class _Reading:
    def __init__(self, head: Line, shown: str) -> None:
        self.shown, self.line = shown, head.number
        self.place = {name.casefold(): n for n, name in enumerate(head.cells)}
        self.made = Read()
        self.mistakes: list[Mistake] = []
        self.seats: dict[tuple[str, ...], str | countries.Stranger] = {}
        self.left_out: Counter[str] = Counter()
        self.carried_on: dict[str, str] = {}
        self.calls: dict[str, str] = {}  # by resolution, the number of the roll call that counts
        self.seen: dict[tuple[str, str], str] = {}

    def read(self, rows: Iterator[Line], library: bool) -> Read:
        """Take row after row; stop where there are more mistakes than are read."""
        take = self._library if library else self._voeten
        self._need("date", *(("resolution",) if library else ()))
        for row in rows:
            take(row)
            if len(self.mistakes) >= MOST_MISTAKES:
                break
        if not self.seen and not self.mistakes:
            self._wrong(self.line, "the table holds no votes")
        if self.mistakes:
            raise InputError(self.mistakes)
        self.made.votes = [Cast(*key, letter) for key, letter in self.seen.items()]
        self.made.notes = tuple(self._notes())
        return self.made

    def _need(self, *columns: str) -> None:
        absent = [c for c in columns if c not in self.place]
        wrong = [Mistake("this column is missing", self.shown, self.line, c) for c in absent]
        if wrong:
            raise InputError(wrong)

    def _cell(self, row: Line, *columns: str) -> str:
        """The first of these columns in which something stands."""
        for column in columns:
            place = self.place.get(column, len(row.cells))
            if place < len(row.cells) and row.cells[place]:
                return row.cells[place]
        return ""

    def _library(self, row: Line) -> None:
        symbol = self._cell(row, "resolution")
        if symbol:
            said = self._cell(row, "title", "agenda_title", "subjects")
            self._take(
                row,
                SYMBOL.sub("", symbol),
                said.partition(" : ")[0],
                (self._cell(row, "ms_code"), self._cell(row, "ms_name")),
                "ms_vote",
                LIBRARY,
            )

    def _voeten(self, row: Line) -> None:
        if any(self._cell(row, mark) not in NO for mark in ("amend", "para", "paragraph")):
            return
        call, symbol = self._cell(row, "rcid"), SYMBOL.sub("", self._cell(row, "unres", "res"))
        label = symbol if symbol not in NO else f"roll call {call}"
        if self.calls.setdefault(label, call) != call:
            label = f"{label} (roll call {call})"
        who = tuple(self._cell(row, c) for c in ("country", "country_code", "countryname"))
        number = countries.by_number(self._cell(row, "ccode")) or ""
        said = self._cell(row, "short", "descr", "shortdescr")
        self._take(row, label, said, (*who, number), "vote", VOETEN)

    def _take(
        self,
        row: Line,
        label: str,
        title: str,
        who: tuple[str, ...],
        column: str,
        letters: Mapping[str, str],
    ) -> None:
        vote = self._cell(row, column)
        letter = letters.get(vote.removesuffix(".0"))
        date = self._date(row)
        if letter is None:
            allowed = ", ".join(v for v in letters if v)
            self._wrong(row.number, "is not a vote", column, vote, allowed)
        if letter is None or date is None:
            return
        state = self._state(row, who, date)
        if label not in self.made.texts:
            series = " ".join(title.casefold().split()) or label
            self.made.texts[label] = About(date, OTHER, series)
        if state and self.seen.setdefault((label, state), letter) != letter:
            self._wrong(row.number, "voted twice on this text, and not alike", label, state)

    def _date(self, row: Line) -> dt.date | None:
        said = self._cell(row, "date")
        try:
            return _day(said[:10])
        except ValueError:
            self._wrong(row.number, "is not a date", "date", said, "YYYY-MM-DD")
            return None

    def _state(self, row: Line, who: tuple[str, ...], date: dt.date) -> str:
        """The Member whose seat it is; "" if it is none now, or if nobody knows it."""
        found = self.seats.get(who)
        if found is None:
            found = self.seats[who] = _seat(who)
        if not found:
            said = next((w for w in who if w), "")
            close = countries.near(said)
            self._wrong(row.number, "is no state that is known", "", said, "", close)
            return ""
        if isinstance(found, str):
            return found
        if found.seat and found.since and date >= found.since:
            self.carried_on[found.name] = found.seat
            return found.seat
        self.left_out[found.name] += 1
        return ""

    def _wrong(
        self,
        line: int,
        problem: str,
        field: str = "",
        value: str = "",
        allowed: str = "",
        near: str = "",
    ) -> None:
        self.mistakes.append(Mistake(problem, self.shown, line, field, value, allowed, near))

    def _notes(self) -> Iterator[str]:
        if self.carried_on:
            pairs = ", ".join(f"{old} as {new}" for old, new in self.carried_on.items())
            yield f"{self.shown}: seats that a Member goes on with are read as its own: {pairs}"
        if self.left_out:
            counts = ", ".join(f"{count:,} of {name}" for name, count in self.left_out.items())
            yield f"{self.shown}: votes of what is no Member now are left out: {counts}"


@cache
def _day(said: str) -> dt.date:
    return dt.date.fromisoformat(said)


def _seat(who: tuple[str, ...]) -> str | countries.Stranger:
    """The code of a Member, or what is known of a stranger, by any of its names; else ""."""
    codes = (countries.code(name) for name in who if name)
    if code := next((code for code in codes if code), ""):
        return code
    strangers = (countries.stranger(name) for name in who if name)
    return next((stranger for stranger in strangers if stranger), "")
