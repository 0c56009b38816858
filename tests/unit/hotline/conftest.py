from datetime import UTC, datetime

import pytest

from hotline.clocks.calendar import Calendar
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS
from hotline.people.actors import SYSTEM
from hotline.people.commands import DepartmentLevel
from hotline.people.directory import DepartmentDirectory
from hotline.people.state import Department
from hotline.routing.catalogue import CatalogueRouting
from hotline.situation import Situation


class NoIndicators:
    version = "1"

    def codes(self, level: int) -> frozenset[str]:
        return frozenset({str(level)})


def department(
    name: str, level: DepartmentLevel, parent: str = "city", *, retired: bool = False
) -> Department:
    return Department(
        name=name, name_en="", level=level, parent=parent, region="341100", retired=retired
    )


@pytest.fixture
def directory() -> DepartmentDirectory:
    return DepartmentDirectory(
        {
            "city": department("市", DepartmentLevel.CITY, ""),
            "hotline": department("热线", DepartmentLevel.HOTLINE),
            "water": department("水务", DepartmentLevel.UTILITY),
            "roads": department("交通局", DepartmentLevel.DEPARTMENT),
            "closed": department("旧局", DepartmentLevel.DEPARTMENT, retired=True),
            "district": department("区", DepartmentLevel.DISTRICT),
            "town": department("镇", DepartmentLevel.TOWN, "district"),
            "village": department("村", DepartmentLevel.VILLAGE, "town"),
        }
    )


@pytest.fixture
def situation(directory: DepartmentDirectory) -> Situation:
    return Situation(
        actor=SYSTEM,
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        clocks=Clocks(Calendar.of("test", ()), PRESETS["default"]),
        directory=directory,
        routing=CatalogueRouting.of({}),
        indicators=NoIndicators(),
    )
