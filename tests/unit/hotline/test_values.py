"""Values: plain to the interpreter, frozen to the type checker, equal by what they hold."""

import copy
import pickle

from hotline.refusal import Refusal
from hotline.values import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0


def test_equal_values_are_one_key() -> None:
    assert len({Point(1), Point(1, 0), Point(2)}) == 2


def test_a_value_survives_copying_and_pickling() -> None:
    assert copy.copy(Point(3, 4)) == Point(3, 4) == pickle.loads(pickle.dumps(Point(3, 4)))  # noqa: S301 (our own bytes)


def test_no_guard_is_paid_for_at_run_time() -> None:
    """The constructor stores fields as any class does; a guard of its own would stand here."""
    assert Point.__setattr__ is object.__setattr__
    assert Refusal.__setattr__ is object.__setattr__


def test_a_value_takes_no_field_that_it_does_not_have() -> None:
    assert not hasattr(Point(1), "__dict__")
