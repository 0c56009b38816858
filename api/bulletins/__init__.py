"""Bulletins 通报: the month as a page, as Word and as Excel, all of them from the same table."""
