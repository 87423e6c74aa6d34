"""Auditing drafts: which sentences need a citation, and changing files of a draft without touching the rest."""
