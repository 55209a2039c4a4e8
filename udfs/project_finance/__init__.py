"""Project finance and schedules: cover ratios, sculpting, repayment."""

from udfs.project_finance import debt_capacity, debt_service_cover, life_cover, sculpting

__all__ = ["debt_capacity", "debt_service_cover", "life_cover", "sculpting"]
