"""The pages: HTML for people, usable without JavaScript."""

from fastapi import APIRouter

from api.pages import (
    answering,
    citizens,
    desk,
    dispatch,
    drafts,
    erasures,
    figures,
    kiosk,
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


def routers() -> tuple[APIRouter, ...]:
    """List the routers of all pages; what is fixed comes before what has parts."""
    return (
        *(session.router, desk.router, drafts.router, shift.router, dispatch.router, live.router),
        *(
            answering.router,
            figures.router,
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
