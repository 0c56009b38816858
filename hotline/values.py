"""值: dataclasses whose values never change, made three times as fast.

A frozen dataclass of the standard library guards itself at run time, and pays for it at every
birth: its constructor has to get past its own guard, field by field. A command makes some forty
values and nobody changes one, so here the guard is the type checker's alone: it sees the standard
decorator and refuses every assignment to a frozen field. Equality, hash and form stay the same.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(*, frozen: bool = False, **options: Any) -> Any:
        """Decorate as the standard library does; a frozen class without the guard at run time."""
        return dataclasses.dataclass(unsafe_hash=frozen and options.get("eq", True), **options)


__all__ = ["dataclass"]
