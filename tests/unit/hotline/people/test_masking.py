"""Masking at the edge: what identifies a person goes, what the case needs stays."""

import pytest

from hotline.people.masking import (
    is_card_number,
    is_identity_number,
    mask,
    mask_address,
    mask_name,
    mask_phone,
)

SYNTHETIC_IDENTITY = "110101190001010030"
SYNTHETIC_CARD = "6222021234567890128"


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("请回电13812341234谢谢", "请回电138****1234谢谢"),
        ("电话：+86 138-1234-1234。", "电话：138****1234。"),
        ("１３８１２３４１２３４", "138****1234"),
        ("幺三八一二三四一二三四", "138****1234"),
        ("两个号13812341234 13912345678", "两个号138****1234 139****5678"),
        ("座机0835-2221234", "座机0835****234"),
        ("邮箱wang.wu@example.com", "邮箱w***@example.com"),
        (f"身份证{SYNTHETIC_IDENTITY}", "身份证110101********0030"),
        ("车牌川A12345乱停", "车牌川A·***45乱停"),
        ("我叫张三，住在北门", "我叫张**，住在北门"),
        ("我叫张三住在北门", "我叫张**住在北门"),
        ("姓名：李小明，反映路灯", "姓名：李**，反映路灯"),
    ],
)
def test_what_identifies_a_person_is_masked(written: str, masked: str) -> None:
    assert mask(written) == masked


@pytest.mark.parametrize(
    "text",
    [
        "工单5118002026021301000123",
        "请拨12345或12368",
        "2026-02-13 16:40 路灯不亮",
        "金额1234567890元",
        "110101190001010039",  # the check character is wrong
        "订单6222021234567890127",  # the Luhn digit is wrong
        "一月一日到二月二日",
        "我叫了三次车",
    ],
)
def test_what_the_case_needs_stays(text: str) -> None:
    assert mask(text) == text


def test_a_card_keeps_its_last_four_digits() -> None:
    assert is_card_number(SYNTHETIC_CARD)
    assert mask(f"卡号{SYNTHETIC_CARD}") == "卡号**** **** **** 0128"


def test_words_of_a_known_person_do_not_remain() -> None:
    assert mask("王小虎家门口，找王小虎", known=("王小虎",)) == "王**家门口，找王**"


def test_staff_may_quote_an_office_line() -> None:
    assert mask("请致电0835-2221234", keep_landlines=True) == "请致电0835-2221234"


def test_masking_twice_changes_nothing_more() -> None:
    once = mask(f"我叫张三，电话13812341234，证{SYNTHETIC_IDENTITY}，川A12345")
    assert mask(once) == once


def test_identity_numbers_are_checked() -> None:
    assert is_identity_number(SYNTHETIC_IDENTITY)
    assert not is_identity_number("110101190001010038")


def test_fields_are_masked_by_kind() -> None:
    assert mask_name("欧阳娜娜") == "欧**"
    assert mask_phone("13812341234") == "138****1234"
    assert mask_address("雅安市雨城区东城街道某路5号") == "雅安市雨城区东城街道***"
    assert mask_address("无") == "***"
