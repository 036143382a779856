"""What an operator chooses of Slack. Empty sets mean everywhere; secrets come from the environment and are shown to nobody."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`api_url` is given only when Slack is somewhere else. Seconds are there to be shortened in tests, and for slow networks."""

    bot_token: str = field(
        default="", repr=False
    )  # xoxb-…: of the one workspace we serve, unless workspaces install us
    app_token: str = field(default="", repr=False)  # xapp-…: for Socket Mode
    signing_secret: str = field(default="", repr=False)  # for HTTP
    client_id: str = ""  # with its secret: so that workspaces can install us
    client_secret: str = field(default="", repr=False)
    config_token: str = field(default="", repr=False)  # xoxe…: only to look at the app's own settings
    api_url: str = ""  # such as http://127.0.0.1:8080/api/
    mode: str = "socket"  # or "http"
    public_url: str = ""  # where Slack and browsers reach us, such as https://bridge.example
    workspaces: frozenset[str] = frozenset()  # listened to
    channels: frozenset[str] = frozenset()  # listened to, with their threads
    direct: bool = True  # whether direct messages are
    suggested_prompts: tuple[str, ...] = ()  # offered to whoever opens our messages; four are shown
    streaming: bool = True  # whether answers may grow in Slack's own way
    named_admins: bool = False  # Slack does not know all admins, so admins' commands are shown to everybody
    restart_seconds: float = 1.0  # before the first new connection; doubles with each that ends at once
    silence_seconds: float = 30.0  # after which a socket that says nothing is taken for dead

    @property
    def http(self) -> bool:
        """Whether events come over HTTP."""
        return self.mode == "http"

    @property
    def installable(self) -> bool:
        """Whether workspaces can install us by themselves."""
        return bool(self.client_id and self.client_secret)
