"""A partition takes a container off a network; a process of this host has none to be taken off."""

import pytest

from chaos.errors import CannotApply
from chaos.ground import Ground
from chaos.ground.embedded import EmbeddedProcess
from chaos.kinds.process.partition import Partition
from chaos.selector import ALL


def test_a_process_of_this_host_says_what_to_do_instead() -> None:
    with (
        pytest.raises(CannotApply, match="use a compose target"),
        Partition().applied(Ground(EmbeddedProcess(2)), "p", ALL),
    ):
        pass
