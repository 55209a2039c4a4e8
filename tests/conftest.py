"""What tests of several folders share."""

import pytest

from addin.calc.office import OfficeError, find_program


@pytest.fixture(scope="session")
def program():
    """The LibreOffice of this machine; without one the test is skipped."""
    try:
        return find_program()
    except OfficeError as error:
        pytest.skip(str(error))
