"""A seeded, clearly synthetic bank to try creditcells on."""

from addin.demo.bank import Bank, make_bank
from addin.demo.files import write_sources

__all__ = ["Bank", "make_bank", "write_sources"]
