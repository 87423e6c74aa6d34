"""Saved author listings."""
