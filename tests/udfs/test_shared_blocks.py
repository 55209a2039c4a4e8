"""One block of cells handed to many calls: what it was decoded to is used again, unchanged."""

import numpy as np
import pytest

import udfs
from udfs.catalogue import FUNCTIONS
from udfs.cells import Block, block, decode_dates, decode_numbers, decode_texts
from udfs.examples import parse_call
from udfs.keys import key_column

EXAMPLES = [
    parse_call(example.split(" -> ")[0])
    for function in FUNCTIONS.values()
    for example in function.help["en"].examples
]


@pytest.mark.parametrize(("name", "arguments"), EXAMPLES)
def test_shared_blocks_give_the_same_in_every_call(name, arguments):
    expected = repr(udfs.call(name, *arguments))
    shared = [block(a, "x") if isinstance(a, list) else a for a in arguments]
    for _ in range(3):
        assert repr(udfs.call(name, *shared)) == expected


def test_cells_are_decoded_once_for_all_arguments():
    shared = block([["001"], [" 7 "], [None]], "x")
    assert decode_texts(shared, "one") is decode_texts(shared, "other")
    assert key_column(shared, "one") is key_column(shared, "other")


def test_the_two_date_systems_stay_apart():
    shared = block([[40000.0]], "x")
    days = [decode_dates(shared, "x", date1904=old).values[0] for old in (False, True)]
    assert days[1] - days[0] == np.timedelta64(1462, "D")


def test_a_fault_names_the_argument_of_its_own_call():
    shared = block([["much"]], "x")
    reasons = [decode_numbers(shared, name).faults[0].reason for name in ("revenue", "assets")]
    assert reasons == ["revenue: 'much' is not a number.", "assets: 'much' is not a number."]


def test_columns_of_a_shared_block_are_turned_once():
    shared = Block(np.arange(6.0), (3, 2))
    assert shared.columns() is shared.columns()
