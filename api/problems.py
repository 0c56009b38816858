"""Problems 问题详情: refusals and faults as RFC 9457 problem details, in Chinese and English.

Owns the HTTP status of every code. A refusal's code comes from the core and is stable; the words
come from the catalogues. Nothing that was sent in is echoed but the names of fields.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.messages import LANGUAGES, Language, Messages, language_of
from hotline.refusal import Refusal

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[Mapping[str, int]] = {
    "not-logged-in": 401,
    "wrong-credentials": 401,
    "role-not-permitted": 403,
    "csrf-token-wrong": 403,
    "signature-wrong": 403,
    "not-simulated": 409,
    "link-invalid": 404,
    "link-expired": 410,
    "access-not-open": 403,
    "another-persons-form": 403,
    "person-required": 403,
    "leader-required": 403,
    "second-person-required": 403,
    "unknown-page": 404,
    "unknown-ticket": 404,
    "number-or-code-wrong": 404,
    "number-or-proof-wrong": 404,
    "method-not-allowed": 405,
    "body-too-large": 413,
    "media-type-not-supported": 415,
    "input-invalid": 422,
    "in-the-future": 422,
    "in-the-past": 409,
    "until-in-the-past": 422,
    "unknown-category": 422,
    "unknown-placeholder": 422,
    "wording-unbalanced": 422,
    "wording-not-understood": 422,
    "indicator-repeated": 422,
    "indicator-malformed": 422,
    "indicator-wordless": 422,
    "not-invited": 410,
    "unknown-department": 422,
    "unknown-indicator": 422,
    "unknown-level": 422,
    "unknown-parent": 422,
    "unknown-preset": 422,
    "not-utf-8": 422,
    "not-json": 422,
    "idempotency-key-invalid": 422,
    "idempotency-key-reused": 422,
    "version-invalid": 422,
    "too-many-tries": 429,
    "defect": 500,
    "store-unavailable": 503,
}
"""Codes of the faces themselves, and those refusals whose status their form does not tell."""

RETRY_AFTER_SECONDS: Final = "5"
"""When to come back where nothing closer is known (our default)."""

_FORBIDDEN: Final = ("not-permitted", "not-your", "same-person", "forbidden", "own-", "separation")
_INPUT: Final = ("missing", "-invalid", "-required", "-too-long", "-empty", "bad-", "-unknown")


class ProblemError(Exception):
    """问题: ends a request with a problem detail."""

    def __init__(
        self,
        code: str,
        detail: Mapping[str, str] | None = None,
        *,
        violations: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = dict(detail or {})
        self.violations = tuple(violations)
        self.headers = dict(headers or {})
        self.status = status or status_of(code)
        if self.status in (429, 503):
            self.headers.setdefault("Retry-After", RETRY_AFTER_SECONDS)


def status_of(code: str) -> int:
    """Give the HTTP status of a code; a conflict with the state of things unless it says more."""
    if code in STATUS:
        return STATUS[code]
    if code.startswith(("unknown-", "no-such-")):
        return 404
    if any(word in code for word in _FORBIDDEN):
        return 403
    if any(word in code for word in _INPUT):
        return 422
    return 409


def refused(refusal: Refusal) -> ProblemError:
    """Turn the core's no into a problem."""
    return ProblemError(refusal.code, refusal.detail)


def texts_of(
    messages: Messages, language: Language, code: str, detail: Mapping[str, str]
) -> dict[str, str]:
    """Give title and detail of a code: what happened, and what to do."""
    said = {name: _word(messages, language, name, value) for name, value in detail.items()}
    key = f"refusal.{code}"
    title = messages.text(language, key if messages.has(key) else "refusal.other", **said)
    return {"title": title, "detail": messages.text(language, _advice(messages, code), **said)}


def respond(messages: Messages, request: Request, problem: ProblemError) -> Response:
    """Write the problem in the reader's language, with both texts inside."""
    language = language_of(request.headers.get("accept-language", ""))
    texts = {one: texts_of(messages, one, problem.code, problem.detail) for one in LANGUAGES}
    body: dict[str, Any] = {
        "type": f"urn:bihuan:problem:{problem.code}",
        "status": problem.status,
        "code": problem.code,
        **texts[language],
        "texts": texts,
        "instance": f"urn:bihuan:request:{request.scope.get('request_id', '')}",
    }
    if problem.violations:
        body["violations"] = problem.violations
    return Response(
        msgspec.json.encode(body),
        problem.status,
        {"Content-Language": language, "Vary": "Accept-Language", **problem.headers},
        MEDIA_TYPE,
    )


def _word(messages: Messages, language: Language, name: str, value: str) -> str:
    """Say a word of the domain, a stage or a role, as people read it."""
    key = f"{name}.{value}"
    return messages.text(language, key) if messages.has(key) else value


def _advice(messages: Messages, code: str) -> str:
    key = f"advice.{code}"
    return key if messages.has(key) else f"advice.status-{status_of(code)}"
