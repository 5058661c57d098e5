"""What a number of the model is: its symbol, its best guess, its range, what informs it.

Each is declared by the mechanism that uses it. A scenario may set any of them; `calibrate` fits
some to recorded votes and draws all of them into admissible worlds. Those with `fitted` are
informed by votes; the rest are assumed, and only their range is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """One number: its symbol in docs/ODD.md, best guess, the range worlds draw from, meaning."""

    name: str
    symbol: str
    default: float
    low: float
    high: float
    meaning: str
    fitted: bool = False
    whole: bool = False
    ratio: bool = False  # known by its order of magnitude: worlds draw its logarithm
    source: str = ""  # what the range rests on; "" if it is assumed
