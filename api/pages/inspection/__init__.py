"""The desk of the inspectors 纪检监察: they read everything here and change no ticket."""

from fastapi import APIRouter

from api.pages.inspection import (
    accesses,
    bulletins,
    packs,
    places,
    samples,
    search,
    suspicions,
    time_machine,
)


def routers() -> tuple[APIRouter, ...]:
    """List the routers of the desk; what is fixed comes before what has parts."""
    return (
        *(search.router, accesses.router, suspicions.router, samples.router, places.router),
        *(packs.router, time_machine.router, bulletins.router),
    )
