"""示范知识库: the articles of the demonstration city, each drafted and published."""

from collections.abc import Iterator
from datetime import date, timedelta

from handlers.envelope import Command
from hotline.knowledge.commands import DraftArticle, PublishArticle
from streams.city.tables import article_table


def article_commands(today: date) -> Iterator[tuple[str, Command]]:
    """Give the whole shelf; an article that has run out shows what that looks like."""
    for row in article_table():
        stream = f"article/{row['id']}"
        yield (
            stream,
            DraftArticle(
                department=row["department"],
                title=row["title"],
                title_en=row["title_en"],
                questions=tuple(row["questions"]),
                text=row["text"],
                text_en=row["text_en"],
                category=row["category"],
                basis=row["basis"],
                valid_until=today + timedelta(days=row["days"]) if row["days"] else None,
            ),
        )
        yield stream, PublishArticle()
