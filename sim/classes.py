"""Classes of delegations by name: as manifests write them, and other processes find them again."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from inspect import getsourcefile
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Mistake, RunError

if TYPE_CHECKING:
    from sim.actors import Delegation

Delegations = Mapping[str, "type[Delegation]"]  # actor -> the class that decides for it

OURS = ("sim", "mesa", "builtins")  # code that is recorded elsewhere


@dataclass(frozen=True)
class Named:
    """The class of one delegation, by name, with the digest of the files it is written in."""

    actor: str
    module: str
    name: str
    digest: str  # SHA-256; "" where its source lies in no file

    def __str__(self) -> str:
        return f"{self.actor}: {self.module}.{self.name}"


_met: dict[Named, type[Delegation]] = {}  # in this process, or in that from which it was forked


def named(delegations: Delegations) -> tuple[Named, ...]:
    """Name classes, so that this process, and those forked from it, can find them again."""
    names = {
        Named(actor, cls.__module__, cls.__qualname__, _digest(cls)): cls
        for actor, cls in sorted(delegations.items())
    }
    _met.update(names)
    return tuple(names)


def found(names: Iterable[Named]) -> Delegations:
    """Find classes by name: those that are known here, or else import them.

    Raises:
        RunError: one cannot be imported here, or is other code here.
    """
    return {one.actor: _met.get(one) or _imported(one) for one in names}


def problem(names: Iterable[Named]) -> str:
    """Say which class cannot be found in this process, and why; empty if all can."""
    try:
        found(names)
    except RunError as error:
        return str(error)
    return ""


def _imported(one: Named) -> type[Delegation]:
    try:
        cls: type[Delegation] = attrgetter(one.name)(import_module(one.module))
    except (ImportError, AttributeError) as error:
        raise RunError(f"the class of {one} cannot be imported: {error}") from None
    if _digest(cls) != one.digest:
        raise RunError(f"the class of {one} is other code here")
    return cls


def _digest(cls: type[Any]) -> str:
    """SHA-256 of the files that a class and those it is derived from are written in, but ours."""
    theirs = (c for c in cls.__mro__ if c.__module__.partition(".")[0] not in OURS)
    try:
        files = {getsourcefile(c) or "" for c in theirs}
        sources = [Path(file).read_bytes() for file in sorted(files)]
    except (TypeError, OSError):  # typed in, and not read from a file
        return ""
    digests = b"".join(hashlib.sha256(source).digest() for source in sources)
    return hashlib.sha256(digests).hexdigest() if sources else ""


def refuse_local(delegations: Delegations) -> None:
    """Raise an InputError for a class that a process that is not forked could not import."""
    for actor, cls in delegations.items():
        try:
            pickle.dumps(cls)
        except (pickle.PicklingError, AttributeError) as error:
            wrong = f"other processes cannot import it: {error}"
            right = "a class at the top of a module, or workers=1"
            at, said = f"delegations.{actor}", cls.__qualname__
            raise InputError(Mistake(wrong, field=at, value=said, allowed=right)) from None
