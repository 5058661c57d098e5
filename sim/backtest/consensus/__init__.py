"""Which forums that decide by consensus agree in the end: a dozen cases, and how little they prove.

`cases` reads the record and what was known before each end; `trial` predicts each case from the
others and lets every other placing of the failures do the same; `simulated` asks our own
scenarios; `told` puts it in words.
"""

from sim.backtest.consensus.told import run

__all__ = ["run"]
