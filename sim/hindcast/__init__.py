"""The back-test of recorded votes: every resolution hindcast, state by state.

A cut date says what may be known: see `sim.hindcast.hindcast` for the rule, and
`sim.hindcast.model` for the model.
"""

from sim.hindcast.run import run

__all__ = ["run"]
