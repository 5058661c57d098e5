"""Decisions of the European Union as arrays, the file of DEU III, and the Council's rules.

An issue is one question of a proposal, on a scale between the two extreme positions taken on it.
Inside, positions, saliences, reference point and outcome are on 0-1; in files they are 0-100.

The file has a tab between cells and one row an issue. Columns, as the data set calls them:
``prnr`` and ``isnr`` name the proposal and the issue,
``proc`` is COD where the Parliament decides too and CNS where it is consulted, ``counvte`` is the
Council's rule, QMV or Unan, ``p`` and ``s`` before an actor are its position and salience, ``rp``
is the reference point and ``out`` the outcome. All these numbers are on 0-100; a blank cell is not
known. A row that names no issue holds capabilities under the columns of positions.

Who sits is read off the file: the states with a position on any issue of the proposal. A qualified
majority is

- of weighted votes among the fifteen: 62 of 87 (Art. 205 TEC before the Treaty of Nice),
- of weighted votes and a majority of states with members of 2004 and later: 255 of 345 and the
  like (Protocol on the enlargement of the European Union; Acts of Accession 2003, 2005, 2012),
- of 55% of states with 65% of population for proposals from 2014 on (Art. 16(4) TEU). It holds
  from 1 November 2014; the few proposals made earlier that year were decided after it.

Where only some states take part, the same shares of their votes are needed, as for enhanced
cooperation (Art. 330 TFEU). Populations are those of 1 January 2016 in tenths of a million
(Eurostat, demo_pjan, unverified); the votes are those of the treaties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import delimited
from sim.errors import InputError, Mistake
from sim.forums.rules import Rules
from sim.near import near
from sim.published import power
from sim.published.compromise import weighted_mean
from sim.published.game import Game, rule
from sim.published.median import weighted_median
from sim.published.table import Table
from sim.record import natural

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

COMMISSION, PARLIAMENT = 0, 1  # places among the actors
ACTORS = (  # as the file calls them, after "p" for positions and "s" for saliences
    *("com", "ep", "at", "be", "bu", "cr", "cy", "cz", "dk", "ee", "fi", "fr", "de", "el", "hu"),
    *("ie", "it", "lv", "lt", "lu", "mt", "nl", "pl", "pt", "ro", "si", "sk", "es", "se", "uk"),
)


OF_NAMES = ("issue", "proposal", "title")  # what there is of each issue: see below
OF_ARRAYS = (
    *("year", "codecision", "unanimity"),
    *("position", "salience", "reference", "outcome"),
)


@dataclass(frozen=True)
class Decisions:
    """Issues in the order of the file; arrays lead with issues."""

    file: str
    issue: tuple[str, ...]
    proposal: tuple[str, ...]  # of each issue
    title: tuple[str, ...]  # of each issue's proposal
    year: Ints  # (issues,): of the proposal
    codecision: Bools  # (issues,): the Parliament decides too; otherwise it is consulted
    unanimity: Bools  # (issues,): of the Council; otherwise a qualified majority
    position: Floats  # (issues, actors), nan where none is taken
    salience: Floats  # (issues, actors), 0 where it is not known
    reference: Floats  # (issues,): what holds if nothing is decided; nan where it is not known
    outcome: Floats  # (issues,), nan where it is not known
    capability: Floats  # (actors,), as the file gives it; empty where it does not
    unread: tuple[str, ...] = ()  # procedures and rules of the file that are none we know
    skipped: int = 0  # issues of the file on which nobody takes a position

    def __len__(self) -> int:
        return len(self.issue)

    @cached_property
    def present(self) -> Bools:
        """Who takes a position on which issue: (issues, actors)."""
        return ~np.isnan(self.position)

    @cached_property
    def known(self) -> Ints:
        """Places of the issues whose outcome is known."""
        return np.flatnonzero(~np.isnan(self.outcome))

    @cached_property
    def proposals(self) -> dict[str, Ints]:
        """Places of the issues of each proposal, in the order of the file."""
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.proposal):
            places.setdefault(name, []).append(place)
        return {name: np.array(found, dtype=np.int64) for name, found in places.items()}

    @cached_property
    def group(self) -> Ints:
        """Number of each issue's proposal: (issues,)."""
        number = {name: n for n, name in enumerate(self.proposals)}
        return np.array([number[name] for name in self.proposal], dtype=np.int64)

    def take(self, places: Ints) -> Decisions:
        """The issues at these places."""
        names = {n: tuple(getattr(self, n)[p] for p in places) for n in OF_NAMES}
        return replace(self, **names, **{n: getattr(self, n)[places] for n in OF_ARRAYS})

    def blind(self) -> Decisions:
        """The same issues without what came of them: all that a hindcast may see."""
        return replace(self, outcome=np.full(len(self), np.nan))

    def tables(self, capability: Floats) -> Iterator[tuple[Ints, Table]]:
        """Each proposal as a table for the published models, without what came of it.

        Args:
            capability: (issues, actors).
        """
        for name, places in self.proposals.items():
            here = anyone(self.present[places])
            yield places, _table(self.take(places), name, here, capability[places])


