"""Other people's models of negotiation, one a file, each with its equation and its source."""
