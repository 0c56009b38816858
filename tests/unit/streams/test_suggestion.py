import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from hotline.routing.commands import CatalogueEntry
from hotline.routing.route import Route
from streams.city.catalogue import publish_catalogue
from streams.labelled_rows import LabelledText, read_labelled
from streams.suggestion import (
    MODEL_FILE,
    Suggestion,
    SuggestionModel,
    TooFewRowsError,
    UnusableModelError,
    categories_of,
    combine,
    cross_validate,
    evaluate,
    lexicon_of,
    train,
)

DATA = Path(__file__).parents[4] / "shared" / "data" / "labelled_messages.csv"

SENTENCES = {
    "环境保护": ("工厂排放废气", "河水被污染发臭", "工地噪音扰民", "垃圾焚烧冒黑烟"),
    "交通运输": ("公交车半小时不来", "出租车拒载", "公路坑洼难行", "客车乱收车票钱"),
    "教育文体": ("学校强制补课", "幼儿园学费太高", "老师要求买资料", "孩子入学划片不公"),
}
ENDINGS = ("，请有关部门处理。", "，我们反映多次没有结果。", "，希望领导重视。")


def rows() -> list[LabelledText]:
    return [
        LabelledText(sentence, f"A市B{number}县居民反映：{sentence}{ending}", label)
        for label, sentences in SENTENCES.items()
        for number, (sentence, ending) in enumerate(product(sentences, ENDINGS))
    ]


@pytest.fixture(scope="module")
def model() -> SuggestionModel:
    return train(rows(), {"10": ("噪音", "污染")})


def test_it_suggests_the_class_and_the_next_ones(model: SuggestionModel) -> None:
    found = model.suggest("夜间噪音扰民\n工地到半夜还在施工")
    assert found.category == "环境保护"
    assert 1 / 3 < found.confidence <= 1
    assert {label for label, _ in found.alternatives} == {"交通运输", "教育文体"}
    assert found.confidence + sum(share for _, share in found.alternatives) == pytest.approx(
        1, abs=0.001
    )


def test_the_catalogues_words_speak_where_no_character_was_seen_before() -> None:
    lexicon = {"10": ("噪音", "尾气"), "03": ("公交", "轮渡"), "07": ("学校", "晚自习")}
    found = train(rows(), lexicon).suggest("轮渡")
    assert found.category == "交通运输"
    without = train(rows(), {}).suggest("轮渡")
    assert without.confidence < found.confidence


def test_places_and_numbers_change_nothing(model: SuggestionModel) -> None:
    assert model.suggest("K8县出租车拒载") == model.suggest("L15区出租车拒载 20231106")


def test_training_twice_gives_the_same_model(model: SuggestionModel) -> None:
    again = train(rows(), {"10": ("噪音", "污染")})
    text = "学校门口公交车太少"
    assert again.suggest(text) == model.suggest(text)


def test_a_saved_model_answers_alike(model: SuggestionModel, tmp_path: Path) -> None:
    file = tmp_path / "new" / "model.skops"
    model.save(file)
    assert SuggestionModel.load(file).suggest("公交车不来") == model.suggest("公交车不来")
    assert [found.name for found in file.parent.iterdir()] == ["model.skops"]


def test_no_pickle_stands_in_the_file(model: SuggestionModel, tmp_path: Path) -> None:
    model.save(tmp_path / "model.skops")
    with zipfile.ZipFile(tmp_path / "model.skops") as archive:
        assert not [name for name in archive.namelist() if "pickle" in name or ".pkl" in name]


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    from skops import io as skops_io  # noqa: PLC0415 (heavy)

    broken = tmp_path / "broken.skops"
    broken.write_bytes(b"not a model")
    other = tmp_path / "other.skops"
    skops_io.dump({"format": 0}, other)
    foreign = tmp_path / "foreign.skops"
    skops_io.dump({"format": 1, "vectorizer": Path.exists}, foreign)
    for file in (broken, other, foreign):
        with pytest.raises(UnusableModelError):
            SuggestionModel.load(file)
    with pytest.raises(FileNotFoundError):
        SuggestionModel.load(tmp_path / "none.skops")


@pytest.mark.parametrize(
    "few", [[], rows()[:5], [*rows()[:5], LabelledText("出租车", "", "交通运输")]]
)
def test_too_few_rows_are_refused(few: list[LabelledText]) -> None:
    with pytest.raises(TooFewRowsError):
        train(few, {})


