"""Compound files (MS-CFB, version 3): the container of a VBA project, written from scratch.

Readers of the format are many (olefile), writers that run without Windows are not.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Tree: TypeAlias = Mapping[str, "bytes | Tree"]

_SECTOR: Final = 512
_MINI_SECTOR: Final = 64
_MINI_LIMIT: Final = 4096
_ENTRY: Final = 128
_HEADER_FATS: Final = 109
_FREE, _END, _FAT_SECTOR, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_BLACK: Final = 1


@dataclass
class _Entry:
    """One entry of the directory: a stream, or a storage with further entries."""

    name: str
    kind: int
    data: bytes = b""
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = _END
    members: list[int] = field(default_factory=list)

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        start = 0 if self.kind == _STORAGE else self.start
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            name, len(name), self.kind, _BLACK, self.left, self.right, self.child,
            b"", 0, 0, 0, start, len(self.data),
        )  # fmt: skip


class _Sectors:
    """The sectors of the file and the table that chains them."""

    def __init__(self) -> None:
        self.table: list[int] = []
        self.content = bytearray()

    def put(self, data: bytes) -> int:
        """Append data as a chain of sectors; returns its first sector."""
        if not data:
            return _END
        first = len(self.table)
        count = -(-len(data) // _SECTOR)
        self.table += [*range(first + 1, first + count), _END]
        self.content += data.ljust(count * _SECTOR, b"\0")
        return first


def compound_file(tree: Tree) -> bytes:
    """A compound file with the streams (bytes) and storages (mappings) given.

    Args:
        tree: streams and storages by name, such as {"PROJECT": b"…", "VBA": {"dir": b"…"}}.

    Returns:
        The file. The same tree always gives the same bytes.
    """
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].members = _add(entries, tree)
    for entry in entries:
        entry.child = _balanced(entries, sorted(entry.members, key=lambda i: _order(entries[i])))
    sectors = _Sectors()
    mini_table = _place_streams(entries, sectors)
    mini_fat = sectors.put(_numbers(mini_table, _SECTOR))
    directory = sectors.put(_directory(entries))
    mini_sectors = -(-4 * len(mini_table) // _SECTOR)
    fats = _add_fat(sectors)
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, len(fats), directory, 0, _MINI_LIMIT, mini_fat, mini_sectors, _END, 0, 0,
    )[:76]  # fmt: skip
    return header + _numbers(fats, 4 * _HEADER_FATS) + bytes(sectors.content)


def _add(entries: list[_Entry], tree: Tree) -> list[int]:
    places = []
    for name, content in tree.items():
        place = len(entries)
        places.append(place)
        if isinstance(content, bytes):
            entries.append(_Entry(name, _STREAM, content))
        else:
            entries.append(_Entry(name, _STORAGE))
            entries[place].members = _add(entries, content)
    return places


def _order(entry: _Entry) -> tuple[int, str]:
    """Names are ordered by length first, then without regard to case."""
    return len(entry.name), entry.name.upper()


def _balanced(entries: list[_Entry], ordered: list[int]) -> int:
    """Hang the entries of a storage on a balanced tree; returns its root."""
    if not ordered:
        return _NONE
    middle = len(ordered) // 2
    root = ordered[middle]
    entries[root].left = _balanced(entries, ordered[:middle])
    entries[root].right = _balanced(entries, ordered[middle + 1 :])
    return root


def _place_streams(entries: list[_Entry], sectors: _Sectors) -> list[int]:
    """Large streams go into sectors, small ones into the mini stream; returns the latter's table."""
    mini = bytearray()
    table: list[int] = []
    for entry in entries:
        if entry.kind != _STREAM or not entry.data:
            continue
        if len(entry.data) >= _MINI_LIMIT:
            entry.start = sectors.put(entry.data)
            continue
        count = -(-len(entry.data) // _MINI_SECTOR)
        entry.start = len(table)
        table += [*range(entry.start + 1, entry.start + count), _END]
        mini += entry.data.ljust(count * _MINI_SECTOR, b"\0")
    entries[0].data = bytes(mini)
    entries[0].start = sectors.put(entries[0].data)
    return table


def _directory(entries: list[_Entry]) -> bytes:
    packed = b"".join(entry.packed() for entry in entries)
    empty = struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, *[_NONE] * 3, b"", 0, 0, 0, 0, 0)
    return packed + empty * (-len(entries) % (_SECTOR // _ENTRY))


def _add_fat(sectors: _Sectors) -> list[int]:
    """Append the sectors of the table itself; returns which they are.

    Raises:
        ValueError: the file would need more of them than the header can name.
    """
    used, per_sector = len(sectors.table), _SECTOR // 4
    count = 1
    while used + count > count * per_sector:
        count += 1
    if count > _HEADER_FATS:
        raise ValueError(f"a project may be 7 MB at most; got {len(sectors.content):,} bytes.")
    fats = list(range(used, used + count))
    sectors.table += [_FAT_SECTOR] * count
    sectors.content += _numbers(sectors.table, count * _SECTOR)
    return fats


def _numbers(values: list[int], unit: int) -> bytes:
    """Numbers of four bytes each, filled up to whole units with the mark of what is free."""
    packed = struct.pack(f"<{len(values)}I", *values)
    return packed.ljust(-(-len(packed) // unit) * unit, b"\xff")
