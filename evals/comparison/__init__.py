"""What differs between two runs, and whether a run is good enough."""