def anyone(present: Bools) -> Bools:
    """Who takes a position on any of some issues, (issues, actors): (actors,)."""
    found: Bools = np.any(present, axis=0)
    return found


def _table(decisions: Decisions, name: str, here: Bools, capability: Floats) -> Table:
    """One proposal, of those who take a position on any of its issues."""
    issues = len(decisions)
    present = decisions.present[:, here].T
    return Table(
        name=name,
        actors=tuple(actor for actor, there in zip(ACTORS, here, strict=True) if there),
        issues=decisions.issue,
        position=decisions.position[:, here].T,
        salience=np.where(present, decisions.salience[:, here].T, 0.0),
        capability=capability[:, here].T,
        low=np.zeros(issues),
        high=np.full(issues, 100.0),
        status_quo=decisions.reference,
        outcome=np.full(issues, np.nan),
    )


# Means and medians of positions, issue by issue: what the simplest models say


def weight(decisions: Decisions, capability: Floats) -> Floats:
    """Capability times salience of those who take a position: (issues, actors).

    Where nobody with a capability cares about an issue, those who take a position count alike.
    """
    found = np.where(decisions.present, capability * decisions.salience, 0.0)
    nobody = ~(found.sum(axis=1) > 0)
    found[nobody] = decisions.present[nobody]
    return found


def mean(decisions: Decisions, weights: Floats) -> Floats:
    """Mean of the positions by weights (issues, actors): (issues,)."""
    return weighted_mean(decisions.position.T, weights.T)


def compromise(decisions: Decisions) -> Floats:
    """Mean of the positions by capability and salience, as the compromise model has it."""
    return mean(decisions, weight(decisions, decisions.capability))


def median(decisions: Decisions, weights: Floats) -> Floats:
    """Median of the positions by weights (issues, actors): (issues,)."""
    return weighted_median(decisions.position.T, weights.T)


def spread(decisions: Decisions, weights: Floats) -> Floats:
    """Standard deviation of the positions by weights (issues, actors): (issues,)."""
    away = (decisions.position - mean(decisions, weights)[:, None]) ** 2
    return np.sqrt(weighted_mean(away.T, weights.T))


# The file

NAMES = ("prnr", "isnr", "proc", "counvte", "rp", "out")
POSITIONS = tuple(f"p{actor}" for actor in ACTORS)
SALIENCES = tuple(f"s{actor}" for actor in ACTORS)
FULL = 100.0
UNKNOWN = ("", ".", "na", "n/a", "nan")  # ways to write that nothing is known
CENTURY = 60  # a proposal numbered 98 is of 1998, one numbered 14 of 2014
LARGEST = 20_000_000  # bytes; the data set has a tenth of a million


@dataclass
class Row:
    """One row below the head, with the line it stands on."""

    file: str
    line: int
    cells: dict[str, str]
    mistakes: list[Mistake] = field(default_factory=list, repr=False)

    def number(self, column: str, most: float = FULL) -> float:
        """A cell as a number from 0 to ``most``; nan where nothing is known."""
        text = self.cells[column]
        if text.casefold() in UNKNOWN:
            return float("nan")
        try:
            value = float(text)
        except ValueError:
            self.wrong(column, "is not a number", _range(most), text.replace(",", "."))
            return float("nan")
        if not 0 <= value <= most:
            self.wrong(column, "is out of range", _range(most))
            return float("nan")
        return value

    def wrong(self, column: str, problem: str, allowed: str = "", better: str = "") -> None:
        """Note what is wrong with a cell."""
        said = self.cells[column]
        better = better if better != said and re.fullmatch(r"[\d.]+", better) else ""
        self.mistakes.append(Mistake(problem, self.file, self.line, column, said, allowed, better))


