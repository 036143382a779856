"""How this house answers: the part of the configuration that the core reads, already checked and complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.values.ids import KeyName, ModelId, PersonId, WorkspaceId
from bridge.values.models import Preset
from bridge.values.points import Points
from bridge.values.request import DEFAULT_KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Defaults are what a small community would choose."""

    presets: Mapping[str, Preset]
    default_preset: str = "default"
    threading: str = "auto"  # "auto" | "chain" | "replay"
    open_threads: bool = False  # answer a mention in a thread of its own
    max_turns: int = 40  # of a replay
    history_tokens: int = 60_000  # of a replay, at most; the model's window counts too
    floor_tokens: int = 256  # an answer shorter than this is refused rather than started
    max_messages: int = 5  # of one answer; the rest comes as a file
    max_file_bytes: int = 10 * 1024 * 1024  # of one attachment
    max_files: int = 6  # of one question
    max_question_bytes: int = 20 * 1024 * 1024  # of all of them together
    reading_at_once: int = 8  # questions whose attachments are read at the same time
    max_text_file: int = 200_000  # characters of a text file
    live_person: int = 10  # answers being written for one person
    queue_person: int = 3  # questions one person may have waiting
    queue_conversation: int = 10
    queue_all: int = 1_000
    live_answers: int = 200  # at once; more wait and see their place
    hold_seconds: float = 600.0  # an unsent hold is released then
    answer_seconds: float = 900.0  # an answer is cut then
    stop_grace: float = 5.0  # after Stop, keep reading this long for the usage
    refusal_memory: float = 6 * 3600.0  # how long a model's refusal to chain is remembered
    uncertain_seconds: float = 24 * 3600.0  # an uncertain hold without a row of Poe's is given back then
    row_settles: float = 600.0  # a row of Poe's books younger than this may still change
    warn_percents: tuple[int, ...] = (80, 100)
    admins: frozenset[PersonId] = frozenset()  # of the bridge itself, on every server
    home_workspaces: frozenset[WorkspaceId] = frozenset()  # the only servers it serves; empty: any
    flat_prices: Mapping[ModelId, Points] = field(default_factory=dict)
    unpriced_is_free: bool = False  # on a server that publishes no price at all, which Poe does not do
    allow_models: tuple[str, ...] = ("*",)  # shell patterns over ids
    deny_models: tuple[str, ...] = ()
    key: KeyName = DEFAULT_KEY
