"""What papers say: sentences with exact offsets, spans nearest to a statement, and papers as a prompt shows them."""
