"""全文检索: words of Chinese and Latin text, found by both databases in the same way."""
