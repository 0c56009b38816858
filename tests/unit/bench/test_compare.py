from bench.figures import PER_SECOND, SECONDS, Figure, read
from bench.peers.compare import ratios

CREATE = Figure("peer", "create", 50.0, PER_SECOND)
LIST = Figure("peer", "list_page", 5.0, SECONDS)


def test_more_in_a_second_and_less_time_are_both_better() -> None:
    ours = [
        Figure("bihuan", "create", 500.0, PER_SECOND, "batch 1"),
        Figure("bihuan", "create", 5000.0, PER_SECOND, "batch 200"),
        Figure("bihuan", "list_page", 0.05, SECONDS),
    ]
    found = {
        (ratio.ours.work, ratio.ours.detail): ratio.times for ratio in ratios([CREATE, LIST], ours)
    }
    assert found == {
        ("create", "batch 1"): 10.0,
        ("create", "batch 200"): 100.0,
        ("list_page", ""): 100.0,
    }


def test_figures_of_different_units_are_never_compared() -> None:
    assert ratios([CREATE], [Figure("bihuan", "create", 1.0, SECONDS)]) == []


def test_a_figure_survives_its_line_and_other_lines_are_skipped() -> None:
    assert read(["preparing ...", '{"tickets": 1}', CREATE.line()]) == [CREATE]
