from projections.search.words import query_of, words


def test_chinese_is_cut_into_pairs_and_every_character_begins_a_word() -> None:
    assert words("小区停水") == {"小区", "区停", "停水", "水"}


def test_punctuation_parts_runs_and_latin_words_stay_whole() -> None:
    assert words("停水,Wi-Fi坏了3天") == {
        "停水", "水", "wi", "fi", "坏了", "了", "3", "天",
    }  # fmt: skip


def test_full_width_and_case_are_alike() -> None:
    assert words("ＡＢ１２") == words("ab12") == {"ab12"}


def test_a_long_query_must_also_stand_in_a_row() -> None:
    query = query_of("小区停水")
    assert query.words == ("停水", "区停", "小区")
    assert query.runs == ("小区停水",)


def test_a_single_character_or_latin_beginning_finds_beginnings() -> None:
    assert query_of("水 wif").beginnings == ("wif", "水")
    assert query_of(" ，!") == ((), (), ())
