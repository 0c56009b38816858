"""Assets 静态资源: copies what the pages need out of node_modules; `python -m api.assets`.

Nothing is loaded from elsewhere at run time. The target is rebuilt as a whole and not versioned.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

FILES: Final = (
    "@tabler/core/dist/css/tabler.min.css",
    "htmx.org/dist/htmx.min.js",
)


def copy_assets(modules: Path, target: Path) -> None:
    """Copy the files, or say what is missing."""
    missing = [name for name in FILES if not (modules / name).is_file()]
    if missing:
        raise SystemExit(f"run `npm ci` first; missing: {', '.join(missing)}")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in FILES:
        shutil.copyfile(modules / name, target / Path(name).name)


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    modules = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "node_modules"
    copy_assets(modules, root / "api" / "static" / "vendor")
