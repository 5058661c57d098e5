"""Forecasts: sealed before the event, checked at any time, scored when the outcome is known.

Only what is sealed here is called a forecast; a scenario of the past gives a hindcast. The seal
proves that the content is as it was when the seal was made, and not when that was: a date can
be trusted as far as the seal was published elsewhere on that day.
"""
