"""Judges, and how far each agrees with people: labelled pairs, statistics of agreement, the report card."""
