"""分词: text cut into search words: every two neighbouring Chinese characters, Latin words, digits.

Why pairs: a trigram index cannot find words of two characters, and most Chinese words have two.
Why no dictionary: it needs care and misses names of streets and estates. A query of three and more
characters asks for all its pairs and is then compared with the text, so nothing false is shown.
"""

import itertools
import re
from operator import add
from typing import Final, NamedTuple
from unicodedata import normalize

_CHARACTERS: Final = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[0-9a-z]+"
)
_WIDE: Final = re.compile(r"[\uf900-\ufaff\uff10-\uff5a]")
_FIRST: Final = "\u3400"  # first Chinese character
_PAIR: Final = 2


class Query(NamedTuple):
    """检索词: words that must all occur, beginnings of words, and runs that must stand in a row."""

    words: tuple[str, ...]
    beginnings: tuple[str, ...]
    runs: tuple[str, ...]


def words(text: str) -> set[str]:
    """Cut a text into its search words."""
    found: set[str] = set()
    for run in _CHARACTERS.findall(_plain(text)):
        if run[0] < _FIRST:
            found.add(run)
        else:
            found.update(map(add, run, run[1:]))
            found.add(run[-1])  # so that every character begins a word
    return found


def query_of(text: str) -> Query:
    """Read what somebody typed. Nothing to search for gives an empty query."""
    asked: set[str] = set()
    beginnings: set[str] = set()
    runs: set[str] = set()
    for run in _CHARACTERS.findall(_plain(text)):
        if run[0] < _FIRST or len(run) < _PAIR:
            beginnings.add(run)
        else:
            asked.update(map("".join, itertools.pairwise(run)))
            if len(run) > _PAIR:
                runs.add(run)
    return Query(tuple(sorted(asked)), tuple(sorted(beginnings)), tuple(sorted(runs)))


def _plain(text: str) -> str:
    """Make full width and upper case alike."""
    if _WIDE.search(text):
        text = normalize("NFKC", text)
    return text.lower()
