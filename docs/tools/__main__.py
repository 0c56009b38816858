"""`python -m docs.tools` writes every generated page."""

from docs.tools.pages import DOCS, PAGES


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
