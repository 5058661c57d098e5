"""The literature, read from references.bib beside this file: the only place where works are told.

Everything else names a work by its key, such as ``snyder1989``. The file is BibTeX in one form
only: an entry begins at ``@kind{key,``, has a field a line, and ends at a brace on its own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("references.bib")
MOST = 3  # authors that are named; more are "and others"
PLACES = ("journal", "booktitle", "publisher", "institution")  # where a work came out
_ENTRY = re.compile(r"^@(\w+)\{(\w+),\n(.*?)^\}$", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^  (\w+) = \{(.*)\},$", re.MULTILINE)
_CITED = re.compile(r"\[(@\w+(?:; @\w+)*)\]")  # as Pandoc reads it
ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True)
class Work:
    """One entry: its key, its kind and its fields, written as BibTeX has them."""

    key: str
    kind: str
    fields: Mapping[str, str]

    def __str__(self) -> str:
        lines = [f"  {name} = {{{value}}}," for name, value in self.fields.items()]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])

    @property
    def short(self) -> str:
        """Surnames and year, as a text cites it: "Clinton, Jackman and Rivers 2004"."""
        return f"{self._surnames} {self.fields.get('year', '')}".strip()

    @property
    def in_brackets(self) -> str:
        """The same with the year in brackets: "Snyder (1989)"."""
        year = self.fields.get("year")
        return f"{self._surnames} ({year})" if year else self._surnames

    @property
    def _surnames(self) -> str:
        names = [name.partition(",")[0] for name in self.fields["author"].split(" and ")]
        if names[-1] == "others" or len(names) > MOST:
            return plain(f"{names[0]} and others")
        return plain(" and ".join(filter(None, (", ".join(names[:-1]), names[-1]))))

    @property
    def told(self) -> str:
        """The entry as a line of a list of references."""
        f = self.fields
        who = f.get("author", "").replace(" and ", "; ").replace("{", "").replace("}", "")
        where = next((f[place] for place in PLACES if place in f), "")
        volume = f.get("volume", "") + (f"({f['number']})" if "number" in f else "")
        pages = f.get("pages", "").replace("--", "-")
        place = ", ".join(part for part in (f"{where} {volume}".strip(), pages) if part)
        head = f"{who} ({f['year']}). " if who and "year" in f else f"{who}. " * bool(who)
        tail = " ".join(f"{part}." for part in (place, f.get("note", "")) if part)
        doi = f" doi:{f['doi']}" if "doi" in f else ""
        return plain(f"{head}{f['title']}. {tail}").strip() + doi


@cache
def works() -> Mapping[str, Work]:
    """Every entry of references.bib by its key, in its order."""
    text = FILE.read_text(encoding="utf-8")
    return {
        key: Work(key, kind, dict(_FIELD.findall(body))) for kind, key, body in _ENTRY.findall(text)
    }


def short(source: str) -> str:
    """What a text calls a source: surnames and year of a key; anything else as it is."""
    return works()[source].short if source in works() else source


def listed(keys: Iterable[str]) -> str:
    """Works one after the other in a sentence: "Nash (1950); Kalai (1977)"."""
    return "; ".join(works()[key].in_brackets for key in keys)


def citation(sources: Iterable[str]) -> str:
    """Cite sources after a statement: keys as Pandoc reads them, the rest in round brackets."""
    known = [s for s in sources if s in works()]
    others = [s for s in sources if s not in works()]
    keys = f" [{'; '.join(f'@{key}' for key in known)}]" if known else ""
    return keys + (f" ({'; '.join(others)})" if others else "")


def cited(text: str) -> set[str]:
    """The keys that a text cites as ``[@key]`` or ``[@key; @key]``."""
    return {key.strip(" @") for group in _CITED.findall(text) for key in group.split(";")}


def escaped(text: str) -> str:
    """Write a text so that BibTeX and LaTeX read it as it is."""
    return "".join(ESCAPED.get(c, c) for c in " ".join(text.split()))


def plain(text: str) -> str:
    """Undo `escaped`, and take away braces that only keep capitals."""
    marks = {written: c for c, written in ESCAPED.items() if c not in "{}"}
    for written, c in marks.items():
        text = text.replace(written, c)
    return (
        text.replace(r"\{", "\0")
        .replace(r"\}", "\1")
        .replace("{", "")
        .replace("}", "")
        .translate({0: "{", 1: "}"})
    )
