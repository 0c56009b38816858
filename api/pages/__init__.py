"""The pages: HTML for people, usable without JavaScript."""

from fastapi import APIRouter

from api.pages import (
    answering,
    calls,
    citizens,
    desk,
    dispatch,
    drafts,
    figures,
    lists,
    live,
    rating,
    registering,
    session,
    shift,
    texting,
    tickets,
)


def routers() -> tuple[APIRouter, ...]:
    """List the routers of all pages; what is fixed comes before what has parts."""
    return (
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
            citizens.router,
            rating.router,
            registering.router,
            lists.router,
            texting.router,
            tickets.router,
        ),
    )
