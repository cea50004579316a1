import pandas as pd
import pytest

from audits.contract import TableTarget, TargetError
from audits.targets.table import open_table


def written(folder, content, name="table.csv"):
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n", "no rows"),
        (b"a,b\n1,2\n3\n", "Row 3 has 1 columns, the header has 2"),
        (b"a,b\n1,2\n3,4,5\n", "Row 3 has 3 columns"),
        (b"a,a\n1,2\n", "'a' stands there twice"),
        (b"a,,c\n1,2,3\n", "Column 2 has no name"),
        (b"a,b\n1,2\n1,\xff\n", "Line 3 is not UTF-8"),
        (b"a,b\n1,\x00\n", "Line 2 holds a NUL"),
        (b"a,b\n1,\xc3", "ends within a UTF-8 character"),
        (b"PK\x03\x04rest", "ZIP archive"),
        (b"\x80\x04\x95rest", "pickle"),
        (b"\x1f\x8brest", "gzip"),
        (b"\xff\xfea\x00", "UTF-16"),
        (b"PAR1rest", "Parquet file is broken"),
        (b'"' + b"a" * (1 << 20), "header line does not end"),
    ],
)
def test_what_is_no_table_is_refused_with_the_place_and_the_reason(tmp_path, content, says):
    with pytest.raises(TargetError, match=says) as caught:
        open_table(written(tmp_path, content))
    assert caught.value.cause == "unreadable"


def test_the_complaint_about_a_row_does_not_quote_it(tmp_path):
    with pytest.raises(TargetError) as caught:
        open_table(written(tmp_path, b"name,born\nJane Doe,1980,oops\n"))
    assert "Jane" not in str(caught.value)


@pytest.mark.parametrize("mark", [b",", b";", b"\t", b"|"])
def test_the_separator_is_told_from_the_header(tmp_path, mark):
    table = open_table(written(tmp_path, b"a" + mark + b"b\n1" + mark + b"x y\n"))
    assert table.columns() == ("a", "b")
    assert [list(column.to_pylist()) for column in table.read(["b", "a"], 0, 1).values()] == [["x y"], ["1"]]


def test_quotes_may_hold_separators_and_line_ends(tmp_path):
    table = open_table(written(tmp_path, b'\xef\xbb\xbfa,"b,c"\r\n"x\r\ny",2\r\n'))
    assert table.columns() == ("a", "b,c")
    assert table.read(["a"], 0, 9)["a"].to_pylist() == ["x\r\ny"]


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_a_parquet_column_of_lists_or_records_is_refused_by_name(tmp_path, value):
    pd.DataFrame({"a": [value, value], "b": [1, 2]}).to_parquet(tmp_path / "t.parquet")
    table = open_table(tmp_path / "t.parquet")
    assert table.read(["b"], 0, 2)["b"].to_pylist() == [1, 2]
    with pytest.raises(TargetError, match="'a' must hold plain values"):
        table.read(["a"], 0, 2)


def test_row_numbers_that_pandas_writes_are_left_out(tmp_path):
    pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}).to_csv(tmp_path / "t.csv")
    table = open_table(tmp_path / "t.csv")
    assert table.columns() == ("a", "b")
    assert table.read(["a"], 0, 2)["a"].to_pylist() == ["x", "y"]


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "table.csv"  # the name does not matter
    pd.DataFrame({"a": [1, 2, None], "b": [True, False, True]}).to_parquet(path)
    table = open_table(path)
    assert isinstance(table, TableTarget)
    assert table.rows() == 3
    assert table.read(["a", "b"], 1, 3)["a"].to_pylist() == [2.0, None]


def test_an_empty_parquet_is_refused(tmp_path):
    path = tmp_path / "table.parquet"
    pd.DataFrame({"a": []}).to_parquet(path)
    with pytest.raises(TargetError, match="no rows"):
        open_table(path)


def test_rows_come_in_slices_of_any_size(tmp_path):
    table = open_table(written(tmp_path, b"n\n" + b"".join(b"%d\n" % number for number in range(1000))))
    assert table.rows() == 1000
    assert table.read(["n"], 990, 2000)["n"].to_pylist() == [str(number) for number in range(990, 1000)]
    assert table.read(["n"], 5, 5)["n"].to_pylist() == []


def test_an_unknown_column_is_named_with_those_there_are(tmp_path):
    table = open_table(written(tmp_path, b"a,b\n1,2\n"))
    with pytest.raises(TargetError, match="no column 'c'; there are a, b") as caught:
        table.read(["c"], 0, 1)
    assert caught.value.cause == "wrong_shape"
