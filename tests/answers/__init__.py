"""Labelled answers: what people write, and what a careful person takes from it."""