def _range(most: float) -> str:
    return f"a number from 0 to {most:g}, or nothing" if most < np.inf else "a number, 0 or more"


def read(file: Path) -> Decisions:
    """Read a file of decisions.

    Raises:
        InputError: everything that is wrong with it, each with its line.
    """
    mistakes: list[Mistake] = []
    rows = list(_rows(file, mistakes))
    issues = [row for row in rows if row.cells["isnr"]]
    about = [row for row in rows if not row.cells["isnr"]]
    found = _decisions(str(file), issues, _capability(about, mistakes))
    for row in rows:
        mistakes.extend(row.mistakes)
    mistakes.extend(_twice(issues))
    if not issues and not mistakes:
        mistakes.append(Mistake("has no row of an issue", str(file), allowed="one row an issue"))
    if issues and not mistakes and not len(found.known):
        problem = "no issue has an outcome, so there is nothing to score"
        mistakes.append(Mistake(problem, str(file), None, "out", allowed="0 to 100"))
    if mistakes:
        raise InputError(sorted(mistakes, key=lambda m: m.line or 0))
    return found


def _rows(file: Path, mistakes: list[Mistake]) -> Iterator[Row]:
    _, found = delimited.records(_text(file), str(file), comment=lambda _: False)
    lines = [(line.number, line.cells) for line in found]
    if not lines:
        raise InputError(Mistake("is empty", str(file), allowed="a head and one row an issue"))
    head = [name.casefold() for name in lines[0][1]]
    _check(file, lines[0][0], head)
    for line, cells in lines[1:]:
        if len(cells) != len(head):
            problem = f"has {len(cells)} cells where the head has {len(head)}"
            mistakes.append(Mistake(problem, str(file), line))
            continue
        yield Row(str(file), line, dict(zip(head, cells, strict=True)))