def test_two_classes_are_enough() -> None:
    two = [row for row in rows() if row.label != "教育文体"]
    found = train(two, {}).suggest("出租车拒载")
    assert (found.category, len(found.alternatives)) == ("交通运输", 1)
    assert found.confidence > 0.5


def test_figures_are_those_of_the_definition(model: SuggestionModel) -> None:
    def judged(labels: Iterable[str]) -> list[LabelledText]:
        return [LabelledText("出租车拒载", "", label) for label in labels]

    figures = evaluate(model, judged(["交通运输", "交通运输", "交通运输", "环境保护"])).every
    assert (figures.accuracy, figures.rows) == (0.75, 4)
    assert figures.per_class["交通运输"] == {
        "precision": 0.75,
        "recall": 1.0,
        "f1": 0.8571,
        "rows": 3,
    }
    assert figures.per_class["环境保护"]["f1"] == 0.0
    assert figures.macro_f1 == pytest.approx(0.8571 / 2, abs=0.0001)
    assert evaluate(model, []).every.rows == 0


def test_what_was_trained_on_is_told_apart_from_what_is_new(tmp_path: Path) -> None:
    train(rows(), {}).save(tmp_path / MODEL_FILE)
    kept = SuggestionModel.load(tmp_path / MODEL_FILE)
    new = LabelledText("出租车绕路还多收费", "", "环境保护")
    found = evaluate(kept, [*rows(), new])
    assert (found.seen_rows, found.unseen.rows) == (len(rows()), 1)
    assert found.unseen.accuracy == 0.0
    assert 0.9 < found.every.accuracy < 1.0


def test_cross_validation_judges_every_row_unseen() -> None:
    assert cross_validate(rows(), {}).accuracy > 0.9
    # Each row's class hangs on a word of its own, which only who saw the row can know.
    words = [chr(0x4E00 + place) * 2 for place in range(30)]
    lexicon = {str(place): (word,) for place, word in enumerate(words)}
    secret = [
        LabelledText(word, "请处理", sorted(SENTENCES)[place % 3])
        for place, word in enumerate(words)
    ]
    assert evaluate(train(secret, lexicon), secret).every.accuracy == 1.0
    assert cross_validate(secret, lexicon).accuracy < 0.5


def test_messages_without_anything_in_common_teach_nothing() -> None:
    alone = [LabelledText("", chr(0x4E00 + place), "ab"[place % 2]) for place in range(8)]
    with pytest.raises(TooFewRowsError):
        train(alone, {})


def test_the_rule_leads_and_the_model_stands_beside_it() -> None:
    suggestion = Suggestion("环境保护", 0.8, ())
    bus = Route("bus", (), "K030201", ("entry:K030201",), "030201")
    noise = replace(bus, lead="ecology", category="100101")
    silent = Route("", (), "", ("no-entry",))
    disagreeing = combine(bus, suggestion)
    assert (disagreeing.route.lead, disagreeing.category) == ("bus", "030201")
    assert (disagreeing.agrees, disagreeing.asks_a_person) == (False, True)
    assert (combine(noise, suggestion).agrees, combine(noise, suggestion).asks_a_person) == (
        True,
        False,
    )
    guessed = combine(silent, suggestion)
    assert (guessed.route.lead, guessed.category, guessed.agrees) == ("", "10", None)
    assert guessed.asks_a_person
    assert combine(bus, Suggestion("unheard-of", 0.9, ())).agrees is None


def test_a_class_name_stands_for_categories_and_a_code_for_itself() -> None:
    assert categories_of("环境保护") == ("10",)
    assert categories_of("0301") == ("0301",)
    assert categories_of("unheard-of") == ()


def test_the_lexicon_gathers_words_by_first_level() -> None:
    entries = (
        CatalogueEntry(id="a", lead="x", category="0301", keywords=("公路", "大桥")),
        CatalogueEntry(id="b", lead="x", category="0302", keywords=("公路", "公交")),
        CatalogueEntry(id="c", lead="x", category="04"),
        CatalogueEntry(id="d", lead="x", keywords=("无类",)),
    )
    assert lexicon_of(entries) == {"03": ("公路", "大桥", "公交")}


def test_scikit_learn_is_not_imported_before_it_is_needed() -> None:
    script = (
        "import sys, cli.routing, streams.suggestion;"
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'numpy', 'scipy', 'skops')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


if DATA.exists():

    def test_on_real_messages_it_beats_a_plain_model_by_cross_validation() -> None:
        figures = cross_validate(read_labelled(DATA).rows, lexicon_of(publish_catalogue().entries))
        assert figures.accuracy > 0.78
        assert figures.macro_f1 > 0.78
