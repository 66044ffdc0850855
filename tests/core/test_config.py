"""Settings: read from the home, overridden by the environment, refused with the setting's name."""

from pathlib import Path

import pytest

from gateway import config
from gateway.core.errors import ConfigurationError


def written(home: Path, text: str) -> Path:
    (home / config.FILE_NAME).write_text(text, encoding="utf-8")
    return home


def test_the_template_that_init_writes_holds_the_defaults(tmp_path: Path) -> None:
    assert config.load(written(tmp_path, config.TEMPLATE.format(port=2222))) == config.GatewaySettings()


def test_issuing_is_off_by_default(tmp_path: Path) -> None:
    assert config.load(written(tmp_path, "")).uln_register.issuing is None


def test_a_variable_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_GATEWAY_SFTP__PORT", "2022")
    monkeypatch.setenv("LEARNER_GATEWAY_DATABASE__URL", "postgresql://db/gateway")
    settings = config.load(written(tmp_path, "[sftp]\nport = 2023\n"))
    assert (settings.sftp.port, settings.database.url) == (2022, "postgresql://db/gateway")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[sftp]\nprot = 1\n", "sftp.prot"),
        ("[sftp]\nport = 99999\n", "sftp.port"),
        ("[sftp\n", "cannot be read"),
        ('[register.issuing]\nauthority = "x"\nfirst = 9000000001\nlast = 9000000000\n', "register.issuing"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        config.load(written(tmp_path, text))


def test_a_home_without_settings_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="gateway init"):
        config.load(tmp_path)
