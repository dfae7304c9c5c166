"""Who may join: whoever knows the run's join key. CurveZMQ (RFC 26) encrypts and authenticates both sides with it."""

import hashlib
import os
from dataclasses import dataclass, field

import zmq
from zmq.utils import z85

from scenarios.errors import InvalidTarget

VARIABLE = "BROWNOUT_JOIN_KEY"
LENGTH_MIN = 16
_SALT = b"brownout.join"


@dataclass(frozen=True, slots=True)
class JoinKey:
    """A CURVE key pair that both sides derive from the same words, with scrypt (RFC 7914)."""

    public: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, words: str) -> "JoinKey":
        derived = hashlib.scrypt(words.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=32)
        secret = z85.encode(derived)
        return cls(zmq.curve_public(secret), secret)

    @classmethod
    def from_environment(cls) -> "JoinKey":
        """Raises InvalidTarget where the variable is not set, or too short to be a secret."""
        words = os.environ.get(VARIABLE, "")
        if len(words) < LENGTH_MIN:
            rule = (
                f"must hold the same secret of at least {LENGTH_MIN} characters for the run and for each of its workers"
            )
            raise InvalidTarget(VARIABLE, "..." if words else "", f"{rule}, such as `openssl rand -hex 16` makes")
        return cls.of(words)

    def guard_server(self, socket: "zmq.Socket[bytes]") -> None:
        socket.curve_server = True
        socket.curve_secretkey = self.secret
        socket.curve_publickey = self.public

    def guard_client(self, socket: "zmq.Socket[bytes]") -> None:
        socket.curve_serverkey = self.public
        socket.curve_secretkey = self.secret
        socket.curve_publickey = self.public

    def callback(self, domain: str, key: bytes) -> bool:
        """For an authenticator: whether a client with this public key may join."""
        del domain
        return key == self.public
