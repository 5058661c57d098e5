"""Playing scenarios and keeping what came of it."""
