from bench.table import Measured, Target


def test_the_best_of_what_should_be_large_is_the_largest() -> None:
    row = Measured("row", "work", Target(100, "per second"), (90.0, 110.0, 95.0))
    assert (row.best, row.median, row.reached) == (110.0, 95.0, True)


def test_the_best_of_what_should_be_small_is_the_smallest() -> None:
    row = Measured("row", "work", Target(50, "ms", at_most=True), (90.0, 60.0, 95.0))
    assert (row.best, row.reached) == (60.0, False)
