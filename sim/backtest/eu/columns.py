"""What the columns of the EU back-test's tables mean."""

from __future__ import annotations

from sim.backtest.eu.fitted import FITTED
from sim.backtest.eu.others import OTHERS
from sim.backtest.found import Column

_POINTS = ("points of the scale", "0-100")
_APART = ("points of the scale", "-100-100")

COLUMNS = {
    "model": Column("name of the model"),
    "title": Column("the model in words"),
    "about": Column("what the model is"),
    "kind": Column("kind of issue"),
    "issues": Column("issues with an outcome on which the model has a say", "number", "0 and more"),
    "proposals": Column("proposals of those issues", "number", "0 and more"),
    "mean_error": Column("mean absolute error", *_POINTS),
    "median_error": Column("median absolute error", *_POINTS),
    "within_10": Column("share of issues with an error of at most 10 points", "share", "0-1"),
    "compromise": Column("mean absolute error of the compromise model on them", *_POINTS),
    "difference": Column("the model's mean minus the compromise model's", *_APART),
    "low": Column("lower end of the 95% interval of that, over proposals", *_APART),
    "high": Column("upper end", *_APART),
    "low_among_many": Column("lower end with an allowance for all models tried", *_APART),
    "high_among_many": Column("upper end with that allowance", *_APART),
    "ranked_score": Column("continuous ranked probability score", *_POINTS),
    "log_score": Column("mean minus log chance of the outcome", "nats", "0 and more"),
    "term": Column("term of options on the table"),
    "coefficient": Column("its coefficient, fitted to all that may be learned from"),
    "issue": Column("issue, as in the file"),
    "proposal": Column("proposal, as in the file"),
    "year": Column("year of the proposal, read off its number; 0: none there"),
    "codecision": Column("the Parliament decides too", "true or false"),
    "unanimity": Column("the Council decides by unanimity", "true or false"),
    "recorded": Column("outcome; empty: not known", *_POINTS),
    **{
        f"p_{model.name}": Column(f"hindcast: {model.title}; empty: it has no say", *_POINTS)
        for model in (*OTHERS, *FITTED)
    },
}
