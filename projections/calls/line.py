"""来电行: how a call stands."""

from dataclasses import dataclass


@dataclass(slots=True)
class CallLine:
    """来电行. `passed` lists who left it to others, between commas."""

    stream: str
    version: int = 0
    caller: str = ""
    region: str = ""
    language: str = "zh"
    stage: str = ""
    outcome: str = "none"
    operator: str = ""
    department: str = ""
    passed: str = ""
    received_at: int = 0
    connected_at: int | None = None
    ended_at: int | None = None
    waited_seconds: int | None = None
    talk_seconds: int | None = None
    level: int = 0
    reason: str = ""
    ticket: str = ""
    recordings_count: int = 0
    recordings_erased_count: int = 0
    recordings_confirmed_count: int = 0
