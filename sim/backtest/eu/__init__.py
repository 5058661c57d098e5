"""Decisions of the European Union, hindcast from who wanted what: the data set DEU III.

`reading` reads the file a user fetched; `others` are models of other people and ours, nothing
fitted; `fitted` are models that learn from other proposals (`folds`); `study` makes and scores
all hindcasts; `told` puts them in words, `tabled` in tables, `plots` in figures. Nothing of the
data is shipped.
"""

from sim.backtest.eu.told import run

__all__ = ["run"]
