"""How an instance is set up by its environment."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contest.kernel.errors import Invalid
from contest.settings import LOOPBACK, Settings


def read(tmp_path: Path, **given: str) -> Settings:
    return Settings.from_env({"CONTEST_DATA": str(tmp_path), **given})


def test_without_any_variable_the_service_is_for_this_machine_alone(tmp_path: Path) -> None:
    settings = read(tmp_path)

    assert settings.address == "http://127.0.0.1:8000"
    assert settings.database == f"sqlite:///{tmp_path}/instance/contest.sqlite"
    assert settings.own_names == LOOPBACK
    assert (settings.is_https, settings.proxies) == (False, 0)


def test_a_public_address_is_a_name_of_the_service_beside_the_machine_s_own(tmp_path: Path) -> None:
    settings = read(tmp_path, CONTEST_ADDRESS="https://Photos.Example.org/", CONTEST_PROXIES="1")

    assert settings.address == "https://Photos.Example.org"
    assert settings.own_names == LOOPBACK | {"photos.example.org"}
    assert (settings.is_https, settings.proxies) == (True, 1)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_listening_everywhere_without_a_name_takes_any_name(tmp_path: Path, host: str) -> None:
    assert read(tmp_path, HOST=host).own_names is None
    assert read(tmp_path, HOST=host, CONTEST_ADDRESS="http://[fd00::7]:8000").own_names == LOOPBACK | {"fd00::7"}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("PORT", "0"),
        ("PORT", "80a"),
        ("PORT", "८०"),
        ("PORT", "9" * 5000),
        ("CONTEST_UPLOAD_MB", "-1"),
        ("CONTEST_PROXIES", "one"),
        ("CONTEST_ADDRESS", "photos.example.org"),
        ("CONTEST_ADDRESS", "ftp://photos.example.org"),
        ("CONTEST_SECRET", "short"),
    ],
)
def test_what_cannot_be_used_stops_the_start_and_is_named(tmp_path: Path, name: str, given: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, **{name: given})

    assert (refused.value.code, refused.value.facts["name"]) == ("settings.unusable", name)


def test_a_short_secret_is_not_printed(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, CONTEST_SECRET="hunter2")

    assert "hunter2" not in str(refused.value)


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {settings.secret for settings in pool.map(lambda _: read(tmp_path), range(16))}

    (secret,) = made
    path = tmp_path / "instance" / "secret"
    assert len(secret) == 64
    assert path.read_text() == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["secret"]
