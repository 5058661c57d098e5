"""What every hindcast needs once it has been scored: words, figures, files.

`beside` sets a score beside a baseline's and says who wins, `found` holds what came of a hindcast,
`drawing` draws, and `writing`, `page` and `printed` make a folder, a page and printed lines of any
of them. `script` is the command line of those that play no phase of the model, and lie as scripts
in ``experiments/backtests``. Scores themselves are in `sim.analysis.scores`.
"""
