"""Standard output and error: what may be written there, and how failures are told."""

from __future__ import annotations

import json
import math
import os
import shlex
import signal
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.errors import Interrupted, PlenaryError

LONG = 1.0  # seconds after which progress is worth showing
EVERY = 30.0  # seconds between lines of progress in a log
INTERRUPTED = 130
NEXT, BACK, END, LEAVE, INTERRUPT = " \r\n", "b", "e", "q", "\x03\x04\x1b"
KEYS = "[space: on, b: back, e: to the end, q: leave] "
PLAINER = {
    "\u2013": "-",
    "\u2019": "'",
    "\u2026": "...",
    "\u00b1": "+-",
    "\u2192": "->",
    "\u00d7": "x",
}

debug = False  # set by --debug: show tracebacks


def say(*lines: str) -> None:
    """Print lines; a reader that has gone away is no failure, and what it misses is lost."""
    _write("".join(f"{line}\n" for line in lines))


def leafed(pages: Iterator[list[str]], *, keys: bool = True) -> None:
    """Print pages one by one as keys ask for them; all at once where there is no keyboard."""
    shown, at = list[list[str]](), 0
    asked = keys and sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    while (page := _page(pages, shown, at)) is not None:
        say(*page)
        at += 1
        key = _key(at) if asked else NEXT
        if key == LEAVE:
            return
        asked = asked and key != END
        at -= 2 if key == BACK and at > 1 else key == BACK


def _page(pages: Iterator[list[str]], shown: list[list[str]], at: int) -> list[str] | None:
    """The page at a place, which is made when it is first turned to; None after the last."""
    if at == len(shown):
        shown.extend(page for page in [next(pages, None)] if page is not None)
    return shown[at] if at < len(shown) else None


def _key(at: int) -> str:
    """Wait for one of the keys there are."""
    import click

    print(KEYS, end="", flush=True)
    while (key := click.getchar()) not in (*NEXT, BACK, END, LEAVE, *INTERRUPT):
        pass
    print(f"\r{' ' * len(KEYS)}\r", end="", flush=True)
    return LEAVE if key in INTERRUPT else key


def say_json(data: Any) -> None:
    """Print data as JSON; what is not known is null, not NaN."""
    ascii_only = not _takes_unicode()
    _write(json.dumps(without_nan(data), indent=2, ensure_ascii=ascii_only, allow_nan=False) + "\n")


def without_nan(data: Any) -> Any:
    """Replace numbers that are not known by None, at any depth."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, dict):
        return {str(key): without_nan(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [without_nan(item) for item in data]
    return data


def _write(text: str) -> None:
    if sys.stdout is None:  # closed before we began
        return
    try:
        sys.stdout.write(text if _takes_unicode() else plain(text, sys.stdout.encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
    except OSError:
        silence()
        raise


def _takes_unicode() -> bool:
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    return encoding.lower().startswith("utf")


def plain(text: str, encoding: str | None) -> str:
    """Write a text in an encoding that lacks some of its characters: without accents, or ?."""
    encoding = encoding or "ascii"
    return "".join(_plain_character(c, encoding) for c in text)


def _plain_character(character: str, encoding: str) -> str:
    with suppress(UnicodeEncodeError):
        character.encode(encoding)
        return character
    bare = PLAINER.get(character) or unicodedata.normalize("NFKD", character)
    return bare.encode("ascii", "ignore").decode() or "?"


def silence() -> None:
    """Let what is still printed go nowhere: whoever read it has left."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@contextmanager
def quiet_pipe() -> Iterator[None]:
    """Leave without a word if standard output was closed while help was printed."""
    try:
        yield
    except BrokenPipeError:
        silence()
    finally:
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except OSError:  # said before, or a reader that left
            silence()


def complain(text: str) -> None:
    """Say on standard error what went wrong."""
    if sys.stderr is not None:
        with suppress(BrokenPipeError):
            print(plain(text, sys.stderr.encoding), file=sys.stderr, flush=True)


