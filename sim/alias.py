"""`import plenary`: the same package under the project's name, where it is installed."""

import sys

import sim

sys.modules[__name__] = sim
