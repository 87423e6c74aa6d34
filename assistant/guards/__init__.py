"""Text and connections that are kept out: orders in abstracts, what acts on prompts and terminals, other machines."""
