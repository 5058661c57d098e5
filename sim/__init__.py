"""plenary: how states, companies and civil society negotiate the rules of cyberspace."""

__version__ = "0.1.0"
