"""The sealed record: one file of JSON with a forecast, its baselines, all its inputs and a seal.

The seal is the SHA-256 of everything else in the file in canonical form: JSON with sorted keys, no
space between the parts, UTF-8, and numbers as the shortest text that gives them back
(`json.dumps(..., sort_keys=True, separators=(",", ":"), ensure_ascii=False)` of Python).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim import shipped
from sim.core.world import RUNS_PER_WORLD
from sim.disk import write_once
from sim.errors import InputError, Mistake
from sim.scenario import Scenario, load, pack, unpack
from sim.scenario.packed import Packed
from sim.sealed.ahead import refuse_past
from sim.sealed.content import Data, forecast
from sim.sealed.rivals import rivals
from sim.study.provenance import code_digest, versions
from sim.study.run import Plan, Run

SUFFIX = ".forecast.json"
FORMAT = 1
LARGEST = 2**26  # bytes of a file that is read
SEAL = "seal"
TABLES = ("recorded_votes.csv", "resolutions.csv", "ideal_points.csv")  # that baselines rest on
ABOUT = (
    "A forecast, sealed before the event by plenary. The seal is the SHA-256 of all else in this"
    " file; that the day is true shows only where the seal was published on that day."
)


def plan(
    source: str | Scenario, settings: tuple[str, ...], now: dt.datetime, note: str = ""
) -> Plan:
    """Read what is to be forecast, and refuse what cannot be.

    Args:
        source: a scenario, by name or file.
        settings: changes, PATH=VALUE; a forecast has no side without them.
        now: the time of sealing, with its zone.
        note: what will be sealed with it.

    Raises:
        InputError: what is wrong with the scenario or the note, or that it is a hindcast.
    """
    if not note.isprintable():
        raise InputError(Mistake("is not text of one line", "", None, "--note", ascii(note)[:60]))
    scenario = load(source, settings)
    refuse_past(scenario, in_utc(now).date())
    return Plan.of(str(scenario.shown), scenario)


def in_utc(now: dt.datetime) -> dt.datetime:
    """A time in UTC, to the second."""
    return now.astimezone(dt.UTC).replace(microsecond=0)


def sealed(run: Run, now: dt.datetime, note: str = "") -> Data:
    """Make the sealed record of a run that was played for it.

    Raises:
        InputError: by now it is no longer ahead.
    """
    when = in_utc(now)
    refuse_past(run.scenario, when.date())
    content: Data = {
        "about": ABOUT,
        "format": FORMAT,
        "sealed": {"day": str(when.date()), "time": when.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "note": note,
        "scenario": {
            "name": run.scenario.name,
            "title": run.scenario.title,
            "question": run.scenario.question,
            "date": str(run.scenario.date or ""),
            "settings": list(run.scenario.settings),
            "digest": run.scenario.digest(),
        },
        "forecast": forecast(run),
        "baselines": rivals(run, when.date()),
        "made_with": {
            "seed": run.setting.seed,
            "runs": run.outcomes.runs,
            "worlds": run.outcomes.worlds,
            "runs_per_world": RUNS_PER_WORLD,
            **versions(),
            "code": code_digest(),
            "tables": {name: _digest(shipped.data(name)) for name in TABLES},
        },
        "inputs": pack(run.scenario).data(),
    }
    return {**content, SEAL: seal(content)}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def canonical(content: Any) -> bytes:
    """The one form in which data are sealed and compared."""
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def seal(record: Data) -> str:
    """The seal of a record: over all of it but the seal it may hold."""
    content = {name: part for name, part in record.items() if name != SEAL}
    return hashlib.sha256(canonical(content)).hexdigest()


def write(record: Data, file: Path) -> None:
    """Write a record to a file that is not there yet.

    Raises:
        InputError: it is there already, and is not overwritten.
        RunError: it cannot be written; nothing is left behind.
    """
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_once(file, text.encode())


def refuse_existing(file: Path) -> None:
    """Refuse a file that is there already, before anything is played for it.

    Raises:
        InputError: it is, or its folder is not.
    """
    if file.exists():
        allowed = "another file: --out FILE"
        raise InputError(
            Mistake("is there already, and is not overwritten", str(file), allowed=allowed)
        )
    if not file.parent.is_dir():
        raise InputError(Mistake("there is no such folder", str(file.parent)))


def read(file: Path) -> Data:
    """Read a record, whether its seal holds or not.

    Raises:
        InputError: it cannot be read, or is no sealed forecast.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise _wrong(file, f"is larger than {LARGEST // 2**20} MB, and no forecast of ours")
        text = file.read_text(encoding="utf-8")
        said = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        seal(said if isinstance(said, dict) else {})
    except OSError as error:
        raise _wrong(file, f"cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        why = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise _wrong(file, f"is damaged, or no forecast: {why}") from None
    if not isinstance(said, dict) or not isinstance(said.get(SEAL), str):
        problem = "is no sealed forecast: it has no seal"
        raise _wrong(file, problem, "a file that `plenary forecast SCENARIO --seal` wrote")
    return said


def _once(pairs: list[tuple[str, Any]]) -> Data:
    """Refuse a key that is written twice: a reader would see one value and the seal the other."""
    names = [name for name, _ in pairs]
    twice = next((n for n in names if names.count(n) > 1), None) if _repeats(names) else None
    if twice is not None:
        raise ValueError(f"{twice!r} is written twice")
    return dict(pairs)


def _repeats(names: list[str]) -> bool:
    return len(set(names)) < len(names)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _wrong(file: Path, problem: str, allowed: str = "") -> InputError:
    return InputError(Mistake(problem, str(file), allowed=allowed))


def holds(record: Data) -> bool:
    """Whether the content is what was sealed."""
    return bool(seal(record) == record[SEAL])


def whole(file: Path) -> Data:
    """Read a record whose seal holds.

    Raises:
        InputError: it cannot be read, or was changed after it was sealed.
    """
    record = read(file)
    if not holds(record):
        problem = f"the seal is broken: the content gives {seal(record)[:16]}..."
        allowed = "the file as it was sealed; take it from a copy"
        raise InputError(Mistake(problem, str(file), None, SEAL, str(record[SEAL]), allowed))
    with ours(file):
        if record["format"] != FORMAT:
            raise _wrong(file, f"is of format {record['format']}", f"format {FORMAT}")
        dt.date.fromisoformat(record["sealed"]["day"])
    return record


@contextmanager
def ours(file: Path) -> Iterator[None]:
    """Say of a record that holds something else than ours that it does, in a sentence."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        problem = f"its seal holds, and it is no forecast as we write it: {error!r}"
        raise _wrong(file, problem) from None


def again(record: Data, file: Path, workers: int = 1) -> list[str]:
    """Play the packed inputs again and name the parts that differ, if any, from what is sealed.

    Raises:
        InputError: the inputs cannot be read any more.
    """
    with ours(file):
        scenario = unpack(Packed.of(record["inputs"]))
        day = dt.date.fromisoformat(record["sealed"]["day"])
        runs = int(record["made_with"]["runs"])
        sides = {"forecast": record["forecast"], "baselines": record["baselines"]}
        digest = record["scenario"]["digest"]
    run = Plan.of(scenario.name, scenario).play(runs, workers)
    made = {"forecast": forecast(run), "baselines": rivals(run, day)}
    found = [where for name in sides for where in _differing(sides[name], made[name], name)]
    return found if scenario.digest() == digest else ["scenario.digest", *found]


def _differing(old: Any, new: Any, path: str) -> Iterator[str]:
    """The first places at which two pieces of data differ, by their path."""
    if canonical(old) == canonical(new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        for name in old:
            yield from _differing(old[name], new[name], f"{path}.{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True), 1):
            yield from _differing(one, other, f"{path}.{place}")
    else:
        yield path


def made_with(record: Data) -> list[str]:
    """What it was made with that is not as it is here: "numpy 2.0.1 then, 2.4.6 now"."""
    made = record["made_with"]
    found = [
        f"{name} {made.get(name)} then, {now} now"
        for name, now in versions().items()
        if made.get(name) != now
    ]
    if made.get("code") != code_digest():
        found.append("plenary's code was changed since")
    then = made.get("tables", {})
    changed = [name for name in TABLES if then.get(name) != _digest(shipped.data(name))]
    return [*found, *(f"the table {name} was changed since" for name in changed)]
