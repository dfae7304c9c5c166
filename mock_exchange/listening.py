"""Opens a port, and says what is wrong where that fails."""

import asyncio
import errno
import os
import socket
from collections.abc import Callable

from mock_exchange.errors import AddressError

_BACKLOG = 4096


async def listen_on(
    connection: Callable[[], asyncio.BaseProtocol], host: str, port: int, option: str
) -> asyncio.Server:
    """``option`` is the one of the command line that sets the port. Raises AddressError."""
    try:
        return await asyncio.get_running_loop().create_server(connection, host, port, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        raise AddressError(f"cannot listen on {host} port {port}: {_trouble(error, option)}") from error


def _trouble(error: OSError | OverflowError, option: str) -> str:
    """The reason and the way out. Event loops put the address and the reason in the text, so it is not repeated."""
    if not isinstance(error, OSError) or error.errno is None:
        return f"{error}; {option} chooses another"
    if isinstance(error, socket.gaierror):
        return f"{error.strerror}; --host chooses another"
    if error.errno == errno.EADDRINUSE:
        return f"it is in use; {option} chooses another"
    if error.errno == errno.EACCES:
        return f"this user may not; {option} chooses another"
    return f"{os.strerror(error.errno)}; --host chooses another"
