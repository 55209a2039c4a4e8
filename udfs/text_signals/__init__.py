"""Risk signals in notes, news and call reports."""
