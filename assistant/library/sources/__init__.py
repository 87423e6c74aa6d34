"""Sources: files, folders, archives and streams, and what is in them."""
