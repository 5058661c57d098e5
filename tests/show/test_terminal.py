"""What reaches standard output and error, whatever they are."""

from __future__ import annotations

import io
import json
import sys

import pytest

from sim.errors import InputError, Mistake, RunError
from sim.show import terminal


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def printed(monkeypatch: pytest.MonkeyPatch, encoding: str, text: str) -> str:
    out = stream(encoding)
    monkeypatch.setattr(sys, "stdout", out)
    terminal.say(text)
    out.seek(0)
    return out.read()


def test_accents_go_where_they_can(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Côte d\u2019Ivoire \u2192 5 \u00b1 1"
    assert printed(monkeypatch, "utf-8", text) == f"{text}\n"
    assert printed(monkeypatch, "ascii", text) == "Cote d'Ivoire -> 5 +- 1\n"
    assert printed(monkeypatch, "latin-1", text) == "Côte d'Ivoire -> 5 \u00b1 1\n"
    assert printed(monkeypatch, "ascii", "議") == "?\n"


def test_json_has_null_for_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say_json({"a": [float("nan"), 1.5], 7: (float("inf"),)})
    assert json.loads(capsys.readouterr().out) == {"a": [None, 1.5], "7": [None]}


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (InputError([Mistake("one"), Mistake("two")]), 2, "plenary: one\n         two\n"),
        (RunError("no room"), 1, "plenary: no room\n"),
        (KeyboardInterrupt(), 130, "plenary: interrupted; nothing was written\n"),
        (FileNotFoundError(2, "No such file", "x.csv"), 1, "plenary: No such file: x.csv\n"),
        (MemoryError(), 1, "plenary: there is not enough memory"),
        (ZeroDivisionError("by zero"), 1, "plenary: this should not happen: ZeroDivisionError"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_failures_are_sentences(
    failure: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left, terminal.failures_told():
        raise failure
    assert left.value.code == status
    assert capsys.readouterr().err.startswith(said)


def test_debug_lets_them_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "debug", True)
    with pytest.raises(RunError), terminal.failures_told():
        raise RunError("no room")


def test_no_progress_where_nobody_looks() -> None:
    with terminal.progress(100, quiet=False) as advance:
        assert advance is None


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_once_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with terminal.progress(100, quiet=True) as advance:
        assert advance is None
    with terminal.progress(100, quiet=False) as advance:
        assert advance is not None
        advance(10)
        assert screen.getvalue() == ""
        monkeypatch.setattr(terminal, "LONG", -1.0)
        advance(10)
        advance(80)
    assert "100" in screen.getvalue()


def test_a_log_is_told_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminal, "EVERY", 0.0)
    with terminal.growing_progress(quiet=False) as advance:
        assert advance is not None
        advance(400, 1_000)
        advance(100, 1_500)
        advance(1_000, 1_500)
    said = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in said] == ["400 of 1", "500 of 1"]


def test_the_rate_counts_what_was_played_now(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([100.0, 100.0, 110.0])
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(now))
    shown = terminal._Lines()
    shown.advance(900, 1_000)
    shown.advance(50, 1_000)
    assert shown.rate(10.0) == 5.0


def test_spans_of_time_are_said_as_people_say_them() -> None:
    spans = (0.2, 40, 150, 7_500, float("nan"))
    said = [terminal.duration(s) for s in spans]
    assert said == ["1 s", "40 s", "2 min", "2 h 5 min", "some time"]


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("   ", "123"),
        (" b   ", "12123"),
        ("e", "123"),
        ("q", "1"),
        ("xx q", "12"),
        (" \x03", "12"),
        ("bb e", "11123"),
    ],
)
def test_pages_are_turned_by_keys(
    keys: str, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pressed = iter(keys)
    monkeypatch.setattr("click.getchar", lambda: next(pressed))
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    terminal.leafed(iter([["1"], ["2"], ["3"]]))
    printed = capsys.readouterr().out.replace(terminal.KEYS, "")
    assert [c for c in printed if c.isdigit()] == [c for c in shown if c.isdigit()]


def test_without_a_keyboard_all_pages_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.leafed(iter([["1"], ["2"]]))
    assert capsys.readouterr().out == "1\n2\n"
