"""Sheets that the monitoring workbooks have in common: policy, inputs, results, guide, checks."""
