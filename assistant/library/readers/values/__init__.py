"""What all formats have in common: names, dates, identifiers, pages, markup."""
