"""Readers of data sets, a module per format; each has `read(path) -> Dataset`."""
