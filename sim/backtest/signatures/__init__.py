"""Who signs: the Declaration for the Future of the Internet, and the convention of Hanoi.

`events` reads who signed, and what was known of every state before; `models` fits on earlier
pledges and votes, never on the event; `told` puts it in words.
"""

from sim.backtest.signatures.told import run

__all__ = ["run"]
