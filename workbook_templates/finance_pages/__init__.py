"""The pages that the workbooks of loan finance share: guide, policy, inputs, rows over time, checks."""
