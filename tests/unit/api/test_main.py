"""The composition root: a house without a model, with a broken one, and with a good one."""

from pathlib import Path

from api.advising import ModelAdviser
from hotline.routing.route import Route
from streams.labelled_rows import LabelledText
from streams.suggestion import train

ROUTE = Route("water", (), "K1", ("entry:K1",), "110101")


def test_a_house_without_a_model_has_no_advice(tmp_path: Path) -> None:
    assert ModelAdviser(tmp_path / "none.skops")(ROUTE, "自来水发黄") is None


def test_a_file_that_is_no_model_is_none(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(b"not a model")
    assert ModelAdviser(path)(ROUTE, "自来水发黄") is None


def test_a_model_trained_later_is_read_when_it_is_there(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    adviser = ModelAdviser(path)
    assert adviser(ROUTE, "自来水发黄") is None
    water = LabelledText("自来水发黄", "水质浑浊停水", "110101")
    lamps = LabelledText("路灯不亮", "路灯坏了很黑", "040101")
    rows = [one for one in (water, lamps) for _ in range(5)]
    train(rows, {}).save(path)
    advice = adviser(ROUTE, "自来水发黄\n停水")
    assert advice is not None
    assert (advice.label, advice.agrees) == ("110101", True)
    assert adviser(ROUTE, " ") is None
