"""The RFM and ABC workbook: from transactions to segments, classes, priorities and actions."""
