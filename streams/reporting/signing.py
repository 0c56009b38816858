"""签名: a plug-in. SM2 belongs to whoever has the keys; HMAC-SHA256 stands in for it.

A plug-in is named `module:factory`; the factory is given the secret of the setting.
"""

import hashlib
import hmac
from importlib import import_module
from typing import Final, Protocol

BUILT_IN: Final = "hmac-sha256"


class Signer(Protocol):
    """签名: signs the words that the platform's rule puts together."""

    def sign(self, words: str) -> str:
        """Give the signature as text."""
        ...


class HmacSigner:
    """HMAC-SHA256 in hexadecimal (our default, where the platform allows it)."""

    def __init__(self, secret: str) -> None:
        self._key: Final = secret.encode()

    def sign(self, words: str) -> str:
        """Sign."""
        return hmac.digest(self._key, words.encode(), hashlib.sha256).hex()


def load_signer(name: str, secret: str) -> Signer:
    """Give the built-in signer, or the one that a plug-in makes."""
    if name in ("", BUILT_IN):
        return HmacSigner(secret)
    module, _, factory = name.partition(":")
    made: Signer = getattr(import_module(module), factory)(secret)
    return made
