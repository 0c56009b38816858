from decimal import Decimal

import pytest

from notifications.segments import Encoding, Tariff, measure


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", Encoding.GSM_7, 0, 0),
        ("a" * 160, Encoding.GSM_7, 160, 1),
        ("a" * 161, Encoding.GSM_7, 161, 2),
        ("a" * 306, Encoding.GSM_7, 306, 2),
        ("a" * 307, Encoding.GSM_7, 307, 3),
        ("{" * 80, Encoding.GSM_7, 160, 1),
        ("a" * 152 + "{" + "a" * 152, Encoding.GSM_7, 306, 3),  # no split behind the escape
        ("水" * 70, Encoding.UCS_2, 70, 1),
        ("水" * 71, Encoding.UCS_2, 71, 2),
        ("水" * 134, Encoding.UCS_2, 134, 2),
        ("水" * 135, Encoding.UCS_2, 135, 3),
        ("a" * 70 + "水", Encoding.UCS_2, 71, 2),
        ("𠮷" * 35, Encoding.UCS_2, 70, 1),
        ("水" * 66 + "𠮷" + "水" * 66, Encoding.UCS_2, 134, 3),  # no split inside a pair
    ],
)
def test_segments_are_counted(text: str, encoding: Encoding, units: int, segments: int) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.units, measured.segments) == (encoding, units, segments)


def test_the_estimate_is_by_segment() -> None:
    assert Tariff(per_segment=Decimal("0.04")).estimate("水" * 71) == Decimal("0.08")
