"""status.jsonl: what happened to each batch, whatever the clock says and whoever was killed."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from sim.runner.batches import Batch
from sim.sweep import status
from sim.sweep.status import Log, State, entries, lines

BATCH = Batch("p", 0, 10)


def test_what_was_said_last_holds(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.say(BATCH, State.PENDING)
    log.say(BATCH, State.FAILED, "ab", [(3, "went astray")])
    entry = entries(tmp_path)[BATCH.name]
    assert (entry.state, entry.sha256, entry.part.failed) == (State.FAILED, "ab", (3,))
    assert entry.errors == ("went astray",)


def test_lines_are_counted_on_by_who_comes_later(tmp_path: Path) -> None:
    Log(tmp_path).say(BATCH, State.PENDING)
    Log(tmp_path).say(BATCH, State.ABORTED)
    assert [said["line"] for said in lines(tmp_path)] == [1, 2]


def test_half_a_line_of_a_killed_writer_harms_nobody(tmp_path: Path) -> None:
    Log(tmp_path).say(BATCH, State.PENDING)
    file = tmp_path / status.STATUS
    file.write_bytes(file.read_bytes() + b'{"batch": "p-0000')
    Log(tmp_path).say(BATCH, State.SUCCEEDED, "cd")
    assert entries(tmp_path)[BATCH.name].state == State.SUCCEEDED
    assert len(list(lines(tmp_path))) == 2


@pytest.mark.parametrize("line", ["[]", "3", '{"batch": "p"}', '{"batch": 3, "state": "LOST"}'])
def test_lines_that_are_none_of_ours_are_passed_over(tmp_path: Path, line: str) -> None:
    (tmp_path / status.STATUS).write_text(line + "\n")
    Log(tmp_path).say(BATCH, State.SUCCEEDED, "cd")
    assert list(entries(tmp_path)) == [BATCH.name]


def test_a_clock_that_jumps_back_changes_no_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = itertools.cycle([2e9, 0.0, 1e9])
    monkeypatch.setattr(status.time, "time", lambda: next(now))
    log = Log(tmp_path)
    for state in (State.PENDING, State.FAILED, State.SUCCEEDED):
        log.say(BATCH, state)
    assert entries(tmp_path)[BATCH.name].state == State.SUCCEEDED
    said = [json.loads(line) for line in (tmp_path / status.STATUS).read_text().splitlines()]
    assert [one["line"] for one in said] == [1, 2, 3]