def _text(file: Path) -> str:
    """The file's text; the data set has been written by programs of several encodings."""
    try:
        if file.stat().st_size > LARGEST:
            raise InputError(Mistake("is too large to be this data set", str(file)))
        content = file.read_bytes()
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise InputError(Mistake(problem, str(file))) from None
    if b"\0" in content[:4096]:
        problem = "is not text: export the data set as a table with tabs between the cells"
        raise InputError(Mistake(problem, str(file)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _check(file: Path, line: int, head: Sequence[str]) -> None:
    """Refuse a head that lacks a column, has one twice, or has not the separator."""
    if len(head) == 1:
        mark = next((f"{m!r}" for m in ("|", ":", " ") if m in head[0]), "something else")
        problem = f"the cells are separated by {mark}, or the head is not that of the data set"
        raise InputError(Mistake(problem, str(file), line, allowed="a tab between cells"))
    wanted = (*NAMES, *POSITIONS, *SALIENCES)
    spare = set(head) - set(wanted)
    lacking = [
        Mistake("there is no such column", str(file), line, column, suggestion=near(column, spare))
        for column in wanted
        if column not in head
    ]
    twice = [
        Mistake("this column stands twice", str(file), line, column)
        for column in wanted
        if head.count(column) > 1
    ]
    if lacking or twice:
        raise InputError([*lacking, *twice])


def _capability(about: Sequence[Row], mistakes: list[Mistake]) -> Floats:
    """What the row without an issue says of each actor's weight; empty where there is none."""
    if not about:
        return np.zeros(0)
    for row in about[1:]:
        problem = "names no issue, and capabilities are already given above"
        mistakes.append(Mistake(problem, row.file, row.line, "isnr"))
    found = np.array([about[0].number(column, np.inf) for column in POSITIONS])
    for column, value in zip(POSITIONS, found, strict=True):
        if about[0].cells[column].casefold() in UNKNOWN:
            about[0].wrong(column, "is not given", "a capability, 0 or more")
        elif value == 0 and not found.any():
            about[0].wrong(column, "nobody has any capability", "a number above 0")
    return found


def _twice(issues: Sequence[Row]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for row in issues:
        name = row.cells["isnr"]
        if name in first:
            problem = f"this issue also stands in line {first[name]}"
            yield Mistake(problem, row.file, row.line, "isnr", name)
        first.setdefault(name, row.line)
        if not row.cells["prnr"]:
            yield Mistake("says no proposal", row.file, row.line, "prnr")


def _decisions(file: str, rows: Sequence[Row], capability: Floats) -> Decisions:
    """The rows on which somebody takes a position, in an order that is not the file's: which
    proposals are left out together must not hang on how the rows stand.
    """
    by = ("prnrnmc", "prnr", "isnr")  # the data set's own numbers come first, where they are there
    rows = sorted(rows, key=lambda r: [natural(r.cells.get(name, "")) for name in by])
    position = _grid(rows, POSITIONS)
    said = np.atleast_1d(~np.isnan(position).all(axis=1))
    unread: dict[str, None] = {}
    kept = [row for row, some in zip(rows, said, strict=True) if some]
    return Decisions(
        file=file,
        issue=tuple(row.cells["isnr"] for row in kept),
        proposal=tuple(row.cells["prnr"] for row in kept),
        title=tuple(row.cells.get("prname", "") or row.cells["prnr"] for row in kept),
        year=np.array([_year(row.cells["prnr"]) for row in kept], dtype=np.int64),
        codecision=np.array([_says(row, "proc", "cod", "cns", unread) for row in kept], dtype=bool),
        unanimity=np.array(
            [_says(row, "counvte", "una", "qmv", unread) for row in kept], dtype=bool
        ),
        position=position[said],
        salience=np.nan_to_num(_grid(kept, SALIENCES)),
        reference=_grid(kept, ("rp",))[:, 0],
        outcome=_grid(kept, ("out",))[:, 0],
        capability=capability,
        unread=tuple(unread),
        skipped=int(np.count_nonzero(~said)),
    )


def _says(row: Row, column: str, word: str, other: str, unread: dict[str, None]) -> bool:
    """Whether a cell begins with a word; it is noted if it begins with neither that nor another."""
    text = row.cells[column].casefold()
    if not text.startswith((word, other)):
        unread[f"{column} {row.cells[column]!r}"] = None
    return text.startswith(word)


def _grid(rows: Sequence[Row], columns: Sequence[str]) -> Floats:
    cells = [[row.number(column) for column in columns] for row in rows]
    return np.array(cells, dtype=np.float64).reshape(len(rows), len(columns)) / FULL


def _year(proposal: str) -> int:
    """Year of a proposal from its number: a letter, two digits of the year, the rest; else 0."""
    match = re.match(r"[a-z]?(\d\d)", proposal.casefold())
    if not match:
        return 0
    year = int(match.group(1))
    return (1900 if year >= CENTURY else 2000) + year


# The Council

OLD = {  # votes of the fifteen before Nice: 87
    **dict.fromkeys(("de", "fr", "it", "uk"), 10),
    "es": 8,
    **dict.fromkeys(("be", "el", "nl", "pt"), 5),
    **dict.fromkeys(("at", "se"), 4),
    **dict.fromkeys(("dk", "ie", "fi"), 3),
    "lu": 2,
}
NICE = {  # 321 of twenty-five, 345 of twenty-seven, 352 of twenty-eight
    **dict.fromkeys(("de", "fr", "it", "uk"), 29),
    **dict.fromkeys(("es", "pl"), 27),
    "ro": 14,
    "nl": 13,
    **dict.fromkeys(("be", "cz", "el", "hu", "pt"), 12),
    **dict.fromkeys(("at", "bu", "se"), 10),
    **dict.fromkeys(("cr", "dk", "fi", "ie", "lt", "sk"), 7),
    **dict.fromkeys(("cy", "ee", "lu", "lv", "si"), 4),
    "mt": 3,
}
PEOPLE = {  # tenths of a million
    **{"de": 822, "fr": 668, "uk": 654, "it": 607, "es": 464, "pl": 380, "ro": 198, "nl": 170},
    **{"be": 113, "el": 108, "cz": 106, "pt": 103, "se": 99, "hu": 98, "at": 87, "bu": 72},
    **{"dk": 57, "fi": 55, "sk": 54, "ie": 47, "cr": 42, "lt": 29, "si": 21, "lv": 20},
    **{"ee": 13, "cy": 8, "lu": 6, "mt": 4},
}
LISBON = 2014
OLD_SHARE, NICE_SHARE = 62 / 87, 255 / 345
STATES_SHARE, PEOPLE_SHARE, BLOCKING = 0.55, 0.65, 4
STATES = tuple(name for place, name in enumerate(ACTORS) if place > PARLIAMENT)

Seats = tuple[str, ...]  # the states that sit, in our order


def seats(decisions: Decisions, places: npt.NDArray[np.int64]) -> Seats:
    """The states that take a position on any of the issues at these places."""
    here = anyone(decisions.present[places])
    return tuple(name for name, there in zip(ACTORS, here, strict=True) if there and name in STATES)


def weights(states: Seats, year: int) -> tuple[Floats, float]:
    """Weights of the states in a qualified majority, and the share of them that is needed."""
    if year >= LISBON:
        return np.array([PEOPLE[s] for s in states], dtype=np.float64), PEOPLE_SHARE
    if set(states) <= set(OLD):
        return np.array([OLD[s] for s in states], dtype=np.float64), OLD_SHARE
    return np.array([NICE[s] for s in states], dtype=np.float64), NICE_SHARE


def heads(states: Seats, year: int, unanimity: bool) -> int:
    """How many states must be in favour, besides their weights."""
    if unanimity:
        return len(states)
    if year >= LISBON:
        return int(np.ceil(STATES_SHARE * len(states) - 1e-9))
    return 1 if set(states) <= set(OLD) else len(states) // 2 + 1


def blocking(states: Seats, year: int, unanimity: bool) -> int:
    """How many states must stand aside to defeat by weight alone; 0: there is no such rule."""
    return BLOCKING if year >= LISBON and not unanimity and len(states) > BLOCKING else 0


def rules(states: Seats, year: int, unanimity: bool, codecision: bool) -> Rules:
    """The Council's rule as that of a forum of plenary, the Parliament a member with a veto.

    Its seat counts as one head that is always needed, and weighs nothing.
    """
    with_parliament = len(states) + codecision
    needed = heads(states, year, unanimity) + codecision
    return Rules(
        title="Council of the European Union",
        vote="members",
        majority=needed / with_parliament,
        more_than=False,
        vetoes=("ep",) if codecision else (),
        weight_share=0.0 if unanimity else weights(states, year)[1],
        blocking_minority=blocking(states, year, unanimity),
        drafting="sponsors",
    )


@cache
def game(states: Seats, year: int, unanimity: bool, codecision: bool) -> Game:
    """Who wins together: the Commission, which may withdraw its proposal, then the states, and
    the Parliament in codecision."""
    own = len(states)
    heavy, share = weights(states, year)
    conditions = [np.ones(own)] if unanimity else [np.ones(own), heavy]
    quotas = [float(heads(states, year, unanimity)), float(share * heavy.sum())][: len(conditions)]
    vetoes = [own, own + 1][: 1 + codecision]
    padded = [np.concatenate([w, np.zeros(len(vetoes))]) for w in conditions]
    return rule(padded, quotas, vetoes, blocking=blocking(states, year, unanimity))


@cache
def _power(states: Seats, before_lisbon: bool, unanimity: bool, codecision: bool) -> Floats:
    year = LISBON - 1 if before_lisbon else LISBON
    return power.shapley_shubik(game(states, year, unanimity, codecision))


def voting_power(decisions: Decisions) -> Floats:
    """Shapley-Shubik index of every actor under the rule of each issue: (issues, actors).

    Source: Shapley and Shubik (1954); as capabilities of EU actors, Thomson and others (2006),
    The European Union Decides. The rules as written above are ours: the Commission holds a veto.
    """
    found = np.zeros(decisions.position.shape)
    slot = {name: place for place, name in enumerate(ACTORS)}
    for places in decisions.proposals.values():
        states = seats(decisions, places)
        for p in places if states else ():
            cod, una = bool(decisions.codecision[p]), bool(decisions.unanimity[p])
            share = _power(states, bool(decisions.year[p] < LISBON), una, cod)
            found[p, [slot[s] for s in states]] = share[: len(states)]
            found[p, COMMISSION] = share[len(states)]
            found[p, PARLIAMENT] = share[len(states) + 1] if cod else 0.0
    return found
