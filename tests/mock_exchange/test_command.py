"""The exchange's command line refuses what it could only misunderstand."""

import pytest

from mock_exchange.cli import main


@pytest.mark.parametrize("port", ["99999", "-1", "http", ""])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([f"--rest-port={port}"])
    assert ended.value.code == 64
    assert "is no port: a number from 0 to 65535" in capsys.readouterr().err
