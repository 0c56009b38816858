"""拒绝: an expected "no", as a value.

Owns the shape of a refusal. The words a person reads for a code live in the message catalogues.
"""

from dataclasses import field

from hotline.values import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """拒绝: why a command was not carried out.

    `code` is a stable kebab-case string that machines may rely on; `detail` fills the blanks of
    the translated sentence and never holds personal data.
    """

    code: str
    detail: dict[str, str] = field(default_factory=dict)
