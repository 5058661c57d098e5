"""Groups of actors: what ``group EU`` means in a scenario.

A group comes from the scenario's own ``groups:``; failing that from the ``groups`` of its
actors, which may differ from today's (28 members of the European Union in 2018); failing that
from the shipped table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from sim import delimited, shipped
from sim.scenario.schema import Actor


@cache
def shipped_groups() -> dict[str, tuple[str, ...]]:
    """Return the shipped groups, name to ISO3 codes; not cross-checked, as the table says."""
    table = delimited.read(shipped.data("groups.csv"), "groups.csv")
    return {row["group"]: tuple(row["members"].split(";")) for row in table.named()}


def all_groups(
    own: Mapping[str, Iterable[str]], actors: Mapping[str, Actor]
) -> dict[str, tuple[str, ...]]:
    """Return every known group: name to ids of the actors that are here, in their order."""
    found: dict[str, tuple[str, Iterable[str]]] = {}  # by name, case aside: the first spelling
    for layer in (shipped_groups(), of_actors(actors), own):
        for name, ids in layer.items():
            spelling, _ = found.get(name.casefold(), (name, ()))
            found[name.casefold()] = (spelling, ids)
    place = {actor: n for n, actor in enumerate(actors)}
    return {
        name: tuple(sorted({a for a in ids if a in place}, key=place.__getitem__))
        for name, ids in found.values()
    }


def of_actors(actors: Mapping[str, Actor]) -> dict[str, list[str]]:
    """Return the groups that the actors' own ``groups`` name."""
    found: dict[str, list[str]] = {}
    for actor, about in actors.items():
        for group in about.groups:
            found.setdefault(group, []).append(actor)
    return found


def find(name: str, groups: Iterable[str]) -> str:
    """Return the group's own spelling of a name; "" if there is none.

    Case does not count, nor does the word group: ``African Group`` is ``African``.
    """
    bare = _bare(name)
    return next((known for known in groups if _bare(known) == bare), "")


def _bare(name: str) -> str:
    return name.casefold().removeprefix("the ").removesuffix("group").strip()
