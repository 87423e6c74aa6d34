"""Reading drafts that somebody wrote: Markdown, LaTeX, plain text and Word, to sentences and what each one cites."""
