"""A zip file read within limits and written back without touching what did not change.

Unchanged members are copied as the compressed bytes that they already are, with their own dates,
so that saving costs no more than what changed.
"""

from __future__ import annotations

import os
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Final

from addin.errors import WorkbookError, no_such_file
from udfs.errors import Words

MEBIBYTE: Final = 1 << 20
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")
CENTRAL_HEADER: Final = struct.Struct("<4s6H3L5H2L")
END_RECORD: Final = struct.Struct("<4s4H2LH")
FLAG_ENCRYPTED: Final = 0x1
FLAG_UTF8: Final = 0x800
# A new member carries the earliest date that a zip can hold: the same input gives the same bytes.
FIRST_DATE: Final = (1980, 1, 1, 0, 0, 0)
# Above this size a lower deflate level saves more time than it costs in bytes.
LARGE_PART: Final = 4 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a package may be before it is refused as an attack or an accident.

    Attributes:
        file_bytes: the file on disk.
        total_bytes: all parts together, decompressed.
        ratio: decompressed size to compressed size of one part, above `ratio_from` bytes.
        ratio_from: parts smaller than this may compress as well as they like.
        parts: the number of parts.
    """

    file_bytes: int = 1024 * MEBIBYTE
    total_bytes: int = 3072 * MEBIBYTE
    ratio: int = 250
    ratio_from: int = 32 * MEBIBYTE
    parts: int = 20_000


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a zip: its header fields and its bytes as they are stored."""

    name: str
    method: int
    crc: int
    size: int
    stored: bytes | memoryview
    date_time: tuple[int, int, int, int, int, int] = FIRST_DATE
    external_attr: int = 0

    def content(self, file: object) -> bytes:
        """The decompressed bytes, never more than the header promised."""
        if self.method == zipfile.ZIP_STORED:
            data = bytes(self.stored)
        else:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                data = inflater.decompress(self.stored, self.size + 1)
            except zlib.error as error:
                raise damaged(file, f"part {self.name} cannot be decompressed ({error})") from error
        if len(data) != self.size or zlib.crc32(data) != self.crc:
            raise damaged(file, f"part {self.name} is damaged (size or checksum does not fit)")
        return data

    def holds(self, data: bytes) -> bool:
        """Whether these are the member's bytes, by size and checksum."""
        return len(data) == self.size and zlib.crc32(data) == self.crc

    def with_content(self, data: bytes) -> Member:
        """The same member with other bytes."""
        level = 3 if len(data) > LARGE_PART else 6
        deflater = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        stored = deflater.compress(data) + deflater.flush()
        return replace(
            self,
            method=zipfile.ZIP_DEFLATED,
            crc=zlib.crc32(data),
            size=len(data),
            stored=stored,
        )


def new_member(name: str, data: bytes) -> Member:
    """A member that was not in the file before."""
    return Member(name, zipfile.ZIP_DEFLATED, 0, 0, b"").with_content(data)


def damaged(file: object, problem: str) -> WorkbookError:
    """The error for a file whose bytes do not hold together."""
    return WorkbookError(file, f"{problem}.", "Restore it from a backup or save it again in Excel.")


