from itertools import count
from uuid import RFC_4122, UUID

from api.identities import time_ordered_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = UUID(time_ordered_id(lambda: 1_772_421_753_123, lambda bits: (1 << bits) - 1))
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == 1_772_421_753_123


def test_ids_of_later_moments_sort_behind_whatever_is_drawn() -> None:
    clock = count(1_772_421_753_123)
    draws = iter([(1 << 74) - 1, 0, 1 << 73])
    made = [time_ordered_id(lambda: next(clock), lambda _: next(draws)) for _ in range(3)]
    assert made == sorted(made)


def test_every_random_bit_counts() -> None:
    made = {time_ordered_id(lambda: 1, lambda _, bit=bit: 1 << bit) for bit in range(74)}  # type: ignore[misc] # bound early
    assert len(made) == 74
    assert all(UUID(one).version == 7 for one in made)
