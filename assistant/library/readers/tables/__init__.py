"""Tables: CSV, TSV, workbooks."""
