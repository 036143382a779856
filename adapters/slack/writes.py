"""The bodies of what we write: messages, edits, pieces of a stream, words to a command. Pure; who sends them is not said here.

https://docs.slack.dev/reference/methods/chat.postMessage
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bridge.values.draft import Action, Button, Page, StepShown
from bridge.values.ids import ChannelId

from . import format as markdown
from . import ids, limits

Json = dict[str, Any]

PROCESSING, ACTIVE = "processing", "active"
"""What a session says of us: https://docs.slack.dev/reference/methods/agents.sessions.setStatus"""

_LABELS = {Action.GOOD: "Good answer", Action.BAD: "Bad answer"}


# -- messages ---------------------------------------------------------------------------------------


def message(channel: ChannelId, page: Page, nonce: str) -> Json:
    """A page as a new message: in its thread, marked as ours. Nobody is rung for, and no link grows a preview under it."""
    body = {
        "channel": ids.channel_of(channel),
        "text": markdown.fallback(page.text),
        "blocks": blocks(page),
        "metadata": metadata(nonce, files=len(page.files)),
        "unfurl_links": False,
        "unfurl_media": False,
        **_silent(),
    }
    root = ids.root_of(channel)
    return body | ({"thread_ts": root} if root else {})


def edit(channel: ChannelId, ts: str, page: Page, nonce: str | None = None) -> Json:
    """A page as it should stand now. What is not said anew falls back to rules under which names ring:
    https://docs.slack.dev/reference/methods/chat.update"""
    body = {
        "channel": ids.channel_of(channel),
        "ts": ts,
        "text": markdown.fallback(page.text),
        "blocks": blocks(page),
        **_silent(),
    }
    return body | ({"metadata": metadata(nonce)} if nonce else {})


def blocks(page: Page) -> list[Json]:
    body, small = markdown.parted(page.text)
    # A message has to say something: one of files alone is called by their names.
    body = body if body.strip() or small else ", ".join(file.name for file in page.files) or "…"
    shown = [_markdown(body)] if body.strip() else []
    return [*shown, *tail(small, page.buttons)]


def tail(small: Sequence[str], buttons: Sequence[Button], *, naming: bool = False) -> list[Json]:
    """What stands under a page's text."""
    return [*_small(small, naming=naming), *_buttons(buttons)]


def metadata(nonce: str, *, files: int = 0) -> Json:
    """What we know a message of ours by, though its text was changed; and how many files are to come after it.
    https://docs.slack.dev/messaging/message-metadata"""
    payload = {"nonce": nonce, "turn": ids.turn_of(nonce), **({"files": files} if files else {})}
    return {"event_type": ids.PAGE, "event_payload": payload}


def told(text: str, *, naming: bool = False) -> Json:
    """What a command says, as the text and blocks of any kind of message. `naming`: people named in it are shown by name, and rung for."""
    body, small = markdown.parted(text)
    shown = [_markdown(body, naming=naming)] if body.strip() else []
    return {
        "text": markdown.fallback(text, naming=naming),
        "blocks": [*shown, *tail(small, (), naming=naming)] or [_markdown("…")],
    }


def _markdown(body: str, *, naming: bool = False) -> Json:
    return {"type": "markdown", "text": markdown.shown(body, naming=naming)}


def _small(lines: Sequence[str], *, naming: bool = False) -> list[Json]:
    found: list[str] = []
    for line in lines:
        written = markdown.mrkdwn(line, naming=naming)[: limits.SMALL]
        if found and len(found[-1]) + len(written) < limits.SMALL:
            found[-1] += f"\n{written}"
        else:
            found.append(written)
    return [
        {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]} for text in found if text.strip()
    ]


def _buttons(buttons: Sequence[Button]) -> list[Json]:
    """Buttons in one row, and under it whether the answer is good."""
    row = [_button(one) for one in buttons if one.action not in _LABELS][: limits.BUTTONS]
    rated = next((one for one in buttons if one.action in _LABELS), None)
    found = [{"type": "actions", "elements": row}] if row else []
    return [*found, *([_feedback(rated)] if rated else [])]


def _button(button: Button) -> Json:
    shown = {
        "type": "button",
        "action_id": ids.button_id(button.action, button.turn),
        "text": _plain(button.label),
        "value": button.action.value,
    }
    return shown | ({"style": "danger"} if button.action is Action.STOP else {})


def _feedback(button: Button) -> Json:
    """https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element"""
    good, bad = ({"text": _plain(label), "value": action.value} for action, label in _LABELS.items())
    element = {
        "type": "feedback_buttons",
        "action_id": ids.button_id(button.action, button.turn),
        "positive_button": good,
        "negative_button": bad,
    }
    return {"type": "context_actions", "elements": [element]}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text[: limits.LABEL], "emoji": True}


def _silent() -> Json:
    return {"link_names": False, "parse": "none"}


# -- streams ----------------------------------------------------------------------------------------


def begin(channel: ChannelId, chunks: list[Json], *, person: str, workspace: str) -> Json:
    """https://docs.slack.dev/reference/methods/chat.startStream"""
    return {
        "channel": ids.channel_of(channel),
        "thread_ts": ids.root_of(channel),
        "recipient_team_id": workspace,
        "recipient_user_id": person,
        "task_display_mode": "timeline",
        **({"chunks": chunks} if chunks else {}),
    }


def append(channel: ChannelId, ts: str, chunks: list[Json]) -> Json:
    return {"channel": ids.channel_of(channel), "ts": ts, "chunks": chunks}


def end(
    channel: ChannelId, ts: str, chunks: list[Json], under: list[Json], *, nonce: str, status: str
) -> Json:
    """`under` stands below what was streamed. Without a status Slack takes "active".
    https://docs.slack.dev/reference/methods/chat.stopStream"""
    body: Json = {"channel": ids.channel_of(channel), "ts": ts, "session_status": status}
    body |= {"metadata": metadata(nonce)}
    body |= {"chunks": chunks} if chunks else {}
    return body | ({"blocks": under} if under else {})


def chunks(text: str, steps: Iterable[StepShown]) -> list[Json]:
    """A piece: steps as they stand, then text. One kind of argument for all pieces, or Slack takes no second one."""
    tasks = [
        {
            "type": "task_update",
            "id": step.id,
            "title": _title(step.label),
            "status": "complete" if step.done else "in_progress",
        }
        for step in steps
    ]
    return [*tasks, *([{"type": "markdown_text", "text": text}] if text else [])]


def _title(label: str) -> str:
    """It may be the model's own thought, so nobody is rung for in it either."""
    words = markdown.shown(" ".join(label.split())) or "…"
    return words if len(words) <= limits.TASK else words[: limits.TASK - 1] + "…"


def title(text: str) -> str:
    words = markdown.shown(" ".join(text.split()))
    return words if len(words) <= limits.TITLE else words[: limits.TITLE - 1] + "…"
