"""评价行: a service (办件) with its rating, later rating, mark and loop."""

from hotline.values import dataclass


@dataclass(slots=True)
class EvaluationLine:
    """评价行: `level` 0 is not rated."""

    stream: str
    version: int = 0
    project_no: str = ""
    service_number: str = ""
    region: str = ""
    department: str = ""
    item_code: str = ""
    item_name: str = ""
    node: str = ""
    object: str = ""
    served_at: int = 0
    citizen: str = ""
    staff: str = ""
    ticket: str = ""
    level: int = 0
    channel: str = ""
    kind: str = ""
    source: str = ""
    indicators: str = ""
    indicator_version: str = ""
    text: str = ""
    anonymous: bool = True
    real_name: bool = False
    is_default: bool = False
    reason_pending: bool = False
    rated_at: int | None = None
    mark: str = "none"
    marked_at: int | None = None
    later_level: int = 0
    later_rated_at: int | None = None
    rerate_until_at: int | None = None
    loop: str = ""
    invitations_count: int = 0
    invited_at: int | None = None
