"""The pages: HTML for people, usable without JavaScript."""

from fastapi import APIRouter

from api.pages import (
    answering,
    calls,
    citizens,
    desk,
    dispatch,
    drafts,
    erasures,
    figures,
    inspection,
    kiosk,
    knowledge,
    lists,
    live,
    loops,
    office,
    rating,
    registering,
    revisiting,
    session,
    shift,
    signals,
    texting,
    tickets,
    window,
)
from api.pages.administration import ROUTERS


def routers() -> tuple[APIRouter, ...]:
    """List the routers of all pages; what is fixed comes before what has parts."""
    return (
        *inspection.routers(),
        *ROUTERS,
        *(
            calls.router,
            session.router,
            desk.router,
            drafts.router,
            shift.router,
            dispatch.router,
            live.router,
        ),
        *(
            answering.router,
            figures.router,
            knowledge.router,
            citizens.router,
            rating.router,
            signals.router,
            erasures.router,
            window.router,
            kiosk.router,
            registering.router,
            revisiting.router,
            lists.router,
            loops.router,
            office.router,
            texting.router,
            tickets.router,
        ),
    )
