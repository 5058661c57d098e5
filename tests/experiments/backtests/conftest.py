"""The scripts of experiments/backtests as modules, as they are to one another."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "experiments" / "backtests"))
