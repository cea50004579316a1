import pytest

from audits.contract import TargetError
from audits.intake.prechecks import csv_columns, decoded, missing


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        (b"age,sex\n30,f\n", ("age", "sex")),
        (b"\xef\xbb\xbfage;sex\r\n30;f\r\n", ("age", "sex")),
        (b'"name, full"\tsex\nA\tf\n', ("name, full", "sex")),
        ("edad,género\n30,f\n".encode(), ("edad", "género")),
    ],
)
def test_the_columns_of_a_table_are_read_from_its_head(head: bytes, columns: tuple[str, ...]) -> None:
    assert csv_columns(head, whole=True) == columns


@pytest.mark.parametrize("head", [b"", b"\n\n", b"\xef\xbb\xbf", b"age,sex\n", b"age,sex\n\n , \n"])
def test_a_table_without_rows_is_refused(head: bytes) -> None:
    with pytest.raises(TargetError, match="empty"):
        csv_columns(head, whole=True)


def test_text_that_is_not_utf8_is_refused_naming_the_byte() -> None:
    with pytest.raises(TargetError, match="byte 4 cannot"):
        csv_columns(b"age,\xff\n1,2\n", whole=True)


def test_a_character_cut_by_the_end_of_the_head_is_no_fault() -> None:
    assert decoded("señor".encode()[:3], whole=False) == "se"


def test_parquet_is_left_to_the_worker() -> None:
    assert csv_columns(b"PAR1\x15\x04\x15", whole=False) is None


def test_a_header_longer_than_the_head_is_left_to_the_worker() -> None:
    assert csv_columns(b"a,b,c", whole=False) is None


def test_missing_columns_are_named_once_in_the_order_asked_for() -> None:
    assert missing(["z", "a", "z", "y"], ("a",)) == ("z", "y")
