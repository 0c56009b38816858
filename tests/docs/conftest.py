"""A small house over a real store, for the pages that show the JSON API."""

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from api.main import create_app, open_house
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.people.actors import SYSTEM, Role
from hotline.people.commands import AddDepartment, DepartmentLevel
from hotline.people.staff import StaffMember
from streams.accounts.accounts import Accounts
from streams.processes.opening import open_store
from streams.settings import Settings

with warnings.catch_warnings():
    # The client asks for its own fork of httpx; what we use of it is the same in both.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

PASSWORD: Final = "correct horse battery"
REGION: Final = "341900"
DEPARTMENTS: Final = {
    "city": ("示范市", DepartmentLevel.CITY, ""),
    "hotline": ("市12345热线中心", DepartmentLevel.HOTLINE, "city"),
    "housing": ("市住房和城乡建设局", DepartmentLevel.DEPARTMENT, "city"),
}
STAFF: Final = {"operator": Role.OPERATOR, "administrator": Role.SYSTEM_ADMINISTRATOR}


class Desk:
    """An application with a key and passwords."""

    def __init__(self, app: FastAPI, key: str) -> None:
        self.app, self.key = app, key
        self._jars: dict[str, TestClient] = {}

    def client(self, jar: str) -> TestClient:
        """Give the client whose cookies are in this jar."""
        return self._jars.setdefault(jar, TestClient(self.app, raise_server_exceptions=False))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    house = open_house(open_store(Settings(data=tmp_path_factory.mktemp("docs"))), region=REGION)
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    doors = Accounts(house.engine, b"", hasher=hasher)
    for name, role in STAFF.items():
        doors.add_staff(
            StaffMember(
                person=name,
                username=name,
                display_name=name,
                roles=(role,),
                department="hotline",
            ),
            PASSWORD,
        )
    system = StaffMember(
        person="call-centre", display_name="call-centre", roles=(Role.PEER_SYSTEM,)
    )
    key = doors.issue_key(system, datetime.now(UTC))
    app = create_app(house)
    with TestClient(app):
        for code, (name, level, parent) in DEPARTMENTS.items():
            receipt = house.runtime.submit(
                Envelope(
                    message_id=f"setup/{code}",
                    stream=f"department/{code}",
                    command=AddDepartment(
                        name=name, name_en=code, level=level, parent=parent, region=REGION
                    ),
                    actor=SYSTEM,
                    at=datetime.now(UTC),
                )
            )
            assert receipt.status is ReceiptStatus.DONE
        yield Desk(app, key)
    house.engine.dispose()
