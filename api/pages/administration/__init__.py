"""Administration 管理: the settings of the house; every change of them is an event."""

from typing import Final

from fastapi import APIRouter

from api.pages.administration import (
    calendars,
    catalogue,
    changes,
    departments,
    indicators,
    invitation,
    presets,
    staff,
    wordings,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    *(departments.router, staff.router, catalogue.router, presets.router, calendars.router),
    *(wordings.router, indicators.router, changes.router, invitation.router),
)
