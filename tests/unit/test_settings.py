import stat
from pathlib import Path

import pytest

from tracker.domain.errors import SettingsError
from tracker.settings import DEFAULT_MODEL, Settings, load_settings, secret_key

NAMES = (
    "TRACKER_HOME",
    "TRACKER_DATABASE_URL",
    "TRACKER_EMBEDDING_MODEL",
    "TRACKER_VECTOR_INDEX",
    "TRACKER_SECRET_KEY",
    "TRACKER_SMTP_HOST",
    "TRACKER_SMTP_PORT",
    "TRACKER_SMTP_SECURITY",
    "TRACKER_SMTP_USER",
    "TRACKER_SMTP_PASSWORD",
    "TRACKER_MAIL_FROM",
    "TRACKER_API_CALLS_PER_MINUTE",
    "TRACKER_API_FAILURES_PER_MINUTE",
    "TRACKER_FETCH",
    "TRACKER_FETCH_PORTS",
    "TRACKER_FETCH_HOSTS",
    "TRACKER_TRUSTED_PROXIES",
    "TRACKER_LOG_FORMAT",
    "TRACKER_LOG_LEVEL",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder and an environment without any setting."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "tracker.toml").write_text(text, encoding="utf-8")


def test_without_anything_set_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.home == Path(__file__).parents[2] / "var"
    assert settings.database == f"sqlite:///{settings.home}/tracker.sqlite3"
    assert settings.embedding_model == DEFAULT_MODEL
    assert settings.vector_index == "faiss"
    assert settings.index_folder == settings.home / "index"


def test_outside_of_a_checkout_the_home_is_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr("tracker.settings.CHECKOUT", None)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    assert load_settings().home == folder / "data" / "tracker"


def test_the_file_comes_before_the_defaults(folder: Path) -> None:
    write(folder, 'home = "/srv/news"\nembedding_model = "other"\n')
    assert load_settings().home == Path("/srv/news")
    assert load_settings().embedding_model == "other"
    assert load_settings().vector_index == "faiss"


def test_the_environment_comes_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, 'home = "/srv/news"\nembedding_model = "of the file"\n')
    monkeypatch.setenv("TRACKER_EMBEDDING_MODEL", "of the environment")
    settings = load_settings()
    assert (settings.home, settings.embedding_model) == (Path("/srv/news"), "of the environment")


def test_a_database_url_comes_before_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", "sqlite:////elsewhere/news.sqlite3")
    assert load_settings().database == "sqlite:////elsewhere/news.sqlite3"


def test_a_home_is_made_absolute(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_HOME", "data")
    assert load_settings().home == folder / "data"
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("TRACKER_HOME", "~/news")
    assert load_settings().home == folder / "news"


def test_an_unknown_key_in_the_file_is_refused_by_name(folder: Path) -> None:
    write(folder, 'hme = "/srv/news"\n')
    with pytest.raises(SettingsError, match=r"(?i)hme.*tracker\.toml"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("TRACKER_VECTOR_INDEX", "annoy"), ("TRACKER_VECTOR_INDEX", ""), ("vector_index", "5")],
)
def test_a_bad_value_is_refused_by_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    if name.isupper():
        monkeypatch.setenv(name, value)
    else:
        write(folder, f"{name} = {value}\n")
    with pytest.raises(SettingsError, match=r"TRACKER_VECTOR_INDEX.*'faiss' or 'pgvector'"):
        load_settings()


def test_a_file_that_is_no_toml_is_refused_by_name(folder: Path) -> None:
    write(folder, "home = \n")
    with pytest.raises(SettingsError, match=r"^tracker\.toml: "):
        load_settings()


def test_a_file_in_another_encoding_is_refused_by_name(folder: Path) -> None:
    (folder / "tracker.toml").write_bytes('home = "/srv/haberler/güncel"\n'.encode("iso-8859-9"))
    with pytest.raises(SettingsError, match=r"^tracker\.toml: "):
        load_settings()


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().vector_index = "pgvector"  # type: ignore[misc]


