"""Project finance and schedules: cover ratios, sculpting, repayment."""
