"""The shape of `poebridge.toml`, section by section, with every default and every bound.

How problems are worded is in `sentences`; where values come from is in `sources`. What a whole configuration means is in the package.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic.functional_validators import AfterValidator

from bridge.rules.periods import zone_known
from bridge.values.points import MOST_POINTS

PLATFORMS = ("discord", "slack")
SEALING_BYTES = 32


def _whole(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("has to be a whole number")
    return value


def _words(value: Any) -> Any:
    """The environment writes lists with commas."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _url(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        kinds = " or ".join(f"{scheme}://" for scheme in schemes)
        try:
            parts = urlsplit(value)
            port_fits = parts.port is None or parts.port > 0
        except ValueError:
            raise ValueError(f"is not a URL; write one that starts with {kinds}") from None
        if parts.scheme not in schemes or not parts.hostname or not port_fits or " " in value:
            raise ValueError(f"is not a URL that starts with {kinds}")
        if parts.username or parts.password:
            raise ValueError("must not contain a user name or password")
        return (
            value if parts.scheme.startswith("ws") else value.rstrip("/")
        )  # a socket's path is taken as it is

    return AfterValidator(check)


def _secret(value: SecretStr | None) -> SecretStr | None:
    """What cannot be a header would fail much later, with a worse sentence."""
    if value is None:
        return None
    text = value.get_secret_value().strip()
    if text.lower().startswith(("bot ", "bearer ")):
        raise ValueError(f'leave out the word "{text.split()[0]}" in front of it')
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("contains characters that no key or token has; copy it again")
    return SecretStr(text) if text else None


def _beginning(sign: str, where: str) -> AfterValidator:
    """Slack shows several secrets on one page, and each is easily taken for another."""

    def check(value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(sign):
            raise ValueError(f"has to start with {sign}; it stands under {where}")
        return value

    return AfterValidator(check)


def _keys(value: SecretStr | None) -> SecretStr | None:
    """What seals tokens: AES takes no key of another length."""
    for word in value.get_secret_value().split(",") if value else ():
        try:
            fits = len(base64.b64decode(word.strip(), validate=True)) == SEALING_BYTES
        except (binascii.Error, ValueError):
            fits = False
        if not fits:
            raise ValueError(
                f"has to be {SEALING_BYTES} bytes in base64, as `openssl rand -base64 {SEALING_BYTES}` prints them; "
                "several with commas between them"
            )
    return value


def _store(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("has to start with sqlite:/// (a file) or postgresql://")
    return value


def _zone(value: str) -> str:
    if not zone_known(value):
        raise ValueError(f'"{value}" is no time zone I know; write one like "Europe/Berlin" or "UTC"')
    return value


def _admin(value: str) -> str:
    platform, _, number = value.partition(":")
    if platform not in PLATFORMS or not number or value != "".join(value.split()):
        raise ValueError(
            f'"{value}" names no one; write the platform and the id, like "discord:80351110224678912" or "slack:U012AB3CD"'
        )
    return value


Whole = Annotated[int, BeforeValidator(_whole)]
Positive = Annotated[Whole, Field(ge=1, le=1_000_000_000)]
Money = Annotated[Whole, Field(ge=0, le=MOST_POINTS)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Secret = Annotated[SecretStr | None, AfterValidator(_secret)]
Web = Annotated[str, _url("http", "https")]
Server = Annotated[
    str, Field(pattern=r"^(discord:)?\d{1,20}$"), AfterValidator(lambda value: value.removeprefix("discord:"))
]
Team = Annotated[
    str,
    Field(pattern=r"^(slack:)?T[A-Z0-9]{1,20}$"),
    AfterValidator(lambda value: value.removeprefix("slack:")),
]
Port = Annotated[Whole, Field(ge=0, le=65_535)]
Warmth = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PoeSection(Section):
    key: Secret = None
    base_url: Web = "https://api.poe.com/v1"
    usage_url: Web = "https://api.poe.com"
    # Poe allows 500 a minute: https://creator.poe.com/api-reference/rate-limits
    requests_per_minute: Annotated[Whole, Field(ge=1, le=100_000)] = 450
    books_settle_seconds: Annotated[float, Field(ge=0.1, le=86_400, allow_inf_nan=False)] = 600.0
    # Poe's history goes back 30 days: https://creator.poe.com/docs/resources/usage-api
    uncertain_seconds: Annotated[float, Field(ge=0.1, le=28 * 86_400, allow_inf_nan=False)] = 86_400.0

    @model_validator(mode="after")
    def _rows_settle_first(self) -> PoeSection:
        """Sooner, points would be given back that Poe is about to charge."""
        if self.uncertain_seconds < self.books_settle_seconds:
            raise ValueError("uncertain_seconds must not be smaller than books_settle_seconds")
        return self


class DiscordSection(Section):
    token: Secret = None
    api_url: Web = "https://discord.com/api/v10"
    gateway_url: Annotated[str, _url("ws", "wss")] | None = None  # None: Discord is asked
    threads: bool = False
    guilds: Annotated[tuple[Server, ...], BeforeValidator(_words)] = ()  # empty: every server


class SlackSection(Section):
    bot_token: Annotated[Secret, _beginning("xoxb-", "OAuth & Permissions")] = None
    app_token: Annotated[Secret, _beginning("xapp-", "Basic Information, App-Level Tokens")] = None
    signing_secret: Secret = None
    client_id: Annotated[str, Field(max_length=200)] = ""
    client_secret: Secret = None
    config_token: Annotated[
        Secret, _beginning("xoxe", "https://api.slack.com/apps, Your App Configuration Tokens")
    ] = None  # only `check` uses it
    api_url: Web = "https://slack.com/api"
    mode: Literal["socket", "http"] | None = None  # None: socket where there is an app_token
    public_url: Web | None = None
    workspaces: Annotated[tuple[Team, ...], BeforeValidator(_words)] = ()  # empty: every workspace
    suggested_prompts: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200)], ...],
        Field(max_length=4),
        BeforeValidator(_words),
    ] = ()
    streaming: bool = True

    @property
    def way(self) -> Literal["socket", "http"]:
        """How events come."""
        return self.mode or ("socket" if self.app_token else "http")


