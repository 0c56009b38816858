"""短信入箱: writes planned texts in the transaction of the events that they follow from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from notifications import outbox
from notifications.intent import TextIntent
from streams.database.statements import Insert

_WRITE: Final = Insert(outbox.texts, keep=True)


def write(connection: Connection, intents: Sequence[TextIntent], at: datetime) -> None:
    """Store intents; one that is there already stays as it is."""
    _WRITE.run(connection, outbox.rows(intents, at))
