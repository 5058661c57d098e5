"""How voluntary pledges grow, and who joins next.

`membership` reads counts and members; `growth` hindcasts the next counts from each day on which
a count is known; `joining` ranks who joins next; `told` puts it in words.
"""

from sim.backtest.pledges.told import run

__all__ = ["run"]
