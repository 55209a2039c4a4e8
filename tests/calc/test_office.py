"""A private LibreOffice: found or refused, bounded, side by side, and gone without a trace."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from addin.calc.office import OfficeError, find_program, private_office

COPY = 'mkdir -p "$out"; cp "$book" "$out/book.pdf"'
BOUND = 10


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("a,b\n1,2\n")
    return path


def converted(book, seconds=BOUND):
    with private_office(recalculate=False, seconds=seconds) as office:
        return office.convert(book, "pdf").read_bytes()


def test_none_is_found_on_a_machine_without_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("addin.calc.office._USUAL_PLACES", ())
    with pytest.raises(OfficeError, match=r"not installed.*Install LibreOffice 25\.2"):
        find_program()


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("LibreOffice 7.4.7.2 40(Build:2)", r"LibreOffice 7\.4, which is too old"),
        ("LibreOfficeDev 25.2.0.1", None),
        ("cannot open display", "does not tell its version: cannot open display"),
    ],
)
def test_its_version_must_be_known_and_new_enough(fake_office, version, message):
    fake_office(COPY, version)
    if message is None:
        assert find_program().version == (25, 2)
    else:
        with pytest.raises(OfficeError, match=message):
            find_program()


@pytest.mark.parametrize(
    ("script", "message", "in_chinese"),
    [
        ("sleep 60", "did not end within 0.5 seconds and was stopped", "0.5 秒内没有结束"),
        (
            "echo broken >&2; exit 77",
            "ended with code 77: broken",
            "以代码 77 结束：broken。请重试",
        ),
        ("kill -SEGV $$", "ended with code -11", "以代码 -11 结束：没有任何输出"),
        ("echo 'source file could not be loaded'", "could not be loaded", "无法转换该文件：source"),
        ("true", "it said nothing", "无法转换该文件：没有任何输出"),
        ("exit 81", "ended with code 81", "以代码 81 结束"),
    ],
)
@pytest.mark.usefixtures("temporary")
def test_a_hung_or_crashed_or_silent_office_is_reported_in_time(
    fake_office, book, script, message, in_chinese
):
    fake_office(script)
    start = time.monotonic()
    with pytest.raises(OfficeError, match=message) as raised:
        converted(book, seconds=0.5)
    assert time.monotonic() - start < BOUND
    assert in_chinese in raised.value.told.zh


@pytest.mark.usefixtures("temporary")
def test_an_office_that_asks_to_be_started_again_is(fake_office, book):
    fake_office(f'if mkdir "$profile/once" 2>/dev/null; then exit 81; fi; {COPY}')
    assert converted(book) == book.read_bytes()


@pytest.mark.usefixtures("temporary")
def test_runs_side_by_side_have_profiles_of_their_own(fake_office, book):
    met = threading.Barrier(3, timeout=BOUND)
    rooms = set()

    def one(_):
        with private_office(recalculate=False, seconds=BOUND) as office:
            met.wait()
            rooms.add(office.room)
            return office.convert(book, "pdf").read_bytes()

    fake_office(f'mkdir "$profile/mine" || exit 9; {COPY}')
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(one, range(3))) == [book.read_bytes()] * 3
    assert len(rooms) == 3


@pytest.mark.usefixtures("temporary", "program")
def test_a_real_office_that_takes_too_long_is_stopped_and_leaves_nothing(book):
    with pytest.raises(OfficeError, match=r"did not end within 0\.05 seconds"):
        converted(book, seconds=0.05)


@pytest.mark.long
@pytest.mark.usefixtures("temporary", "program")
def test_real_offices_work_side_by_side(book):
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: converted(book, seconds=120), range(2)))
    assert [data[:5] for data in results] == [b"%PDF-"] * 2
