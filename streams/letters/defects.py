"""缺陷: names an unexpected error without its words, which may be personal."""


class SetAsideError(Exception):
    """搁置: no defect, but a message that the dead letters keep until somebody sends it again."""


def reason_of(error: BaseException) -> str:
    """Name the class of a defect and the place where it was raised."""
    if isinstance(error, SetAsideError):
        return str(error)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    original = getattr(error, "orig", None)
    kind = type(original or error).__name__
    if trace is None:
        return kind
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{kind} in {module}.{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}"
