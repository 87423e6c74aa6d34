"""Sentences of a model: asked for, checked, sent back once, and let through or not."""
