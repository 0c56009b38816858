"""The Faust application: what it may put where."""

from pathlib import Path

from streams.app import make_app
from streams.settings import Settings


def test_what_it_keeps_lies_in_the_data_directory(tmp_path: Path) -> None:
    data = tmp_path / "a {strange} name"
    app = make_app(Settings(data=data, kafka_bootstrap="127.0.0.1:1"))
    assert app.conf.datadir == data / "faust"
    assert data in app.conf.tabledir.parents
