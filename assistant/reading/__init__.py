"""Papers read with a question in mind: which answer, whether any does, whether they disagree, their themes."""
