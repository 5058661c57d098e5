"""The published schema as data: what may stand at a path of a file, and in which range.

Messages and --set read the same schema that editors get, so that the three cannot differ. It
is that of a scenario, unless ``of`` says of what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from sim.core.fields import PER_CENT
from sim.scenario.schema import json_schema
from sim.scenario.tree import Steps

Schema = Callable[[], dict[str, Any]]
LARGE = 1e6  # from here on a number is easier to read with all its zeros


def at(path: Sequence[str | int], of: Schema = json_schema) -> dict[str, Any]:
    """Return the schema of what may stand at a path; {} where nothing may."""
    return _resolved(_node(path, of), _made(of))


def per_cent(path: Sequence[str | int]) -> dict[str, Any]:
    """Return the schema of the per cent that may stand at a path of a scenario; {} if none may."""
    return _per_cent(_node(path, json_schema))


def per_cents(value: Any, path: Steps = ()) -> Iterator[tuple[Steps, str, dict[str, Any]]]:
    """Find all that is written where a per cent belongs, in a value that stands at a path.

    Each comes with its own path and its schema.
    """
    return _per_cents(value, path, _node(path, json_schema), _made(json_schema))


def fields(path: Sequence[str | int], of: Schema = json_schema) -> tuple[str, ...]:
    """Return the fields that an object at this path may have; none where its names are free."""
    return tuple(at(path, of).get("properties", ()))


def is_named(path: Sequence[str | int]) -> bool:
    """Say whether a map stands here whose names the scenario's author chooses."""
    node = at(path)
    return not node.get("properties") and not {
        "additionalProperties",
        "patternProperties",
    }.isdisjoint(node)


def allowed(path: Sequence[str | int], of: Schema = json_schema) -> str:
    """Put in words the range or the choices at a path; "" where any text will do."""
    node = at(path, of)
    if "enum" in node:
        return ", ".join(node["enum"])
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None:
        return f"{low:g} to {high:g}" if high < LARGE else f"{low:g} to {high:,}"
    if low is not None:
        return f"{low:g} or more"
    return f"more than {node['exclusiveMinimum']:g}" if "exclusiveMinimum" in node else ""


@cache
def _made(of: Schema) -> dict[str, Any]:
    return of()


def _node(path: Sequence[str | int], of: Schema) -> dict[str, Any]:
    node = whole = _made(of)
    for step in path:
        node = _child(_resolved(node, whole), step)
    return node


def _per_cent(node: dict[str, Any]) -> dict[str, Any]:
    if node.get("pattern") == PER_CENT:
        return node
    return next(filter(None, map(_per_cent, node.get("anyOf", ()))), {})


def _per_cents(
    value: Any, path: Steps, node: dict[str, Any], whole: dict[str, Any]
) -> Iterator[tuple[Steps, str, dict[str, Any]]]:
    if isinstance(value, dict | list):
        around = _resolved(node, whole)
        for step, inside in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _per_cents(inside, (*path, step), _child(around, step), whole)
    elif isinstance(value, str) and (found := _per_cent(node)):
        yield path, value, found


def _resolved(node: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _resolved(whole["$defs"][node["$ref"].rsplit("/", 1)[-1]], whole)
    if "anyOf" in node and "properties" not in node:
        return _resolved(next(n for n in node["anyOf"] if n.get("type") != "null"), whole)
    return node


def _child(node: dict[str, Any], step: str | int) -> dict[str, Any]:
    if isinstance(step, int):
        return dict(node.get("items", {}))
    named = node.get("properties", {}).get(step)
    if named is not None:
        return dict(named)
    patterned: dict[str, Any] = next(iter(node.get("patternProperties", {}).values()), {})
    free = node.get("additionalProperties") or patterned
    return free if isinstance(free, dict) else {}
