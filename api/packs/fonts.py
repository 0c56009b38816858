"""Fonts 字体: finds a font with Chinese characters on this machine; the product brings none."""

from pathlib import Path
from typing import Final

PLACES: Final[tuple[tuple[str, int], ...]] = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),  # Debian: fonts-noto-cjk
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),  # Fedora, openEuler
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),  # Arch
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),  # Debian: fonts-wqy-microhei
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/System/Library/Fonts/PingFang.ttc", 0),
    ("/System/Library/Fonts/STHeiti Light.ttc", 0),
    ("C:/Windows/Fonts/msyh.ttc", 0),
)
"""Files and, in a collection, which of its fonts is the one for simplified Chinese."""


def chinese_font(places: tuple[tuple[str, int], ...] = PLACES) -> tuple[Path, int] | None:
    """Give the first font that is there; None where a package must be installed first."""
    for name, place in places:
        path = Path(name)
        if path.is_file():
            return path, place
    return None
