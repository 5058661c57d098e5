"""What the back-test reads: the cut, recorded votes, and codings; every error names its place.

Recorded votes given by the user replace the shipped ones of the same resolution, whole, and are
added to them otherwise: a table of new votes alone is enough. A given coding is read over each
shipped one: what it codes counts, and what it leaves out is read as the shipped coder read it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim import codings as coded
from sim import countries, record, shipped
from sim.codings import Text
from sim.core import worlds
from sim.errors import InputError, Mistake
from sim.near import near
from sim.record import NO_SEAT, Codes, Votes
from sim.scenario.groups import shipped_groups

CODERS = {"first coder": "codings_first.csv", "second coder": "codings_second.csv"}


@dataclass(frozen=True)
class Reading:
    """One coder's reading of the texts."""

    name: str
    texts: dict[str, Text]  # by resolution


def cut(text: str) -> dt.date:
    """Read ``--until``."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        said = Mistake("is not a date", field="--until", value=text, allowed="YYYY-MM-DD")
        raise InputError(said) from None


# Recorded votes


def recorded(path: Path | None) -> Votes:
    """Recorded votes, the given ones in place of and beside the shipped ones.

    Those of one day stand in the order of their symbols, whatever a file's order: the last vote
    that a state missed must not hang on it.
    """
    votes = record.votes()
    if path is not None:
        votes = merged(votes, record.votes(path))
    keys = [(day, record.natural(r)) for r, day in zip(votes.resolutions, votes.dates, strict=True)]
    return votes.take(sorted(range(len(keys)), key=keys.__getitem__))


def merged(ours: Votes, given: Votes) -> Votes:
    """Put votes together: a given resolution replaces ours, others follow."""
    kept = ours.take([j for j, r in enumerate(ours.resolutions) if r not in given.column])
    states = (*ours.states, *(s for s in given.states if s not in ours.states))
    codes = np.concatenate([_on(states, kept), _on(states, given)], axis=1)
    return Votes(
        states,
        kept.resolutions + given.resolutions,
        kept.dates + given.dates,
        kept.topics + given.topics,
        kept.series + given.series,
        codes,
        given.notes,
    )


def _on(states: Sequence[str], votes: Votes) -> Codes:
    """The codes (states, resolutions) with the states in this order, unknown ones with no seat."""
    codes = np.full((len(states), len(votes.resolutions)), NO_SEAT, dtype=np.int8)
    codes[[states.index(s) for s in votes.states]] = votes.codes
    return codes


# Codings


def readings(paths: Sequence[Path] = ()) -> tuple[Reading, ...]:
    """Read the coders' readings: the shipped two, or each given file over each of them.

    Readings that say the same of every text are one.
    """
    shipped_ones = [Reading(n, texts(shipped.data(f))) for n, f in CODERS.items()]
    if not paths:
        return tuple(shipped_ones)
    found: list[Reading] = []
    for path in paths:
        given = texts(path)
        for below in shipped_ones:
            name = path.stem if below.texts.keys() <= given.keys() else f"{path.stem}, {below.name}"
            both = Reading(name, below.texts | given)
            if not any(_same(both, other) for other in found):
                found.append(both)
    return tuple(found)


def _same(a: Reading, b: Reading) -> bool:
    return a.texts.keys() == b.texts.keys() and all(
        t.content == b.texts[r].content and t.series == b.texts[r].series
        for r, t in a.texts.items()
    )


def texts(path: Path) -> dict[str, Text]:
    """Read one file of coded texts and check its issues and sponsors, in order of date."""
    rows = record.table(path, coded.COLUMNS)
    if not rows:
        raise InputError(Mistake("the table holds no coded text", str(path)))
    wrong = [mistake for row in rows for mistake in _mistakes(row)]
    if wrong:
        raise InputError(wrong)
    return {t.resolution: _named(t) for t in coded.codings(path)}


def _mistakes(row: record.Row) -> Iterator[Mistake]:
    for field in ("resolution", "series"):
        if not row.cells[field].strip():
            yield row.wrong(field, "is empty")
    issue = row.cells["issue"]
    if issue not in worlds.ISSUES:
        allowed = " ".join(worlds.ISSUES)
        yield row.wrong("issue", "is no issue", allowed, near(issue, worlds.ISSUES))
    for sponsor in _listed(row.cells["sponsors"]):
        if not _members(sponsor):
            close = countries.near(sponsor) or near(sponsor, countries.names())
            allowed = "codes or names of states, or groups, with ; between them"
            problem = f"names {sponsor!r}, which is no state{countries.about(sponsor)}"
            yield row.wrong("sponsors", problem, allowed, close)


def _listed(cell: str) -> list[str]:
    return [s.strip() for s in cell.split(";") if s.strip()]


def _members(sponsor: str) -> tuple[str, ...]:
    """The states that a sponsor stands for; none if there is no such state or group."""
    code = countries.code(sponsor)
    if code:
        return (code,)
    return shipped_groups().get(sponsor.removeprefix("group "), ())


def _named(text: Text) -> Text:
    """The same text with states as sponsors and one spelling of its series."""
    states = dict.fromkeys(m for s in text.sponsors for m in _members(s))
    return replace(text, sponsors=tuple(states), series=plain(text.series))


def plain(series: str) -> str:
    """One spelling of a series: case and spaces aside."""
    return " ".join(series.casefold().split())
