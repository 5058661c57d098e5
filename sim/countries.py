"""Country names: ISO 3166 codes, the names of the United Nations, and common names for them."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from sim import shipped
from sim.near import near as nearest

LONGEST_ID = 4  # what is longer is more likely meant as a name


def code(text: str) -> str | None:
    """Return the ISO3 code of a country named by its code or any common name; None if unknown."""
    if text in names():
        return text
    return _codes().get(plain(text))


def name(iso3: str) -> str:
    """Return the name the United Nations uses for a member; the code itself if it is none."""
    return names().get(iso3, iso3)


def near(text: str) -> str:
    """Return the known country name most like a misspelt one, or ""."""
    found = nearest(plain(text), _codes(), 0.75)
    return _spelt()[found] if found else ""


def near_actor(text: str, actors: Iterable[str]) -> str:
    """Return the id or country name most like one that is not among ``actors``, or ""."""
    if code(text):
        return ""  # rightly spelt, and not here
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


@cache
def _spelt() -> dict[str, str]:
    return {plain(word): word for row in _rows() for word in _words(row)}


@cache
def _codes() -> dict[str, str]:
    return {plain(word): row["iso3"] for row in _rows() for word in _words(row)}


def _words(row: dict[str, str]) -> list[str]:
    aliases = [alias for alias in row["aliases"].split(";") if alias]
    return [row["iso3"], *aliases, row["un_name"]]


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = shipped.data("countries.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(csv.DictReader(lines))
