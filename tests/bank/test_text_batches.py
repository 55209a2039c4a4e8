"""A text file read part by part gives the rows that it gives when it is read whole."""

import pandas as pd
import pytest

from addin.bank import text_batches
from addin.bank.text_batches import find_text_layout
from addin.portfolio.delimited import read_delimited
from addin.portfolio.model import Source

HEADER = "customer_id,name,revenue\n"
KNOWN = frozenset({"customer_id", "name", "revenue"})
PLAIN = HEADER + "".join(f"C{i},Company {i},{i}.5\n" for i in range(200))
QUOTED = HEADER + "".join(f'C{i},"Line one\nline two, of {i}",{i}\n' for i in range(100))
CHINESE = HEADER + "".join(f"C{i},客户有限公司{i},{i}\n" for i in range(150))
LATE = HEADER + "".join(f"C{i},Company {i},{i}\n" for i in range(150)) + "C999,客户有限公司,1\n"
BROKEN = PLAIN + "C900,too,many,fields\nC901,too few\n" + PLAIN.removeprefix(HEADER) + "C902,cut"
UNCLOSED = PLAIN + 'C903,"never closed,1\n' + PLAIN.removeprefix(HEADER)
BLANKS = PLAIN.replace("C7,", "\n\nC7,") + "\n\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PLAIN, "utf-8"),
        (PLAIN.replace(",", ";"), "utf-8"),
        (PLAIN.replace("\n", "\r\n"), "utf-8"),
        (PLAIN, "utf-8-sig"),
        (PLAIN, "utf-16"),
        ("sep=;\n" + PLAIN.replace(",", ";"), "utf-8"),
        ("Export of today\n\n" + PLAIN, "utf-8"),
        (QUOTED, "utf-8"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-8"),
        (LATE, "gb18030"),
        (BROKEN, "utf-8"),
        (UNCLOSED, "utf-8"),
        (BLANKS, "utf-8"),
    ],
    ids=range(14),
)
@pytest.mark.parametrize("size", [64, 700, 1 << 20])
def test_parts_make_up_the_whole(text, encoding, size, tmp_path, monkeypatch):
    monkeypatch.setattr(text_batches, "PART_BYTES", size)
    file = tmp_path / "customers.csv"
    file.write_bytes(text.encode(encoding))
    source = Source(location=str(file))
    whole = read_delimited(source, file, KNOWN)
    layout = find_text_layout(source, file, file.name, KNOWN)
    parts = [
        text_batches.text_slice(source, file, file.name, KNOWN, layout, (start, end, before))
        for start, end, _, before in text_batches.text_slices(file, layout)
    ]
    assert list(layout.columns) == list(whole.frame.columns)
    joined = pd.concat([part.frame for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(joined, whole.frame)
    assert [row for part in parts for row in part.rows.tolist()] == whole.rows.tolist()
    assert [row for part in parts for row in part.broken] == list(whole.broken)
