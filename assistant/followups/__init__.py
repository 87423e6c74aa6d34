"""Questions that lean on what was said before."""
