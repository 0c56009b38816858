"""The pages: HTML for people, usable without JavaScript."""

from fastapi import APIRouter

from api.pages import citizens, desk, figures, rating, registering, session, texting, tickets


def routers() -> tuple[APIRouter, ...]:
    """List the routers of all pages; what is fixed comes before what has parts."""
    return (
        *(session.router, desk.router, figures.router, citizens.router),
        *(rating.router, registering.router, texting.router, tickets.router),
    )
