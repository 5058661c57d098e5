"""Levels as text: what ``--set`` reads back as the value that was written, and steps of a range."""

from __future__ import annotations

import json
import re
from typing import Any

from sim.core.fields import bare

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_PLAIN = re.compile(r"-?[\w./+%][\w./+% -]*(?<! )")
_READ_AS_YAML = ("[", "{", '"', "'")


def written(value: Any) -> str:
    """Write a value as ``--set`` takes it: text, None, or lists and maps of those."""
    if isinstance(value, str):
        stands = value == value.strip() and value != "null" and not value.startswith(_READ_AS_YAML)
        return value if stands else json.dumps(value, ensure_ascii=False)
    return _inside(value)


def level(value: Any) -> str:
    """Write a level: as ``--set`` takes it, and a per cent without its sign, as a number."""
    return str(bare(written(value)))


def _inside(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_inside, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_inside(k)}: {_inside(v)}' for k, v in value.items())}}}"
    text = str(value)
    bare = _PLAIN.fullmatch(text) and text != "null"
    return text if bare else json.dumps(text, ensure_ascii=False)


def is_number(text: str) -> bool:
    """Whether a level is a number, and a finite one."""
    return _NUMBER.fullmatch(text) is not None


def number(value: float) -> str:
    """Write a number with at most 6 significant digits, so that it can be read."""
    return f"{value + 0.0:.6g}"  # and minus zero as zero


def steps(low: float, high: float, count: int, log: bool = False) -> tuple[str, ...]:
    """Levels from low to high, both included, evenly apart; with ``log``, by equal ratios."""
    parts = [n / (count - 1) for n in range(count)]
    if log:
        return tuple(number(low ** (1 - part) * high**part) for part in parts)
    return tuple(number(low + (high - low) * part) for part in parts)
