"""The grammar of TwiML, read from the SDK: which verb may stand where, with which attributes."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, Final
from xml.etree.ElementTree import Element, fromstring

from twilio.twiml import voice_response

WAITING: Final = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
"""What Twilio plays to somebody who waits in a queue (its page on `waitUrl`)."""

_BODY_OF: Final = {
    "Say": "message",
    "Play": "url",
    "Redirect": "url",
    "Enqueue": "name",
    "Sip": "sip_url",
    "Number": "phone_number",
    "Client": "identity",
    "Dial": "number",
}
"""Which argument of the SDK stands between the tags and is no attribute."""


def _class(tag: str) -> Any:
    return voice_response.VoiceResponse if tag == "Response" else getattr(voice_response, tag)


def _snake(tag: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tag).lower()


def _root(document: str) -> Element:
    return fromstring(document)  # noqa: S314 - a document that this house wrote


def violations(document: str) -> list[str]:
    """List what Twilio would not understand."""
    root = _root(document)
    if root.tag != "Response":
        return [f"root {root.tag}"]
    return list(_below(root))


def _below(parent: Element) -> Iterator[str]:
    for verb in parent:
        method = getattr(_class(parent.tag), _snake(verb.tag), None)
        if method is None:
            yield f"{verb.tag} in {parent.tag}"
            continue
        known = set(inspect.signature(method).parameters) - {"self", "kwargs"}
        known -= {_BODY_OF.get(verb.tag, "")}
        camel = {re.sub(r"_(\w)", lambda found: found[1].upper(), name) for name in known}
        yield from (f"{verb.tag} {name}" for name in verb.attrib if name not in camel)
        yield from _below(verb)


def verbs(document: str) -> list[str]:
    """List the verbs of a document, in their order."""
    return [verb.tag for verb in _root(document)]


def said(document: str) -> str:
    """Give all words of a document."""
    return "".join(_root(document).itertext())


def attribute(document: str, tag: str, name: str) -> str:
    """Give an attribute of the first such verb."""
    found = next(_root(document).iter(tag))
    return found.attrib[name]
