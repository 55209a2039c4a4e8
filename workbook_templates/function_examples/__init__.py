"""The examples workbook: every function at work, with the value that its help promises."""
