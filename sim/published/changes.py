"""What-ifs on a table: PATH=VALUE, written as for scenarios.

ACTOR.position.ISSUE=VALUE      in the file's units
ACTOR.salience.ISSUE=VALUE      0-100
ACTOR.capability=VALUE          in the file's units
ACTOR=absent
issues.ISSUE.status_quo=VALUE   in the file's units
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.errors import InputError, Mistake
from sim.near import near
from sim.published.table import Table

PATHS = "ACTOR.position.ISSUE, ACTOR.salience.ISSUE, ACTOR.capability, issues.ISSUE.status_quo"
AWAY = ("absent", "withdraws")


def changed(table: Table, settings: Sequence[str]) -> Table:
    """The table with these changes made; everything wrong with them is one InputError."""
    change = _Change(table)
    for text in settings:
        change.take(text)
    if change.mistakes:
        raise InputError(change.mistakes)
    return change.table()


class _Change:
    def __init__(self, table: Table) -> None:
        self.before, self.held = table, None if table.held is None else table.held.copy()
        self.position, self.salience = table.position.copy(), table.salience.copy()
        self.capability, self.status_quo = table.capability.copy(), table.status_quo.copy()
        self.there = np.ones(len(table.actors), dtype=bool)
        self.mistakes: list[Mistake] = []

    def take(self, text: str) -> None:
        """Make one change, or note what is wrong with it."""
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            self._wrong(text, "is not PATH=VALUE", "", PATHS)
        elif path in self.before.actors:
            self._away(path, value)
        elif path.startswith("issues.") and path.endswith(".status_quo"):
            self._status_quo(path, value)
        else:
            self._of_actor(path, value)

    def table(self) -> Table:
        """The table as changed."""
        kept = self.there
        actors = tuple(a for a, there in zip(self.before.actors, kept, strict=True) if there)
        proposer = self.before.proposer
        name = self.before.actors[proposer] if proposer >= 0 else ""
        return replace(
            self.before,
            actors=actors,
            position=self.position[kept],
            salience=self.salience[kept],
            capability=self.capability[kept],
            status_quo=self.status_quo,
            held=None if self.held is None else self.held[kept],
            proposer=actors.index(name) if name in actors else -1,
        )

    def _away(self, actor: str, value: str) -> None:
        if value not in AWAY:
            self._wrong(actor, "an actor can only be sent away", value, "absent")
        else:
            self.there[self.before.actors.index(actor)] = False
            if not self.there.any():
                self._wrong(actor, "nobody would be left", value)

    def _status_quo(self, path: str, value: str) -> None:
        issue = path.removeprefix("issues.").removesuffix(".status_quo")
        k = self._place(path, issue)
        if k >= 0:
            self.status_quo[k] = self._on_scale(path, value, k)

    def _of_actor(self, path: str, value: str) -> None:
        actor = max(
            (a for a in self.before.actors if path.startswith(f"{a}.")), key=len, default=""
        )
        rest = path.removeprefix(f"{actor}.") if actor else ""
        what, _, issue = rest.partition(".")
        i = self.before.actors.index(actor) if actor else -1
        if not actor:
            named = path.partition(".")[0]
            problem = "is neither an actor of the table nor a model"
            close = near(named, self.before.actors)
            self._wrong(path, problem, named, PATHS, close)
        elif rest == "capability":
            self.capability[i] = number = self._number(path, value, 0, math.inf)
            if self.held is not None:
                self.held[i] = number
        elif what in ("position", "salience"):
            k = self._place(path, issue)
            if k >= 0 and what == "position":
                self.position[i, k] = self._on_scale(path, value, k)
            elif k >= 0:
                self.salience[i, k] = self._number(path, value, 0, 100) / 100
        else:
            close = near(what, ("position", "salience", "capability"))
            self._wrong(path, "has no such part", what, PATHS, close)

    def _on_scale(self, path: str, value: str, k: int) -> float:
        low, high = float(self.before.low[k]), float(self.before.high[k])
        number = self._number(path, value, min(low, high), max(low, high))
        return (number - low) / (high - low)

    def _number(self, path: str, value: str, low: float, high: float) -> float:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not low <= number <= high or math.isinf(number):
            allowed = f"{low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more"
            self._wrong(path, "cannot be set to that", value, allowed)
            return math.nan
        return number

    def _place(self, path: str, issue: str) -> int:
        if issue in self.before.issues:
            return self.before.issues.index(issue)
        self._wrong(path, "the table has no such issue", issue, "", near(issue, self.before.issues))
        return -1

    def _wrong(
        self, path: str, problem: str, value: str = "", allowed: str = "", close: str = ""
    ) -> None:
        field = f"--set {path}"
        self.mistakes.append(Mistake(problem, "", None, field, value, allowed, close))
