"""Results on the disk: written whole, opened again, made again, drawn again, and exported."""

from __future__ import annotations

from sim.disk import UNFINISHED, as_json, digest
from sim.staging import (
    MANIFEST,
    REPORTED,
    SUMMARY,
    Staging,
    refuse_others,
    writing,
)

__all__ = [
    "MANIFEST",
    "REPORTED",
    "SUMMARY",
    "UNFINISHED",
    "Staging",
    "as_json",
    "digest",
    "refuse_others",
    "writing",
]
