"""Damage: what is wrong with a report's own text, each kind of problem in a room of its own."""
