"""Whether two records describe one paper: what their titles, people, venues and places say, and the verdict."""
