"""The back-test of recorded votes: every resolution hindcast, state by state.

A cut date says what may be known: see `sim.backtest.votes.hindcast` for the rule, and
`sim.backtest.votes.model` for the model.
"""

from sim.backtest.votes.run import run

__all__ = ["run"]
