"""Which country is meant: one function for every reader, `code`, and what to say where it is none.

Known of each of the 193 Members of the United Nations are its codes of ISO 3166 (three letters;
two, in capitals only, since "no" and "in" are words), its name in the United Nations, other names
and former names, in any order of their words. What people take for a Member and is none (a state
that ended, a part of a state, an observer, a bloc) is known too, so that a message can say what it
is and what may be meant.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sim import delimited, shipped
from sim.near import near as nearest

LONGEST_ID = 4  # what is longer is more likely meant as a name
TWO = 2  # letters of the shorter codes
UNSURE = {"AU": "is Australia's code and the African Union's name: write AUS, or group AU"}
BETWEEN = {"of", "the", "and"}  # words that tell no country from another
# words of many names: two names are not alike by these alone
COMMON = re.compile(
    r"\b(of|the|and|republic|states?|kingdom|islamic|democratic|peoples?|s|federal|federated"
    r"|federation|plurinational|bolivarian|united|socialist|former|commonwealth|principality"
    r"|union|arab)\b"
)


@dataclass(frozen=True)
class Stranger:
    """What is no Member of the United Nations, and may be taken for one."""

    name: str
    kind: str  # ended, part, other, bloc
    what: str  # what it is
    meant: str  # the Member, or the group, that may be meant
    seat: str  # the Member that goes on with the seat of a state that ended
    since: dt.date | None  # from when on that seat is the same

    def __str__(self) -> str:
        return self.what if self.name in self.what else f"{self.name} is {self.what}"


def code(text: str) -> str | None:
    """Return the ISO3 code of a Member named by a code or any name; None if it is no Member."""
    bare = text.strip()
    if bare in names():
        return bare
    return _short_codes().get(bare) or _codes().get(_key(bare))


def by_number(number: str) -> str | None:
    """Return the code of a Member, or the name of a stranger, by its number in the list of COW."""
    return _numbers().get(number.strip())


def name(iso3: str) -> str:
    """Return the name the United Nations uses for a member; the code itself if it is none."""
    return names().get(iso3, iso3)


def stranger(text: str) -> Stranger | None:
    """Return what is known of something that is no Member; None if nothing is."""
    if code(text):
        return None
    bare = text.strip()
    if len(bare) == TWO:
        return _short_strangers().get(bare)
    return _strangers().get(_key(bare))


def about(text: str) -> str:
    """Say what a name that is no Member's stands for, to follow on a problem; or ""."""
    known = stranger(text)
    return f": {known}" if known else ""


def unsure(text: str) -> str:
    """Say that a word means a state in one place and a group in another; "" if it does not."""
    return UNSURE.get(text.strip(), "")


def near(text: str) -> str:
    """Return what may be meant by a name that is no Member's: by its meaning, then its letters."""
    known = stranger(text)
    if known:
        return known.meant
    said = plain(text)
    found = nearest(said, _spelt(), 0.75)
    if found and (_telling(found) == found or nearest(_telling(found), [_telling(said)])):
        return _spelt()[found]
    words = [_telling(said), *(word for word in said.split() if len(word) >= LONGEST_ID)]
    found = next((f for word in words if (f := nearest(word, _tellings(), 0.8))), "")
    return _tellings().get(found, "")


def near_actor(text: str, actors: Iterable[str]) -> str:
    """Return the id or country name most like one that is not among ``actors``, or ""."""
    if code(text):
        return ""  # rightly spelt, and not here
    if stranger(text):
        return near(text)
    by_id, by_name = nearest(text, actors), near(text)
    return by_name or by_id if len(text) > LONGEST_ID else by_id or by_name


@cache
def names() -> dict[str, str]:
    """ISO3 code to UN name, for the 193 members."""
    return {row["iso3"]: row["un_name"] for row in _rows()}


def plain(text: str) -> str:
    """Reduce a name to what is compared: no case, accents, points, or leading article."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c)).replace("&", " and ")
    words = re.sub(r"[^a-z0-9 ]+", " ", bare.replace(".", "")).split()
    if words[:1] == ["the"]:
        words = words[1:]
    return " ".join("saint" if word == "st" else word for word in words)


def _key(text: str) -> str:
    """The words of a name in one order: "Korea, Republic of" is "Republic of Korea"."""
    words = plain(text).split()
    return " ".join(sorted(word for word in words if word not in BETWEEN) or words)


def _telling(plainly: str) -> str:
    """A plain name without the words that many names share, if any are left."""
    return " ".join(COMMON.sub(" ", plainly).split()) or plainly


@cache
def _spelt() -> dict[str, str]:
    return {plain(word): word for row in _rows() for word in _words(row)}


@cache
def _tellings() -> dict[str, str]:
    return {_telling(plain(row["un_name"])): row["un_name"] for row in _rows()}


@cache
def _codes() -> dict[str, str]:
    return {_key(word): row["iso3"] for row in _rows() for word in _words(row)}


@cache
def _short_codes() -> dict[str, str]:
    return {row["iso2"]: row["iso3"] for row in _rows()}


def _words(row: dict[str, str]) -> list[str]:
    aliases = [alias for alias in row["aliases"].split(";") if alias]
    return [row["iso3"], *aliases, row["un_name"]]


@cache
def _strangers() -> dict[str, Stranger]:
    return {_key(name): _stranger(row, name) for row in _others() for name in _called(row)}


@cache
def _short_strangers() -> dict[str, Stranger]:
    short = ((row, name) for row in _others() for name in _called(row) if len(name) == TWO)
    return {name: _stranger(row, name) for row, name in short}


def _stranger(row: dict[str, str], name: str) -> Stranger:
    since = dt.date.fromisoformat(row["since"]) if row["since"] else None
    return Stranger(name, row["kind"], row["is"], row["meant"], row["seat"], since)


def _called(row: dict[str, str]) -> list[str]:
    return row["names"].split(";")


@cache
def _numbers() -> dict[str, str]:
    members = {row["cow"]: row["iso3"] for row in _rows()}
    return members | {row["cow"]: _called(row)[0] for row in _others() if row["cow"]} | BEFORE


BEFORE = {"260": "DEU", "678": "YEM"}  # numbers that the same seats had until 1990


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return _shipped("countries.csv")


@cache
def _others() -> tuple[dict[str, str], ...]:
    return _shipped("no_members.csv")


def _shipped(table: str) -> tuple[dict[str, str], ...]:
    return tuple(delimited.read(shipped.data(table), table).named())
