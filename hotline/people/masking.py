"""Masking 脱敏: takes what identifies a person out of free text, at the edge, before the log.

Owns the patterns and their checksums (GB 11643 for identity numbers, ISO/IEC 7812 for bank cards).
Knows no vault and no ticket. Forms follow the domain handbook, section 9. What has no pattern, a
name in running text, is found only after the words that introduce it or when the caller is known.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

_DIGITS: Final = str.maketrans(
    "０１２３４５６７８９零〇一二三四五六七八九幺", "0123456789001234567891"
)
"""Full-width and spoken digits, one to one, so that places in both texts agree."""

_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_EMAIL: Final = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*(@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_IDENTITY: Final = re.compile(r"(?<![0-9])\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx](?![0-9A-Za-z])", re.ASCII)
_OLD_IDENTITY: Final = re.compile(
    r"(?<![0-9])[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9])", re.ASCII
)
_CARD: Final = re.compile(
    r"(?<![0-9])(?:\d{16,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?)(?![0-9])", re.ASCII
)
_MOBILE: Final = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[ -]?)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?![0-9])", re.ASCII
)
_LANDLINE: Final = re.compile(r"(?<![0-9])(0\d{2,3}[ -]?)\d{4,5}(\d{3})(?![0-9])", re.ASCII)
_PLATE: Final = re.compile(
    rf"([{_PROVINCES}][A-HJ-NP-Z])[·• ]?[A-HJ-NP-Z0-9]{{3,4}}([A-HJ-NP-Z0-9]{{2}})(?![A-Z0-9])"
)
_NOT_IN_NAMES: Final = "住在是的我家今电来想要于手身系和与及，。、反投举联已现就"
_NAME: Final = re.compile(
    r"(我叫|我的名字[是叫]|本人姓名[:： 是为]*|姓名[:： 是为]+|名叫|联系人[:： 是为]+)"
    rf"(?![了过着他她你它的一不来去车人])([\u4e00-\u9fff])([\u4e00-\u9fff][^{_NOT_IN_NAMES}\W\da-zA-Z]?)"
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"


def mask(text: str, *, known: Iterable[str] = (), keep_landlines: bool = False) -> str:
    """Mask a text. `known` are words of this person (name, address) that must not remain.

    Staff may quote public office lines to a citizen, so `keep_landlines` leaves those alone.
    """
    for word in sorted({word.strip() for word in known if word.strip()}, key=len, reverse=True):
        text = text.replace(word, mask_phone(word) if word.isdecimal() else mask_name(word))
    text = _EMAIL.sub(r"\1***\2", text)
    text = _substitute(_IDENTITY, text, _masked_identity)
    text = _substitute(_OLD_IDENTITY, text, lambda found: found[:6] + "*" * 6 + found[-3:])
    text = _substitute(_CARD, text, _masked_card)
    text = _substitute(_MOBILE, text, mask_phone)
    if not keep_landlines:
        text = _substitute(_LANDLINE, text, mask_phone)
    text = _PLATE.sub(r"\1·***\2", text)
    return _NAME.sub(r"\1\2**", text)


def mask_name(name: str) -> str:
    """张三 becomes 张**; one character is kept whatever the length."""
    return name[:1] + "**" if name else ""


def mask_phone(phone: str) -> str:
    """Keep enough of a number to recognise it and too little to call it."""
    digits = "".join(filter(str.isdecimal, phone))
    mobile = _MOBILE.fullmatch(phone)
    if mobile:
        return f"{mobile[1]}****{mobile[2]}"
    if digits.startswith("0") or len(digits) > len("1234567"):
        return f"{digits[:4]}****{digits[-3:]}"
    return "****" + digits[-2:]


def mask_email(address: str) -> str:
    """Keep the first character and the host."""
    return _EMAIL.sub(r"\1***\2", address)


def mask_address(address: str) -> str:
    """Keep an address down to town or street (乡镇/街道); the rest names a home."""
    found = re.match(r".*?(?:街道|镇|乡|区|县|市)(?!.*(?:街道|镇|乡))", address)
    return f"{found[0]}***" if found else "***"


def is_identity_number(text: str) -> bool:
    """Check the length and the check character of a resident identity number (GB 11643)."""
    compact = text.replace(" ", "").replace("-", "").upper()
    if not re.fullmatch(r"\d{17}[\dX]", compact, re.ASCII):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(compact, _WEIGHTS, strict=False))
    return _CHECK[total % len(_CHECK)] == compact[-1]


def is_card_number(text: str) -> bool:
    """Check the Luhn digit of a card number."""
    digits = [int(digit) for digit in text if digit.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _masked_identity(found: str) -> str:
    if not is_identity_number(found):
        return found
    compact = found.replace(" ", "").replace("-", "")
    return compact[:6] + "*" * 8 + compact[-4:]


def _masked_card(found: str) -> str:
    if not is_card_number(found):
        return found
    return "**** **** **** " + "".join(filter(str.isdecimal, found))[-4:]


def _substitute(pattern: re.Pattern[str], text: str, masked: Callable[[str], str]) -> str:
    """Search where all digits are plain, replace in the text as it was written."""
    plain = text.translate(_DIGITS)
    parts, last = [], 0
    for found in pattern.finditer(plain):
        replacement = masked(found[0])
        if replacement != found[0]:
            parts += [text[last : found.start()], replacement]
            last = found.end()
    return "".join([*parts, text[last:]])
