"""Text to types by the schema; what does not fit becomes a mistake in plain words.

After the first mistakes the rest is still read: what is wrong is left out and validation is
tried again, so that the references of a file with a slip in it are checked as well.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.scenario import shape
from sim.scenario.shape import Schema
from sim.scenario.tree import Mistakes, Steps, Tree

File = TypeVar("File", bound=BaseModel)

PROBLEMS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field here",
    "finite_number": "is not a finite number",
    "float_parsing": "is not a number",
    "float_type": "is not a number",
    "int_parsing": "is not a whole number",
    "int_parsing_size": "is not a number of this size",
    "int_type": "is not a whole number",
    "int_from_float": "is not a whole number",
    "bool_parsing": "is neither true nor false",
    "bool_type": "is neither true nor false",
    "literal_error": "is not one of the words that may stand here",
    "greater_than": "is out of range",
    "greater_than_equal": "is out of range",
    "less_than": "is out of range",
    "less_than_equal": "is out of range",
    "model_type": "is not a map of fields",
    "dict_type": "is not a map",
    "tuple_type": "is not a list",
    "string_type": "is not a text",
    "string_too_long": "is too long",
    "path_type": "is not the name of a file",
    "string_pattern_mismatch": "is not a code of capital letters and digits, such as SOV",
}
KEY = "[key]"
ATTEMPTS = 20


def typed(tree: Tree, mistakes: Mistakes, kind: type[File], schema: Schema) -> File | None:
    """Validate a tree as a ``kind`` of file, whose only field without a default is its title.

    On mistakes, return what can still be read, for the checks that follow.
    """
    around: set[Steps] = set()  # what held something left out, and may now lack it
    for _ in range(ATTEMPTS):
        try:
            return kind.model_validate(tree.value)
        except ValidationError as error:
            found = [dict(one) for one in error.errors(include_url=False)]
            for one in found:
                if _to_leave_out(one) not in around:
                    _note(one, mistakes, schema)
            wrong = {_to_leave_out(one) for one in found}
            for path in sorted(wrong, key=_last_first, reverse=True):
                _leave_out(tree, path)
                around |= {path[:end] for end in range(len(path) + 1)}
    return None


def _note(error: dict[str, Any], mistakes: Mistakes, schema: Schema) -> None:
    path: Steps = tuple(error["loc"])
    kind = error["type"]
    if mistakes.full:
        return mistakes.add(path, "")  # counted, and not put in words
    if path[-1] == KEY:
        return mistakes.add(path[:-1], _problem(error), value=path[-2])
    if kind == "missing":
        return mistakes.add(path, PROBLEMS[kind], allowed=shape.allowed(path, schema))
    if kind == "extra_forbidden":
        known = shape.fields(path[:-1], schema)
        there = ", ".join(known)
        return mistakes.add(path, PROBLEMS[kind], value=path[-1], allowed=there, among=known)
    among = shape.at(path, schema).get("enum", ())
    allowed = shape.allowed(path, schema)
    said = "" if kind == "value_error" and isinstance(error["input"], dict) else error["input"]
    return mistakes.add(path, _problem(error), value=said, allowed=allowed, among=among)


def _problem(error: dict[str, Any]) -> str:
    if error["input"] == "":
        return "has no value"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return PROBLEMS.get(error["type"], str(error["msg"]))


def _to_leave_out(error: dict[str, Any]) -> Steps:
    path = tuple(step for step in error["loc"] if step != KEY)
    return path[:-1] if error["type"] == "missing" else path


def _last_first(path: Steps) -> tuple[tuple[int, ...], int]:
    return tuple(step for step in path if isinstance(step, int)), len(path)


def _leave_out(tree: Tree, path: Steps) -> None:
    while path and not isinstance(tree.get(*path[:-1]), dict | list):
        path = path[:-1]  # what is written short has no fields: all of it goes
    if not path:
        tree.value["title"] = "?"  # the one field that a whole file cannot be without
        return
    around, last = tree.get(*path[:-1]), path[-1]
    if isinstance(around, dict):
        around.pop(last, None)
    elif isinstance(around, list) and isinstance(last, int) and last < len(around):
        del around[last]
