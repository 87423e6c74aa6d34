"""Papers read with a question in mind: which answer, whether any does, and whether they disagree."""
