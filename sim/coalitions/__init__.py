"""Coalitions among actors, as a game: what binds two of them, which sets form, and how they hold.

`bonds` measures what each pair has in common, `forming` lets actors move until nobody would,
`power` asks which coalitions a decision turned on, `joining` who puts its name to a call.
"""
