"""Project finance and schedules: cover ratios, sculpting, repayment."""

from udfs.project_finance import (
    annual_cost,
    debt_capacity,
    debt_service_cover,
    due,
    instalments,
    life_cover,
    repayment_plans,
    schedules,
    sculpting,
)

__all__ = [
    "annual_cost",
    "debt_capacity",
    "debt_service_cover",
    "due",
    "instalments",
    "life_cover",
    "repayment_plans",
    "schedules",
    "sculpting",
]
