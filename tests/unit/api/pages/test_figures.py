"""Figures: what is excluded stands beside each rate and has words in both languages."""

from api.messages import LANGUAGES, house_messages
from projections.kpis.definition import Exclusion


def test_every_exclusion_has_words() -> None:
    known = house_messages()
    for language in LANGUAGES:
        listed = known.section(language, "exclusion")
        assert set(listed) == {exclusion.value for exclusion in Exclusion}
