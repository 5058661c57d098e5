"""Hindcasts scored on the record: what was known before an event, what came, and who saw it.

One back-test a room. Each has a ``run`` that gives what it found (`sim.backtest.found.Found`);
`sim.backtest.writing` makes a folder, a page and printed lines of any of them.
"""
