"""Kinds of sheets that the workbooks share: guide, policy, input, result columns, check."""
