"""status.jsonl: a line for each thing that happened to a batch, in the order in which it did.

Only the process that holds the folder's lock writes it. Lines are counted, not timed: the clock
may jump, and ``at`` is there for people. What the lines say of a batch last is what holds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sim.runner.batches import Batch, Part

STATUS = "status.jsonl"


class State(StrEnum):
    """What can be said of a batch."""

    PENDING = "PENDING"  # sent to a worker
    SUCCEEDED = "SUCCEEDED"  # its file is whole and in place
    FAILED = "FAILED"  # some of its runs failed, and are named; the others are in place
    ABORTED = "ABORTED"  # the sweep was stopped before it was done


@dataclass(frozen=True)
class Entry:
    """The last that was said of a batch."""

    part: Part
    state: State
    sha256: str  # of its file; "" where there is none
    errors: tuple[str, ...]  # of the runs that failed, in their order


class Log:
    """Writes status.jsonl, a line at a time."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / STATUS
        self.count = sum(1 for _ in lines(folder))
        self._end_torn_line()

    def _end_torn_line(self) -> None:
        """A writer that was killed may have left half a line: nothing may be glued to it."""
        with self.file.open("ab+") as log:
            if log.tell():
                log.seek(-1, 2)
                if log.read(1) != b"\n":
                    log.write(b"\n")

    def say(
        self,
        batch: Batch,
        state: State,
        sha256: str = "",
        failed: Sequence[tuple[int, str]] = (),
        seconds: float | None = None,
    ) -> None:
        """Add a line."""
        self.count += 1
        said: dict[str, Any] = {
            "line": self.count,
            "batch": batch.name,
            "point": batch.point,
            "first": batch.first,
            "runs": batch.count,
            "state": state,
        }
        said |= {"sha256": sha256} if sha256 else {}
        said |= (
            {"failed": [{"run": run, "error": error} for run, error in failed]} if failed else {}
        )
        said |= {"seconds": round(seconds, 3)} if seconds is not None else {}
        said["at"] = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")
        with self.file.open("ab") as log:
            log.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")


def entries(folder: Path) -> dict[str, Entry]:
    """What holds of every batch that was ever spoken of, by its name."""
    last: dict[str, Entry] = {}
    for said in lines(folder):
        try:
            last[said["batch"]] = _entry(said)
        except (KeyError, TypeError, ValueError):
            continue  # no line of ours: whatever it is, the parts say what is there
    return last


def _entry(said: dict[str, Any]) -> Entry:
    failed = said.get("failed", ())
    batch = Batch(str(said["point"]), int(said["first"]), int(said["runs"]))
    part = Part(batch, tuple(int(f["run"]) for f in failed))
    errors = tuple(str(f["error"]) for f in failed)
    return Entry(part, State(said["state"]), str(said.get("sha256", "")), errors)


def lines(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines that can be read."""
    try:
        whole = (folder / STATUS).read_bytes()
    except FileNotFoundError:
        return
    for line in whole.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue  # half a line, of a writer that was killed
        if isinstance(said, dict):
            yield said
