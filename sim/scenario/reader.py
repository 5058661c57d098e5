"""YAML, as text: every scalar stays the string that was written, so NO and on stay words.

The file is read as a stream of events, never as objects, so it can run nothing and cannot
expand: aliases, anchors and tags are refused, and so is anything too large or too deep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sim.delimited import FORMULA
from sim.encoding import control, text_of, too_large
from sim.errors import InputError, Mistake
from sim.scenario import tree
from sim.scenario.tree import Origin, Tree

LARGEST = 256 * 1024  # bytes
DEEPEST = 20
TOO_DEEP = f"is nested more than {DEEPEST} deep, the most that is read"
MOST_VALUES = 10_000
LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)  # the C parser, where PyYAML was built with it


def read(file: Path, shown: str = "") -> Tree:
    """Read a scenario file; what cannot be read at all is an InputError."""
    shown = shown or str(file)
    return parse(text_of(file, shown, LARGEST), shown)


def parse(text: str, shown: str) -> Tree:
    """Turn YAML text into a tree; a mistake of syntax stops, others are kept on the tree."""
    if len(text) > LARGEST:
        raise InputError(Mistake(too_large(LARGEST), shown))
    _refuse_tabs(text, shown)
    builder = _Builder(shown)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.YAMLError as error:
        raise InputError(_syntax(error, shown)) from None
    if not isinstance(builder.root, dict):
        empty = builder.root in (None, "")
        problem = "is empty" if empty else "is not a map of fields, such as `title: ...`"
        raise InputError(Mistake(problem, shown))
    return Tree(builder.root, builder.origins, builder.mistakes)


def value(text: str, shown: str) -> Any:
    """Read the value of a --set: a list, map or quoted word as YAML, anything else as it stands."""
    text = text.strip()
    if found := control(text):
        said = repr(tree.short(text))[1:-1]
        raise InputError(Mistake(f"holds the control character {found}", shown, value=said))
    if not text.startswith(("[", "{", '"', "'")):
        return None if text == "null" else text
    wrapped = parse("{value: " + text + "}", shown)
    if wrapped.mistakes:
        raise InputError(wrapped.mistakes)
    if set(wrapped.value) != {"value"}:
        raise InputError(Mistake("is more than one value", shown, value=tree.short(text)))
    return wrapped.value["value"]


def _events(text: str) -> Iterator[Any]:
    return yaml.parse(text, Loader=LOADER)


def _refuse_tabs(text: str, shown: str) -> None:
    tab = re.search(r"^[ ]*\t", text, re.MULTILINE)
    if tab:
        line = text.count("\n", 0, tab.start()) + 1
        raise InputError(Mistake("is indented with a tab; use spaces", shown, line))


def _syntax(error: yaml.YAMLError, shown: str) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "holds a character that YAML does not allow"
    if "nesting" in problem:  # newer parsers have a depth of their own, and may meet it before us
        return Mistake(TOO_DEEP, shown, mark.line + 1 if mark else None)
    return Mistake(f"is not YAML: {problem}", shown, mark.line + 1 if mark else None)


class _Builder:
    """Builds the tree from events, with a stack of its own: no recursion, whatever the depth."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.root: Any = None
        self.origins: dict[tree.Steps, Origin] = {}
        self.mistakes: list[Mistake] = []
        self.frames: list[tuple[Any, tree.Steps]] = []
        self.keys: list[str | None] = []
        self.documents = 0

    def take(self, event: Any) -> None:
        """Take the next event of the YAML parser."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            self._wrong(line, "refers to an anchor; write the value out", f"*{event.anchor}")
            self._place("", line)
        elif isinstance(event, yaml.NodeEvent):
            self._refuse_marks(event, line)
            self._node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.frames.pop()
            self.keys.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise InputError(Mistake("a second document begins here", self.shown, line))

    def _refuse_marks(self, event: Any, line: int) -> None:
        if event.anchor:
            self._wrong(line, "anchors are not allowed", f"&{event.anchor}")
        if event.tag:
            self._wrong(line, "tags are not allowed", event.tag)

    def _node(self, event: Any, line: int) -> None:
        if isinstance(event, yaml.ScalarEvent):
            if found := control(event.value):
                self._wrong(line, f"holds the control character {found}", repr(event.value)[1:-1])
            bare_null = event.implicit[0] and event.value == "null"
            self._place(None if bare_null else event.value, line)
            return
        container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(container, line)
        if len(self.frames) >= DEEPEST:
            raise InputError(Mistake(TOO_DEEP, self.shown, line))
        self.frames.append((container, path))
        self.keys.append(None)

    def _place(self, item: Any, line: int) -> tree.Steps:
        if not self.frames:
            self.root = item
            self.origins[()] = Origin(self.shown, line)
            return ()
        into, path = self.frames[-1]
        if isinstance(into, list):
            into.append(item)
            return self._note((*path, len(into) - 1), line)
        if self.keys[-1] is None:
            self._key(into, path, item, line)
            return (*path, "")
        name, self.keys[-1] = self.keys[-1], None
        into[name] = item
        return (*path, name)

    def _key(self, into: dict[str, Any], path: tree.Steps, item: Any, line: int) -> None:
        if isinstance(item, dict | list):
            raise InputError(Mistake("a name cannot be a list or a map", self.shown, line))
        name = "null" if item is None else item
        if name.startswith(FORMULA):
            problem = "begins as a formula does, which a spreadsheet would run; put a letter first"
            self._wrong(line, problem, name, tree.written((*path, name)))
        if name in into:
            self._wrong(line, "is written twice", name, tree.written((*path, name)))
        self.keys[-1] = name
        self._note((*path, name), line)

    def _note(self, path: tree.Steps, line: int) -> tree.Steps:
        self.origins[path] = Origin(self.shown, line)
        if len(self.origins) > MOST_VALUES:
            problem = f"holds more than {MOST_VALUES} values, the most that is read"
            raise InputError(Mistake(problem, self.shown, line))
        return path

    def _wrong(self, line: int, problem: str, said: str, field: str = "") -> None:
        if len(self.mistakes) < tree.MOST_MISTAKES:
            self.mistakes.append(Mistake(problem, self.shown, line, field, tree.short(said)))
