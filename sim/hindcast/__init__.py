"""The back-test of recorded votes: every resolution hindcast, state by state.

A cut date says what may be known: see `sim.hindcast.hindcasts` for the rule.
"""

from sim.hindcast.run import run

__all__ = ["run"]