@contextmanager
def failures_told() -> Iterator[None]:
    """Tell failures in a sentence and leave with their exit status; with --debug, as they are."""
    try:
        yield
    except PlenaryError as error:
        _leave(error, str(error), error.exit_code)
    except KeyboardInterrupt as error:
        _leave(error, "interrupted; nothing was written", INTERRUPTED)
    except BrokenPipeError:
        silence()
    except MemoryError as error:
        _leave(error, "there is not enough memory; fewer --runs or --workers need less", 1)
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        _leave(error, f"{error.strerror or error}{place}", 1)
    except Exception as error:  # a mistake of ours: still a sentence, and how to see more of it
        said = (
            f"this should not happen: {type(error).__name__}: {error} (plenary --debug shows where)"
        )
        _leave(error, said, 1)


@contextmanager
def busy(what: str, quiet: bool) -> Iterator[None]:
    """Say on a terminal what is being done, while it takes long."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} ..."):
        yield


@contextmanager
def told_how_to_go_on(folder: Path) -> Iterator[None]:
    """Say after an interruption what is kept and what to type to go on.

    The end of a job counts as one too.
    """
    before = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except (Interrupted, KeyboardInterrupt) as stopped:
        said = str(stopped) or f"interrupted; all runs are kept in {folder}"
        again = shlex.join(["plenary", *sys.argv[1:]])
        raise Interrupted(f"{said}\nto go on: {again}") from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(error: BaseException, text: str, status: int) -> None:
    if debug:
        raise error
    complain(text if text.startswith("plenary") else _headed(text))
    raise SystemExit(status) from None


def _headed(text: str) -> str:
    return "\n".join(
        f"plenary: {line}" if n == 0 else f"         {line}"
        for n, line in enumerate(text.splitlines())
    )


@contextmanager
def progress(total: int, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """Show progress on standard error, where that is a terminal and the run takes long."""
    with growing_progress(quiet, lines=False) as advance:
        yield None if advance is None else lambda runs: advance(runs, total)


@contextmanager
def growing_progress(
    quiet: bool, *, lines: bool = True
) -> Iterator[Callable[[int, int], None] | None]:
    """Show the progress of work whose total may grow: runs, their rate, and the time left.

    A terminal is shown a bar. Where standard error is a file, such as the log of a cluster, a
    line is written now and then if ``lines``.
    """
    if quiet or sys.stderr is None or not (lines or sys.stderr.isatty()):
        yield None
        return
    shown = _Bar() if sys.stderr.isatty() else _Lines()
    try:
        yield shown.advance
    finally:
        shown.close()


class _Shown:
    """Counts runs by a clock that cannot jump; what was there at the first call took no time."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.done = self.total = 0
        self.before: int | None = None

    def advance(self, runs: int, total: int) -> None:
        if self.before is None:
            self.before = runs if runs < total else 0
        self.done, self.total = self.done + runs, total
        self.show(time.monotonic() - self.begun)

    def rate(self, seconds: float) -> float:
        """Runs a second."""
        return (self.done - (self.before or 0)) / max(seconds, 1e-9)

    def show(self, seconds: float) -> None:
        """Show what there is to see so many seconds after the start."""

    def close(self) -> None:
        """Leave nothing behind."""


class _Lines(_Shown):
    """A line every half minute."""

    def __init__(self) -> None:
        super().__init__()
        self.next = EVERY

    def show(self, seconds: float) -> None:
        if seconds >= self.next and self.done < self.total:
            self.next = seconds + EVERY
            rate = self.rate(seconds)
            left = (self.total - self.done) / rate if rate else math.nan
            complain(f"{self.done:,} of {self.total:,} runs, {rate:,.0f}/s, {duration(left)} left")


class _Bar(_Shown):
    """A bar that appears only once the work has taken a while."""

    def __init__(self) -> None:
        super().__init__()
        self.bar: Any = None
        self.task: Any = None

    def show(self, seconds: float) -> None:
        if self.bar is None and seconds > LONG:
            self._open()
        if self.bar is not None:
            rate = f"{self.rate(seconds):,.0f}/s"
            self.bar.update(self.task, completed=self.done, total=self.total, rate=rate)

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        rate = TextColumn("{task.fields[rate]}")
        columns = (
            TextColumn("runs"),
            BarColumn(),
            MofNCompleteColumn(),
            rate,
            TimeRemainingColumn(),
        )
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.bar.add_task("runs", total=self.total, rate="")
        self.bar.start()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.stop()


def duration(seconds: float) -> str:
    """Say a span of time in words: about 40 s, 3 min, 2 h 5 min."""
    if not math.isfinite(seconds):
        return "some time"
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
