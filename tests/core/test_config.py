"""Settings: read from the home, overridden by the environment, refused with the setting's name."""

from pathlib import Path

import pytest

from gateway import bootstrap, config, rule_settings
from gateway.core.errors import ConfigurationError
from gateway.core.notices import Severity


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


def private(home: Path, name: str, text: str) -> Path:
    (home / name).touch(mode=0o600)
    (home / name).write_text(text)
    return home / name


@pytest.mark.parametrize(
    "text",
    [
        '[database]\nurl = "postgresql://gateway:secret@db.example/gateway"\n',
        '[database]\npassword = "secret"\n',
        '[files]\nmaster_key = "secret"\n',
    ],
)
def test_settings_with_a_secret_that_others_can_read_are_refused_with_the_cure(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text) / config.FILE_NAME
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {path}") as caught:
        config.load(tmp_path)
    assert "secret@" not in str(caught.value)
    path.chmod(0o600)
    config.load(tmp_path)


def test_the_databases_password_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    text = '[database]\nurl = "postgresql://gateway@db.example/gateway?sslmode=require"\npassword_file = "pw"\n'
    settings = config.load(written(tmp_path, text)).database
    path = private(tmp_path, "pw", "pass word&=\n")
    url = config.database_url(tmp_path, settings)
    assert url == "postgresql://gateway@db.example/gateway?sslmode=require&password=pass%20word%26%3D"
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {path}"):
        config.database_url(tmp_path, settings)
    path.unlink()
    with pytest.raises(ConfigurationError, match=r"database\.password_file"):
        config.database_url(tmp_path, settings)


def test_the_databases_password_may_come_from_the_environment_and_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEARNER_GATEWAY_DATABASE__PASSWORD", "secret")
    settings = config.load(written(tmp_path, '[database]\nurl = "postgresql://gateway@db/gateway"\n'))
    assert config.database_url(tmp_path, settings.database) == "postgresql://gateway@db/gateway?password=secret"
    assert "secret" not in repr(settings)
    assert config.database_url(tmp_path, config.DatabaseSettings()) is None


def test_a_bucket_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="`bucket` must be given"):
        config.load(written(tmp_path, '[files]\nstore = "s3"\n'))


CHANGED = """
[rules.RC013]
severity = "warning"
[rules.TEXT_INVISIBLE]
severity = "off"
[kinds.lrb-csv]
max_records = 5
[kinds.lrb-csv.rules.RC013]
severity = "info"
[organisations.kingsway.rules.RC013]
severity = "error"
"""


@pytest.mark.parametrize(("sender", "kind", "severity"), [
    ("kingsway", "lrb-csv", "error"), ("hilltop", "lrb-csv", "info"), ("hilltop", "ctf", "warning"),
])  # fmt: skip
def test_the_senders_rules_win_over_the_kinds_and_those_over_all(
    tmp_path: Path, sender: str, kind: str, severity: str
) -> None:
    settings = config.load(written(tmp_path, CHANGED))
    changed = rule_settings.of(settings, sender, kind)
    assert changed.changes == (("RC013", Severity(severity)), ("TEXT_INVISIBLE", None))


def test_a_kinds_own_settings_reach_it(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, "[kinds.lrb-csv]\nmax_record = 5\n"))
    with pytest.raises(ConfigurationError, match="max_record"):
        bootstrap.file_kinds(settings.kinds)
    with pytest.raises(ConfigurationError, match="lrb-cvs"):
        bootstrap.file_kinds({"lrb-cvs": config.KindSettings()})


@pytest.mark.parametrize("code", ["RC999", "GF004"])
def test_a_rule_that_cannot_be_changed_is_refused_by_its_code(code: str) -> None:
    settings = config.GatewaySettings.model_validate({"rules": {code: {"severity": "off"}}})
    with pytest.raises(ConfigurationError, match=code):
        rule_settings.refuse_unknown(settings, bootstrap.file_kinds())
