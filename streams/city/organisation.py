"""组织机构 of the demonstration city: departments down to the villages, and staff of every role.

Deterministic: the same files give the same commands. Members of staff are ids such as
`housing-handler`; the city knows no names and no passwords.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice, product
from typing import Final

from hotline.people.actors import Role
from hotline.people.commands import AddDepartment, AppointStaff, DepartmentLevel
from streams.city.tables import organisation_table

_HANDLING: Final = {
    "handler": Role.HANDLER,
    "administrator": Role.DEPARTMENT_ADMINISTRATOR,
    "leader": Role.DEPARTMENT_LEADER,
}

DEMONSTRATION_STAFF: Final = (
    # One person of every role; these are the accounts that a first start prints.
    ("operator", "hotline", Role.OPERATOR),
    ("assignment-officer", "hotline", Role.ASSIGNMENT_OFFICER),
    ("second-assignment-officer", "hotline", Role.ASSIGNMENT_OFFICER),
    ("revisitor", "hotline", Role.REVISITOR),
    ("second-revisitor", "hotline", Role.REVISITOR),
    ("shift-lead", "hotline", Role.SHIFT_LEAD),
    ("second-shift-lead", "hotline", Role.SHIFT_LEAD),
    ("knowledge-editor", "hotline", Role.KNOWLEDGE_EDITOR),
    ("housing-handler", "housing", Role.HANDLER),
    ("housing-administrator", "housing", Role.DEPARTMENT_ADMINISTRATOR),
    ("housing-leader", "housing", Role.DEPARTMENT_LEADER),
    ("window-clerk", "government_services", Role.WINDOW_CLERK),
    ("matter-officer", "government_services", Role.MATTER_OFFICER),
    ("evaluation-officer", "government_services", Role.EVALUATION_OFFICER),
    ("second-evaluation-officer", "general_office", Role.EVALUATION_OFFICER),
    ("third-evaluation-officer", "supervision_office", Role.EVALUATION_OFFICER),
    ("fourth-evaluation-officer", "hotline", Role.EVALUATION_OFFICER),
    ("supervision-officer", "supervision_office", Role.SUPERVISION_OFFICER),
    ("assessor", "supervision_office", Role.ASSESSOR),
    ("inspector", "discipline", Role.INSPECTOR),
    ("leader", "general_office", Role.LEADER),
    ("proxy", "341902001", Role.PROXY),
    ("mystery-visitor", "government_services", Role.MYSTERY_VISITOR),
    ("observer", "general_office", Role.OBSERVER),
    ("system-administrator", "data", Role.SYSTEM_ADMINISTRATOR),
    ("security-administrator", "data", Role.SECURITY_ADMINISTRATOR),
    ("audit-administrator", "data", Role.AUDIT_ADMINISTRATOR),
    ("peer-system", "government_services", Role.PEER_SYSTEM),
)


def add_departments() -> Iterator[tuple[str, AddDepartment]]:
    """Give (code, command) of every department, those above before those below."""
    table = organisation_table()
    city, region = table["code"], table["region"]
    yield city, _department(table["name"], table["name_en"], DepartmentLevel.CITY, "", region)
    for code, name, name_en, level in table["departments"]:
        yield code, _department(name, name_en, DepartmentLevel(level), city, region)
    names = _village_names()
    for district in table["districts"]:
        yield from _district(district)
    for town, count in zip(towns(), _villages_by_town(), strict=True):
        for number in range(1, count + 1):
            name, name_en = next(names)
            urban = _is_street(town)
            yield (
                f"{town}{200 + number if not urban else number:03}",
                _department(
                    name + ("社区" if urban else "村"),
                    f"{name_en} {'Community' if urban else 'Village'}",
                    DepartmentLevel.VILLAGE,
                    town,
                    f"{town}{200 + number if not urban else number:03}",
                ),
            )


def appoint_staff() -> Iterator[tuple[str, AppointStaff]]:
    """Give (id, command): one person of every role, and three in whatever may be given work."""
    appointed = set()
    for id_, department, role in DEMONSTRATION_STAFF:
        appointed.add(id_)
        yield id_, AppointStaff(department=department, roles=(role,))
    for code in _working_departments():
        for suffix, role in _HANDLING.items():
            if (id_ := f"{code}-{suffix}") not in appointed:
                yield id_, AppointStaff(department=code, roles=(role,))


@cache
def district_regions() -> tuple[str, ...]:
    """List the districts; a district's code is its region."""
    return tuple(district["region"] for district in organisation_table()["districts"])


@cache
def towns() -> tuple[str, ...]:
    """List the towns and streets, 9 digits (GB/T 10114)."""
    return tuple(
        f"{district['region']}{_town_number(name, number)}"
        for district in organisation_table()["districts"]
        for number, (name, _) in enumerate(district["towns"], start=1)
    )


def district_bureau(region: str, kind: str) -> str:
    """Name a district's own bureau of that kind."""
    return f"{region}-{kind}"


def _district(district: dict[str, object]) -> Iterator[tuple[str, AddDepartment]]:
    table = organisation_table()
    region, name, name_en = (str(district[key]) for key in ("region", "name", "name_en"))
    yield region, _department(name, name_en, DepartmentLevel.DISTRICT, table["code"], region)
    for kind in table["bureaus"]:
        own, own_en = table["bureau_names"][kind]
        yield (
            district_bureau(region, kind),
            _department(
                name + own, f"{name_en} {own_en}", DepartmentLevel.DEPARTMENT, region, region
            ),
        )
    below = [town for town in towns() if town.startswith(region)]
    for code, (town, town_en) in zip(below, district["towns"], strict=True):  # type: ignore[call-overload] # a TOML array
        yield code, _department(town, town_en, DepartmentLevel.TOWN, region, code)


def _department(
    name: str, name_en: str, level: DepartmentLevel, parent: str, region: str
) -> AddDepartment:
    return AddDepartment(name=name, name_en=name_en, level=level, parent=parent, region=region)


def _working_departments() -> Iterator[str]:
    """List all but the city itself and the villages, which get their work through the town."""
    for code, command in add_departments():
        if command.level not in (DepartmentLevel.CITY, DepartmentLevel.VILLAGE):
            yield code


def _town_number(name: str, number: int) -> str:
    """街道 are numbered from 001, 镇 from 101, 乡 from 201 (GB/T 10114)."""
    base = 0 if name.endswith("街道") else 100 if name.endswith("镇") else 200
    return f"{base + number:03}"


def _is_street(town: str) -> bool:
    return town[6] == "0"


def _villages_by_town() -> tuple[int, ...]:
    """Share the villages out, the first towns getting those that remain."""
    share, rest = divmod(organisation_table()["villages"], len(towns()))
    return tuple(share + (number < rest) for number in range(len(towns())))


def _village_names() -> Iterator[tuple[str, str]]:
    """Give invented names, each once; neighbours in the list do not sound alike."""
    names = organisation_table()["village_names"]
    pairs = list(product(names["second"], names["first"]))
    step = 113  # prime to the number of pairs, so that every pair comes exactly once
    for number in islice(range(len(pairs)), len(pairs)):
        second, first = pairs[number * step % len(pairs)]
        yield first[0] + second[0], first[1] + second[1]
