import pytest

from streams.database.partitions import PARTITIONS_COUNT, murmur2, partition_of


@pytest.mark.parametrize(
    ("key", "signed"),
    [  # the vectors of Kafka's own UtilsTest
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_murmur2_agrees_with_kafka(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed % 2**32


def test_a_stream_keeps_its_partition() -> None:
    partitions = {partition_of(f"ticket/{number}") for number in range(1000)}

    assert partitions == set(range(PARTITIONS_COUNT))
    assert partition_of("ticket/1") == (murmur2(b"ticket/1") & 0x7FFFFFFF) % 24
