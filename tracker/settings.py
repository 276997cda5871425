"""Settings: from the environment, else from `tracker.toml` in the working folder, else defaults."""

import os
import re
import secrets
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tracker.domain.errors import SettingsError
from tracker.resources import CHECKOUT

CONFIG_FILE = "tracker.toml"
DEFAULT_MODEL = "counterclaim-claims-1"

_HIGHEST_PORT = 65_535


def _default_home() -> Path:
    return CHECKOUT / "var" if CHECKOUT else user_data_path("tracker", appauthor=False)


class Settings(BaseSettings):
    """All there is to set; names as in the environment, less the prefix TRACKER_."""

    model_config = SettingsConfigDict(
        env_prefix="TRACKER_", toml_file=CONFIG_FILE, extra="forbid", frozen=True
    )

    home: Path = Field(default_factory=_default_home)
    database_url: str = ""
    embedding_model: str = DEFAULT_MODEL
    vector_index: Literal["faiss", "pgvector"] = "faiss"
    secret_key: SecretStr = SecretStr("")
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = ""
    api_calls_per_minute: int = Field(default=600, ge=0, le=1_000_000)
    api_failures_per_minute: int = Field(default=30, ge=0, le=1_000_000)
    fetch: bool = False
    fetch_ports: str = "80,443"
    fetch_hosts: str = ""
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("fetch_ports")
    @classmethod
    def _ports(cls, value: str) -> str:
        if not all(0 < _number(one) <= _HIGHEST_PORT for one in value.split(",")):
            raise ValueError("ports with commas between them, such as 80,443")
        return value

    @property
    def ports_to_fetch(self) -> frozenset[int]:
        """The ports that may be asked when addresses are fetched."""
        return frozenset(_number(one) for one in self.fetch_ports.split(","))

    @property
    def hosts_to_fetch(self) -> frozenset[str]:
        """The only hosts, each with all below it, that are fetched from; empty: any."""
        hosts = (one.strip().strip(".").lower() for one in self.fetch_hosts.split(","))
        return frozenset(host for host in hosts if host)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file; no .env files and no secret folders."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'tracker.sqlite3'}"

    @property
    def index_folder(self) -> Path:
        """Where the vector index lies."""
        return self.home / "index"

    def shown(self) -> dict[str, str]:
        """Every setting by its environment name, secrets masked."""
        return {
            "TRACKER_HOME": str(self.home),
            "TRACKER_DATABASE_URL": _masked_url(self.database),
            "TRACKER_EMBEDDING_MODEL": self.embedding_model,
            "TRACKER_VECTOR_INDEX": self.vector_index,
            "TRACKER_SECRET_KEY": "********" if self.secret_key.get_secret_value() else "(in TRACKER_HOME)",
            "TRACKER_SMTP_HOST": self.smtp_host,
            "TRACKER_SMTP_PORT": str(self.smtp_port),
            "TRACKER_SMTP_SECURITY": self.smtp_security,
            "TRACKER_SMTP_USER": self.smtp_user,
            "TRACKER_SMTP_PASSWORD": "********" if self.smtp_password.get_secret_value() else "",
            "TRACKER_MAIL_FROM": self.mail_from,
            "TRACKER_API_CALLS_PER_MINUTE": str(self.api_calls_per_minute),
            "TRACKER_API_FAILURES_PER_MINUTE": str(self.api_failures_per_minute),
            "TRACKER_FETCH": "on" if self.fetch else "off",
            "TRACKER_FETCH_PORTS": self.fetch_ports,
            "TRACKER_FETCH_HOSTS": self.fetch_hosts,
            "TRACKER_TRUSTED_PROXIES": str(self.trusted_proxies),
            "TRACKER_LOG_FORMAT": self.log_format,
            "TRACKER_LOG_LEVEL": self.log_level,
        }


def load_settings() -> Settings:
    """Read the settings. Raises SettingsError that names the setting and what is wrong with it."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "TRACKER_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg']} (environment or {CONFIG_FILE})") from error
    except ValueError as error:
        raise SettingsError(f"{CONFIG_FILE}: {error}") from error


def secret_key(settings: Settings) -> str:
    """The key that signs sessions: set, or generated once into TRACKER_HOME."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given
    path = settings.home / "secret_key"
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        if not (path.exists() and path.stat().st_size):
            _write_key(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(f"TRACKER_HOME {settings.home}: {error}") from error


def _write_key(path: Path) -> None:
    """Write a new key whole: two starts at once, or one that is cut off, leave no half of one."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        if path.exists() and not path.stat().st_size:
            path.unlink()
        os.link(part, path)
    except FileExistsError:
        pass  # another start was first: its key is the key
    finally:
        part.unlink()


def _number(written: str) -> int:
    """The number that is written, 0 for anything else."""
    written = written.strip()
    return int(written) if written.isascii() and written.isdigit() else 0


def _masked_url(url: str) -> str:
    url = re.sub(r"(?i)((?:password|passwd|pwd|sslpassword)=)[^&]*", r"\1********", url)
    scheme, separator, rest = url.partition("://")
    credentials, at, host = rest.rpartition("@")
    if not at:
        return url
    user = credentials.partition(":")[0]
    return f"{scheme}{separator}{user}:********@{host}"