class StoreSection(Section):
    url: Annotated[str, AfterValidator(_store)] = Field(default="sqlite:///poebridge.sqlite3", repr=False)
    retention_days: Annotated[Whole, Field(ge=0, le=36_500)] = 0  # 0: kept until somebody forgets
    secret_key: Annotated[Secret, AfterValidator(_keys)] = None  # None: a file beside the database holds one


class PresetSection(Section):
    """None: as `[answers]` says."""

    model: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    system_prompt: Annotated[str, Field(max_length=100_000)] | None = None
    system_as: Literal["item", "instructions"] | None = None
    max_output_tokens: Positive | None = None
    temperature: Warmth | None = None
    footer: bool | None = None


class AnswersSection(Section):
    default_model: Annotated[str, Field(min_length=1, max_length=200)] = "Claude-Haiku-4.5"
    default_preset: str = "default"
    system_prompt: Annotated[str, Field(max_length=100_000)] = ""
    system_as: Literal["item", "instructions"] = "item"
    temperature: Warmth | None = None
    footer: bool = True
    max_output_tokens: Positive = 4096
    floor_tokens: Positive = 256
    threading: Literal["auto", "chain", "replay"] = "auto"
    max_turns: Annotated[Whole, Field(ge=0, le=10_000)] = 40
    history_tokens: Positive = 60_000
    max_messages: Annotated[Whole, Field(ge=1, le=100)] = 5

    @model_validator(mode="after")
    def _floor_below_ceiling(self) -> AnswersSection:
        if self.floor_tokens > self.max_output_tokens:
            raise ValueError("floor_tokens must not be larger than max_output_tokens")
        return self


class LimitsSection(Section):
    live_answers: Annotated[Whole, Field(ge=1, le=10_000)] = 200
    queue_person: Annotated[Whole, Field(ge=1, le=10_000)] = 3
    queue_conversation: Annotated[Whole, Field(ge=1, le=10_000)] = 10
    queue_all: Annotated[Whole, Field(ge=1, le=1_000_000)] = 1_000
    answer_seconds: Annotated[float, Field(ge=10, le=86_400, allow_inf_nan=False)] = 900.0
    max_file_mb: Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)] = 10.0
    max_files: Annotated[Whole, Field(ge=0, le=100)] = 6


class BudgetSection(Section):
    person: Money = 3_000
    total: Money | None = None
    period: Literal["day", "week", "month", "never"] = "day"
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    warn: Annotated[tuple[Annotated[Whole, Field(ge=1, le=100)], ...], BeforeValidator(_words)] = (80, 100)


class AdminsSection(Section):
    people: Annotated[tuple[Annotated[str, AfterValidator(_admin)], ...], BeforeValidator(_words)] = ()


class ModelsSection(Section):
    allow: Words = ("*",)
    deny: Words = ()
    flat: dict[str, Money] = Field(default_factory=dict)


class WebSection(Section):
    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    port: Port = 8765


class LogSection(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Sections(Section):
    """The whole file."""

    poe: PoeSection = PoeSection()
    discord: DiscordSection = DiscordSection()
    slack: SlackSection = SlackSection()
    store: StoreSection = StoreSection()
    answers: AnswersSection = AnswersSection()
    presets: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")], PresetSection] = Field(
        default_factory=dict
    )
    limits: LimitsSection = LimitsSection()
    budget: BudgetSection = BudgetSection()
    admins: AdminsSection = AdminsSection()
    models: ModelsSection = ModelsSection()
    web: WebSection = WebSection()
    log: LogSection = LogSection()
