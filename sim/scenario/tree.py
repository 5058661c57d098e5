"""What a scenario file says, as text, and where it says it.

A tree is nested maps and lists whose leaves are strings (or None, for a bare ``null``). Types
come later, from the schema. Every path in it remembers the file and line it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sim.errors import InputError, Mistake
from sim.near import near

Steps = tuple[str | int, ...]

MOST_MISTAKES = 100  # more would not be read, and a hostile file could hold 100,000
LONGEST_VALUE = 60
SETTING = "--set"  # where a setting of the command line says that it stands


@dataclass(frozen=True)
class Origin:
    """Where something was said; ``field`` is how it is called there, if not by its path."""

    file: str
    line: int | None = None
    field: str = ""


@dataclass
class Tree:
    """A scenario as written: the value, the origin of each path, and the mistakes of its form."""

    value: Any
    origins: dict[Steps, Origin]
    mistakes: list[Mistake] = field(default_factory=list)

    def where(self, path: Sequence[str | int]) -> Origin:
        """Find the origin of a path, or of the nearest thing around it."""
        path = tuple(path)
        for end in range(len(path), -1, -1):
            origin = self.origins.get(path[:end])
            if origin is not None:
                return _named(origin, path, end)
        return Origin("", None, written(path))

    def put(self, path: Steps, value: Any, origin: Origin) -> None:
        """Set one path, making maps on the way; what stood below it is forgotten."""
        node = self.value
        for step in path[:-1]:
            if isinstance(node, dict) and not isinstance(node.get(step), dict | list):
                node[step] = {}
            node = node[step]
        node[path[-1]] = value
        for old in [p for p in self.origins if p[: len(path)] == path]:
            del self.origins[old]
        self.origins[path] = origin

    def get(self, *path: str | int) -> Any:
        """Return what stands at a path, or None."""
        node = self.value
        for step in path:
            if isinstance(node, dict):
                node = node.get(str(step))
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
            else:
                return None
        return node

    def keys(self, *path: str) -> tuple[str, ...]:
        """Return the names in the map at a path; none if there is no map."""
        node = self.get(*path)
        return tuple(node) if isinstance(node, dict) else ()


def written(path: Iterable[str | int]) -> str:
    """Write a path as --set takes it: items of lists are counted from 1."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def _named(origin: Origin, path: Steps, end: int) -> Origin:
    name = origin.field or written(path[:end])
    return replace(origin, field=".".join(p for p in (name, written(path[end:])) if p))


def merge(base: Tree, over: Tree) -> Tree:
    """Lay one tree over another: maps are merged, anything else replaces what was there."""
    origins = base.origins | over.origins
    return Tree(merged(base.value, over.value), origins, base.mistakes + over.mistakes)


def merged(base: Any, over: Any) -> Any:
    """Lay one value over another, maps merged."""
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    return base | {key: merged(base.get(key), value) for key, value in over.items()}


def without_nulls(value: Any) -> Any:
    """Drop the keys whose value is ``null``: how one file takes back what another said."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


class Mistakes:
    """Collects everything wrong with one scenario, so that all of it is said at once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.found: list[Mistake] = []
        self.uncounted = 0
        self.extend(tree.mistakes)

    @property
    def full(self) -> bool:
        """Whether more mistakes are found than will be read."""
        return len(self.found) >= MOST_MISTAKES

    def add(
        self,
        path: Sequence[str | int],
        problem: str,
        *,
        value: object = "",
        allowed: str = "",
        among: Iterable[str] = (),
        suggest: Callable[[str], str] | None = None,
    ) -> None:
        """Note a mistake at a path, with the nearest word ``among`` some, or as ``suggest`` finds.

        Neither is looked for once there are too many mistakes to be read.
        """
        if self.full:
            self.uncounted += 1
            return
        at, text = self.tree.where(path), short(value)
        suggestion = suggest(text) if suggest else near(text, among)
        if suggestion and at.file == SETTING and at.field.endswith(f".{text}"):
            suggestion = at.field.removesuffix(text) + suggestion  # a path, to be typed again
        self.found.append(Mistake(problem, at.file, at.line, at.field, text, allowed, suggestion))

    def place(self, path: Sequence[str | int], error: InputError) -> None:
        """Note mistakes found in what stands at a path; those without a place get this one."""
        at = self.tree.where(path)
        self.extend(
            m if m.file else replace(m, file=at.file, line=at.line, field=m.field or at.field)
            for m in error.mistakes
        )

    def extend(self, mistakes: Iterable[Mistake]) -> None:
        """Note mistakes that already know their place."""
        for mistake in mistakes:
            if self.full:
                self.uncounted += 1
            else:
                self.found.append(mistake)

    def raise_if_any(self) -> None:
        """Raise all that was found as one InputError, in order of file and line."""
        if not self.found:
            return
        found = sorted(dict.fromkeys(self.found), key=lambda m: (m.file, m.line or 0))
        if self.uncounted:
            found.append(Mistake(f"and {self.uncounted} more mistakes, not listed"))
        raise InputError(found)


def short(value: object) -> str:
    """Show a value in one line of a message."""
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    text = " ".join(str(value).split()) if value is not None else "null"
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."
