"""Mechanisms that are registered for as long as a test needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import sim.mechanisms
from sim.core import registry
from sim.core.mechanism import Mechanism
from sim.scenario import verbs


@contextmanager
def registered(*more: type[Mechanism], only: bool = False) -> Iterator[None]:
    """Add classes to the agenda, or have no others; what was read of it is read again."""
    with pytest.MonkeyPatch.context() as patch:
        ours = () if only else sim.mechanisms.AGENDA
        patch.setattr(sim.mechanisms, "AGENDA", (*ours, *more))
        _forget()
        try:
            yield
        finally:
            patch.undo()
            _forget()


def _forget() -> None:
    registry.mechanisms.cache_clear()
    registry.rules.cache_clear()
    verbs.verbs.cache_clear()
    verbs._pattern.cache_clear()
    for name in ("PARAMETERS", "OUTCOMES", "QUESTIONS", "OWNERS"):
        getattr(registry, name)._found = None
