"""Checks of a library, its indexes and what they need: nothing is changed unless asked for."""
