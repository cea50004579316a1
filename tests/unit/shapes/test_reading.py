from dataclasses import dataclass
from decimal import Decimal

import pytest

from governance.shapes import ShapeError, plain, read


@dataclass(frozen=True)
class Share:
    share: Decimal


@pytest.mark.parametrize("given", ["0.5", 0.5, 1, 5e-324, -1.7976931348623157e308, "1" * 399])
def test_a_number_of_any_ordinary_size_is_read(given: object) -> None:
    assert plain(read(Share, {"share": given}))["share"] == format(Decimal(str(given)), "f")


@pytest.mark.parametrize("given", ["1e-999999999", "1e999999999", "0e-999999999", "1" * 500, "1e400"])
def test_a_number_that_would_fill_the_memory_when_written_out_is_refused(given: str) -> None:
    with pytest.raises(ShapeError, match="share: must have at most 400 digits"):
        read(Share, {"share": given})


@pytest.mark.parametrize("given", ["NaN", "-Infinity", "half", True, None, [], "٣ apples"])
def test_what_is_no_finite_number_is_refused_by_name(given: object) -> None:
    with pytest.raises(ShapeError, match=r"share: must be a"):
        read(Share, {"share": given})
