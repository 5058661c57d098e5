"""`python -m sim` is `plenary`."""

from sim.cli import main

main()
