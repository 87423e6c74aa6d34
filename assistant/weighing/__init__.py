"""Sentences beside the papers that they cite: what is to be compared, and what a judge says of it."""
