"""For processes that tests start, to heed Ctrl-C wherever the tests themselves were started."""

from __future__ import annotations

import signal


def heeding() -> None:
    """Heed Ctrl-C, which what a shell starts in the background is told to ignore."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
