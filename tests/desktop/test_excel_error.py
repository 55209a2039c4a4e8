"""Excel's refusals in words."""

import pytest

from addin.desktop.excel_error import ExcelError, reason_of


def refusal(words):
    """An error as pywin32 raises it."""
    said = (0, "Microsoft Excel", words, "xlmain11.chm", 0, -2146827284)
    return ExcelError(-2147352567, "Exception occurred.", said, None)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (refusal("工作表受保护。"), "工作表受保护。"),
        (refusal(None), "Exception occurred."),
        (ExcelError(-2147023174, "The RPC server is unavailable.", None, None),
         "The RPC server is unavailable."),
    ],
)  # fmt: skip
def test_reason_is_what_excel_says(error, reason):
    assert reason_of(error) == reason
