"""PDFs of papers."""
