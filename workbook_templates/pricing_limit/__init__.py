"""The pricing and limit workbook: price build-up, limit, repayment, register, exceptions, approval."""
