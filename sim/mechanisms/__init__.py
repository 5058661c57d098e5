"""What happens in a session, one file a thing. Each phase is a generator that asks delegations."""
