"""值: dataclasses whose values never change, made and copied several times as fast.

A frozen dataclass of the standard library guards itself at run time, and pays for it at every
birth: its constructor has to get past its own guard, field by field. A command makes some forty
values and nobody changes one, so here the guard is the type checker's alone: it sees the standard
decorator and refuses every assignment to a frozen field. Equality, hash and form stay the same.

So it is with `replace`: a ticket has some ninety fields and a fold changes five. A state has no
slots, so that its dictionary is copied whole; other values go through their constructor at once.
Type checkers see the standard function, and check the names and types of the changes.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass, replace
else:
    import dataclasses
    from operator import attrgetter

    _PARTS: dict[type, tuple[tuple[str, ...], attrgetter]] = {}

    def dataclass(*, frozen: bool = False, **options: Any) -> Any:
        """Decorate as the standard library does; a frozen class without the guard at run time."""
        return dataclasses.dataclass(unsafe_hash=frozen and options.get("eq", True), **options)

    def replace(obj: Any, /, **changes: Any) -> Any:
        """Give a copy with these fields changed."""
        class_ = obj.__class__
        values = getattr(obj, "__dict__", None)
        if values is None:
            names, values_of = _PARTS.get(class_) or _parts(class_)
            return class_(**dict(zip(names, values_of(obj), strict=True)) | changes)
        copy = object.__new__(class_)
        copied = copy.__dict__
        copied.update(values)
        copied.update(changes)
        return copy

    def _parts(class_: type) -> tuple[tuple[str, ...], attrgetter]:
        names = tuple(field.name for field in dataclasses.fields(class_))
        if len(names) == 1:  # the getter would give the value alone
            return names, lambda obj: (getattr(obj, names[0]),)
        found = _PARTS[class_] = (names, attrgetter(*names))
        return found


__all__ = ["dataclass", "replace"]
