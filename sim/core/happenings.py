"""What a scenario may say happens: verbs that actors do, and values that events set.

Mechanisms declare both; files, `--set` and what-ifs from a later session read them alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sim.core.conditions import Test

DRAFT = "draft"


@dataclass(frozen=True)
class Verb:
    """Something an actor may be said to do.

    ``object`` says what may follow it: "draft", or the name of a section of the scenario whose
    keys it names, such as "blocs"; "" for nothing. ``optional``: the object may be left out, and
    all are meant. ``alone``, of a verb that only groups do: what one actor does instead.
    """

    meaning: str
    object: str = ""
    optional: bool = False
    alone: str = ""


class Done(NamedTuple):
    """An actor's id, a verb, and the label of its object ("" for none, or all)."""

    actor: str
    verb: str
    object: str = ""


class Change(NamedTuple):
    """What an event sets: a declared path, the names in its capitals' places, and the value.

    ``blocs.BLOC.cohesion``, ("EU",), 20 is ``blocs.EU.cohesion: 20``; values are on 0-100.
    """

    path: str
    names: tuple[str, ...]
    value: float

    @property
    def written(self) -> str:
        """The path as a file writes it."""
        names = iter(self.names)
        return ".".join(next(names) if step.isupper() else step for step in self.path.split("."))


class Possible(NamedTuple):
    """An event that happens in some runs only, once: its changes, and when it is due.

    In each session from ``first`` to ``last``, as it opens, it happens with ``chance`` (0-1) in
    the runs in which all of ``when`` holds and it has not happened yet.
    """

    name: str
    first: int
    last: int
    chance: float
    when: tuple[Test, ...]
    changes: tuple[Change, ...]
