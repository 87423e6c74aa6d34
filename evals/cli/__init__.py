"""The commands of `citewell eval`."""
