"""Keys of both ends of a control connection, from the secret that they share.

The connection is CurveZMQ (https://rfc.zeromq.org/spec/26), which encrypts and authenticates both ends by Curve25519
keys. Each end's secret key is scrypt of the shared secret, with a salt that says whose key it is: whoever holds the
secret knows both, and nobody else knows either.
"""

import hashlib
import os
from dataclasses import dataclass, field

import zmq
from zmq.utils import z85

from scenarios.errors import InvalidTarget

VARIABLE = "BROWNOUT_JOIN_KEY"
SECRET_CHARACTERS_MIN = 16
KEY_BYTES = 32
SCRYPT_COST, SCRYPT_BLOCK = 2**14, 8
"""16 MiB and some 50 ms for each guess."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Z85 text of a Curve25519 key pair."""

    public: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def derived(cls, shared: str, whose: str) -> "KeyPair":
        salt = f"brownout/join/1/{whose}".encode()
        raw = hashlib.scrypt(shared.encode(), salt=salt, n=SCRYPT_COST, r=SCRYPT_BLOCK, p=1, dklen=KEY_BYTES)
        secret = z85.encode(raw)
        return cls(public=zmq.curve_public(secret), secret=secret)


@dataclass(frozen=True, slots=True)
class JoinKeys:
    """The keys of the run and those of its workers."""

    master: KeyPair
    worker: KeyPair

    @classmethod
    def of(cls, shared: str) -> "JoinKeys":
        return cls(KeyPair.derived(shared, "master"), KeyPair.derived(shared, "worker"))

    @classmethod
    def from_environment(cls) -> "JoinKeys":
        """Raises InvalidTarget where the variable is not set, or holds a secret that can be guessed."""
        shared = os.environ.get(VARIABLE, "")
        if len(shared) < SECRET_CHARACTERS_MIN:
            rule = (
                f"must hold the same secret of at least {SECRET_CHARACTERS_MIN} characters for the run and for each of "
                "its workers"
            )
            raise InvalidTarget(VARIABLE, "..." if shared else "", f"{rule}, such as `openssl rand -hex 16` makes")
        return cls.of(shared)
