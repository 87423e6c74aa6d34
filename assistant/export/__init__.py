"""Papers, references and drafts in the formats of other programs."""
