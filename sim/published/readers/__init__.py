"""Files of other programs, read into a `sim.published.table.Table`; one kind a file."""

from __future__ import annotations

from sim.published.readers.kinds import KINDS, Read, read

__all__ = ["KINDS", "Read", "read"]
