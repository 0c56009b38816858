import pytest

from hotline.people.masking import mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812341234。", "电话138****1234。"),
        ("+86 138 1234 1234", "138****1234"),
        ("008613812341234", "138****1234"),
        ("138-1234-1234", "138****1234"),
        ("身份证11010519491231002X", "身份证110105********002X"),
        ("卡6222021234567890128", "卡**** **** **** 0128"),
        ("请拨12345或0835-2222222", "请拨12345或0835-2222222"),
        ("单号202603030100001号", "单号202603030100001号"),
        ("文号110105194912310021", "文号110105194912310021"),
    ],
)
def test_numbers_of_persons_are_hidden_and_others_stay(text: str, shown: str) -> None:
    assert mask(text, keep_landlines=True) == shown
