"""Judges that somebody else trained: chat models, and pair classifiers in local files."""