def test_every_setting_is_shown_by_its_name_in_the_environment() -> None:
    assert tuple(load_settings().shown()) == NAMES


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SECRET_KEY", "open-sesame")
    settings = load_settings()
    assert set(settings.shown()["TRACKER_SECRET_KEY"]) == {"*"}
    assert "open-sesame" not in repr(settings) + str(settings)
    assert secret_key(settings) == "open-sesame"


def test_the_password_of_the_mail_server_is_never_shown(folder: Path) -> None:
    write(folder, 'smtp_host = "mail.example.org"\nsmtp_user = "desk"\nsmtp_password = "pa55"\n')
    settings = load_settings()
    assert set(settings.shown()["TRACKER_SMTP_PASSWORD"]) == {"*"}
    assert "pa55" not in repr(settings) + str(settings) + str(settings.shown())


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://desk:pa55@db.example/news", "postgresql://desk:********@db.example/news"),
        ("postgresql://desk:p@55:w@db.example/news", "postgresql://desk:********@db.example/news"),
        ("postgresql+psycopg://desk@db.example/news", "postgresql+psycopg://desk:********@db.example/news"),
        ("sqlite:////srv/news.sqlite3", "sqlite:////srv/news.sqlite3"),
    ],
)
def test_the_password_in_a_database_url_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, url: str, shown: str
) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", url)
    assert load_settings().shown()["TRACKER_DATABASE_URL"] == shown
    assert load_settings().database == url


def test_a_password_in_the_query_of_a_database_url_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", "postgresql:///news?host=db.example&user=desk&password=pa55")
    assert "pa55" not in load_settings().shown()["TRACKER_DATABASE_URL"]


def test_a_secret_key_is_made_once_and_for_its_owner_alone(folder: Path) -> None:
    settings = Settings(home=folder / "new" / "home")
    made = secret_key(settings)
    assert len(made) >= 32
    assert secret_key(settings) == made
    mode = stat.S_IMODE((settings.home / "secret_key").stat().st_mode)
    assert mode == 0o600


def test_each_installation_makes_a_secret_key_of_its_own(folder: Path) -> None:
    assert secret_key(Settings(home=folder / "one")) != secret_key(Settings(home=folder / "two"))


def test_a_key_that_is_set_is_not_written_down(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SECRET_KEY", "open-sesame")
    secret_key(Settings(home=folder))
    assert list(folder.iterdir()) == []


def test_two_starts_at_once_agree_on_one_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=folder)
    others: list[str] = []

    def begin_another_start(_length: int) -> str:
        monkeypatch.setattr("tracker.settings.secrets.token_urlsafe", lambda _length: "of the other start")
        others.append(secret_key(settings))
        return "of this start"

    monkeypatch.setattr("tracker.settings.secrets.token_urlsafe", begin_another_start)
    assert [secret_key(settings)] == others


def test_a_home_that_cannot_be_made_is_refused_by_name(folder: Path) -> None:
    (folder / "file").write_text("in the way")
    with pytest.raises(SettingsError, match=r"TRACKER_HOME .*/file/home"):
        secret_key(Settings(home=folder / "file" / "home"))


def test_an_empty_file_is_no_secret_key(folder: Path) -> None:
    (folder / "secret_key").touch(mode=0o600)
    assert secret_key(Settings(home=folder))


def test_nothing_is_fetched_from_the_web_unless_somebody_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    assert not settings.fetch
    assert settings.ports_to_fetch == {80, 443}
    assert settings.hosts_to_fetch == frozenset()
    monkeypatch.setenv("TRACKER_FETCH", "on")
    monkeypatch.setenv("TRACKER_FETCH_PORTS", "443, 8443")
    monkeypatch.setenv("TRACKER_FETCH_HOSTS", "Example.org, .news.example.")
    settings = load_settings()
    assert settings.fetch
    assert settings.ports_to_fetch == {443, 8443}
    assert settings.hosts_to_fetch == {"example.org", "news.example"}


@pytest.mark.parametrize("ports", ["", "0", "443,", "https", "-1", "65536", "\u0664\u0664\u0663"])
def test_ports_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, ports: str) -> None:
    monkeypatch.setenv("TRACKER_FETCH_PORTS", ports)
    with pytest.raises(SettingsError, match=r"TRACKER_FETCH_PORTS: .*such as 80,443"):
        load_settings()
