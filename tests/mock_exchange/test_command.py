"""The exchange's command line refuses what it could only misunderstand."""

from pathlib import Path

import pytest

from mock_exchange.cli import configured, main
from mock_exchange.errors import ConfigError


@pytest.mark.parametrize("port", ["99999", "-1", "http", ""])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([f"--rest-port={port}"])
    assert ended.value.code == 64
    assert "is no port: a number from 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("sync", ["always", "group", "none"])
def test_a_way_to_sync_needs_a_folder(sync: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sync", sync]) == 64
    assert capsys.readouterr().err == "--sync: needs --data, without which nothing is kept\n"


def test_a_way_to_sync_in_the_file_needs_a_folder_there_or_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "exchange.yaml"
    file.write_text("durable: {sync: always}", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        configured(file, [], None)
    rule = "needs durable.data, or --data, without which nothing is kept"
    assert str(refused.value) == f"{file}: durable.sync: 'always': {rule}"
    assert configured(file, [], None, durable={"data": tmp_path}).durable.sync == "always"


def test_the_admin_token_of_the_command_line_is_that_of_the_file_and_not_told(tmp_path: Path) -> None:
    file = tmp_path / "exchange.yaml"
    file.write_text("admin_token: from-the-file", encoding="utf-8")
    assert configured(file, [], None).admin_token == "from-the-file"
    config = configured(file, [], None, admin_token="for-operators")
    assert config.admin_token == "for-operators"
    assert "for-operators" not in repr(config)
    with pytest.raises(ConfigError, match=r"^command line: admin_token: must have at least 1 character$"):
        configured(None, [], None, admin_token="")


def test_help_warns_that_arguments_can_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "other users of this host can see the arguments" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("program", ["mock_exchange", "brownout exchange"])
def test_the_command_that_was_typed_is_named(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, code in (["--help"], 0), (["--unknown"], 64):
        with pytest.raises(SystemExit) as ended:
            main(arguments, program)
        assert ended.value.code == code
    printed = capsys.readouterr()
    assert printed.out.startswith(f"usage: {program} [")
    assert printed.err.startswith(f"{program}: unrecognized arguments")


def test_an_unset_variable_does_not_become_the_current_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--data", ""])
    assert ended.value.code == 64
    assert "--data: '': an empty path names no folder" in capsys.readouterr().err
