"""What a batch brings home: a Parquet file of its runs, with what each delegation decided.

Amounts are as in files (0-100); what is not defined in a run is null, never a number. How often
each delegation took each decision travels in the file's metadata.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sim import arrow
from sim.core.outcomes import Outcomes
from sim.experiment.outcomes import Filed, outcome_of
from sim.experiment.outcomes import columns as extract
from sim.forums.rules import Decision
from sim.study.findings import Kept, decided

Ints = npt.NDArray[np.int64]
Ballot = tuple[str, str]
Columns = Mapping[str, npt.NDArray[Any]]

ABOUT, DECIDED = b"plenary", b"decided"


def encode(outcomes: Outcomes, kept: Kept, about: Mapping[str, Any]) -> bytes:
    """Write the runs of a batch as a Parquet file; ``about`` says in it whose they are."""
    said = {
        ABOUT: json.dumps(about, sort_keys=True).encode(),
        DECIDED: _packed(decided(outcomes, kept.ballots, kept.actors)),
    }
    table = _table(outcomes.table, outcomes.ballots, kept).replace_schema_metadata(said)
    return arrow.as_file(table, write_page_checksum=True)


def blank(kept: Kept) -> Any:
    """A table of no runs: what its columns are."""
    none = np.empty(0, dtype=np.int64)
    return _table({"run": none, "world": none}, (), kept)


def _table(table: Columns, ballots: Sequence[Ballot], kept: Kept) -> Any:
    import pyarrow as pa

    columns = [arrow.array(table[name]) for name in ("run", "world")]
    found = extract(kept.outcomes, table, ballots)
    columns += [_column(name, column) for name, column in found.items()]
    return pa.Table.from_arrays(columns, names=["run", "world", *kept.outcomes])


def _column(name: str, column: Filed) -> Any:
    kind, valid = outcome_of(name), ~np.ma.getmaskarray(column)
    if kind is not None and kind.words:
        return arrow.words(column.data, kind.words, valid)
    return arrow.array(column.data, valid)


def _packed(counts: Ints) -> bytes:
    return base64.b85encode(zlib.compress(counts.tobytes()))


def unpacked(said: bytes, kept: Kept) -> Ints:
    """Read the decisions back from a file's metadata: (ballots, actors, 7)."""
    flat = np.frombuffer(zlib.decompress(base64.b85decode(said)), dtype=np.int64)
    return flat.reshape(len(kept.ballots), len(kept.actors), len(Decision))
