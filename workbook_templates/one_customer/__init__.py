"""Pages that the workbooks about one customer share: guide, policy, entry form, checks."""