def read_members(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[Member]:
    """Every member of the zip file, in order, not yet decompressed.

    Raises:
        WorkbookError: not a zip, encrypted, cut off, too large, or with names that cannot be parts.
    """
    data = _read_file(path, limits)
    _refuse_ole(path, data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error) as error:
        raise WorkbookError(
            path,
            Words(
                f"is not an Excel workbook, or is cut off ({error}).",
                f"不是 Excel 工作簿，或文件不完整（{error}）。",
            ),
            Words(
                "Open it in Excel and save it as .xlsx, or copy it again in full.",
                "请用 Excel 打开并另存为 .xlsx，或重新完整复制。",
            ),
        ) from error
    _check_names(path, infos, limits)
    _check_sizes(path, infos, limits)
    view = memoryview(data)
    return [_member(path, view, info) for info in infos]


def _read_file(path: Path, limits: Limits) -> bytes:
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise WorkbookError(
                path,
                f"is {size / MEBIBYTE:,.0f} MiB large; at most "
                f"{limits.file_bytes / MEBIBYTE:,.0f} MiB is read.",
                "Split the workbook.",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise no_such_file(WorkbookError, path) from error
    except OSError as error:
        raise WorkbookError(
            path,
            Words(f"cannot be read ({error.strerror}).", f"无法读取（{error.strerror}）。"),
            Words("Check that it is a file you may read.", "请确认您有读取该文件的权限。"),
        ) from error


def _refuse_ole(path: Path, data: bytes) -> None:
    if not data.startswith(OLE_MAGIC):
        return
    if ENCRYPTED_STREAM in data:
        raise WorkbookError(
            path,
            Words("is encrypted.", "已加密。"),
            Words(
                "Remove the password in Excel (File > Info > Protect Workbook).",
                "请在 Excel 中取消密码（文件 > 信息 > 保护工作簿）。",
            ),
        )
    raise WorkbookError(
        path,
        Words("is in the old binary .xls format.", "是旧的二进制 .xls 格式。"),
        Words("Save it as .xlsx or .xlsm in Excel.", "请在 Excel 中另存为 .xlsx 或 .xlsm。"),
    )


def _check_names(path: Path, infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(infos) > limits.parts:
        raise WorkbookError(
            path,
            f"holds {len(infos):,} parts; at most {limits.parts:,} are read.",
            "It is damaged or made to harm; do not use it.",
        )
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise WorkbookError(
                path,
                f"holds a part with the unsafe name {name!r}.",
                "It is damaged or made to harm; do not use it.",
            )
        if name.lower() in seen:
            raise WorkbookError(
                path, f"holds the part {name!r} twice.", "Open it in Excel and save it again."
            )
        seen.add(name.lower())
        if info.flag_bits & FLAG_ENCRYPTED:
            raise WorkbookError(path, f"part {name} is encrypted.", "Save it without a password.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WorkbookError(
                path,
                f"part {name} uses compression method {info.compress_type}; "
                "workbooks use stored or deflated.",
                "Open it in Excel and save it again.",
            )


def _check_sizes(path: Path, infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        raise WorkbookError(
            path,
            f"would take {total / MEBIBYTE:,.0f} MiB decompressed; at most "
            f"{limits.total_bytes / MEBIBYTE:,.0f} MiB is read.",
            "It is made to harm (a zip bomb), or must be split.",
        )
    for info in infos:
        packed = max(info.compress_size, 1)
        if info.file_size > limits.ratio_from and info.file_size > limits.ratio * packed:
            raise WorkbookError(
                path,
                f"part {info.filename} is {info.file_size // packed} times larger than its "
                f"compressed form; at most {limits.ratio} times is read.",
                "It is made to harm (a zip bomb); do not use it.",
            )


def _member(path: Path, view: memoryview, info: zipfile.ZipInfo) -> Member:
    start = info.header_offset
    header = view[start : start + LOCAL_HEADER.size]
    if len(header) < LOCAL_HEADER.size or bytes(header[:4]) != b"PK\x03\x04":
        raise damaged(path, f"part {info.filename} has no header")
    name_length, extra_length = LOCAL_HEADER.unpack(header)[-2:]
    begin = start + LOCAL_HEADER.size + name_length + extra_length
    stored = view[begin : begin + info.compress_size]
    if len(stored) != info.compress_size:
        raise damaged(path, f"part {info.filename} is cut off")
    return Member(
        info.filename,
        info.compress_type,
        info.CRC,
        info.file_size,
        stored,
        info.date_time,
        info.external_attr,
    )


def write_members(path: Path, members: list[Member]) -> None:
    """Writes the zip beside `path` and then puts it in its place in one step.

    Raises:
        WorkbookError: the folder or the file cannot be written; the old file is then untouched.
    """
    try:
        handle, temporary = tempfile.mkstemp(".tmp", f".{path.name}.", path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(handle, "wb") as out:
            for piece in _pieces(members):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        _keep_mode(path, temporary)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise _unwritable(path, error) from error
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _unwritable(path: Path, error: OSError) -> WorkbookError:
    return WorkbookError(
        path,
        Words(f"cannot be written ({error.strerror}).", f"无法写入（{error.strerror}）。"),
        Words(
            "Close it in other programs and check that you may write to its folder.",
            "请在其他程序中关闭它，并确认您有写入其文件夹的权限。",
        ),
    )


def _keep_mode(path: Path, temporary: str) -> None:
    """A temporary file is private to its owner; a workbook keeps the rights that it had."""
    if path.exists():
        mode = path.stat().st_mode
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    Path(temporary).chmod(mode & 0o777)


def _pieces(members: list[Member]) -> list[bytes | memoryview]:
    pieces: list[bytes | memoryview] = []
    directory: list[bytes] = []
    offset = 0
    for member in members:
        name, flags = _encoded(member.name)
        time, date = _dos_time(member.date_time)
        sizes = (member.crc, len(member.stored), member.size)
        local = LOCAL_HEADER.pack(
            b"PK\x03\x04", 20, flags, member.method, time, date, *sizes, len(name), 0
        )
        entry = CENTRAL_HEADER.pack(
            b"PK\x01\x02", 20, 20, flags, member.method, time, date, *sizes,
            len(name), 0, 0, 0, 0, member.external_attr, offset,
        )  # fmt: skip
        pieces += [local + name, member.stored]
        directory.append(entry + name)
        offset += len(local) + len(name) + len(member.stored)
    listing = b"".join(directory)
    count = len(members)
    end = END_RECORD.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), offset, 0)
    return [*pieces, listing, end]


def _encoded(name: str) -> tuple[bytes, int]:
    try:
        return name.encode("ascii"), 0
    except UnicodeEncodeError:
        return name.encode("utf-8"), FLAG_UTF8


def _dos_time(moment: tuple[int, int, int, int, int, int]) -> tuple[int, int]:
    year, month, day, hour, minute, second = moment
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
