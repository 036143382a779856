"""The bodies of what we write: messages, edits, forms. Pure, in Discord's words; who sends them, and where, is not said here.

Written out rather than built by the library, whose edits un-suppress link previews and whose replies ping by default.
https://docs.discord.com/developers/resources/message
"""

from __future__ import annotations

from typing import Any

from bridge.values.draft import Action, Button, Page
from bridge.values.ids import MessageId
from bridge.values.inbound import Choice
from bridge.values.parts import OutFile

from . import format as markdown
from . import ids, limits

Json = dict[str, Any]

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12

_ROW, _BUTTON, _TEXT_INPUT = 1, 2, 4
_SECONDARY, _DANGER = 2, 4

# Answers to an interaction:
# https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type
_SAY, _DEFER, _DEFER_UPDATE, _CHOICES, _FORM = 4, 5, 6, 8, 9

QUESTION = "prompt"
"""The one field of our form, and the option of the command it becomes."""


def message(page: Page, *, flags: int = 0) -> Json:
    """A page as a new message. Nobody is ever pinged, and no link grows a preview under a text that is still being written."""
    body = {
        "content": markdown.shown(page.text),
        "flags": SUPPRESS_EMBEDS | flags,
        "allowed_mentions": _nobody(),
    }
    if page.buttons:
        body["components"] = rows(page.buttons)
    if page.files:
        body["attachments"] = [_attachment(number, file) for number, file in enumerate(page.files)]
    return body


def channel_message(page: Page, nonce: str, *, reply_to: MessageId | None, silent: bool) -> Json:
    """A page as a message of a channel.

    The nonce makes it safe to send again: Discord answers with the message it made of it before.
    """
    body = message(page, flags=SUPPRESS_NOTIFICATIONS if silent else 0)
    body |= {"nonce": nonce, "enforce_nonce": True}
    if reply_to:
        body["message_reference"] = {"message_id": reply_to, "fail_if_not_exists": False}
    return body


def edit(page: Page) -> Json:
    """A page as it should stand now.

    Without `flags` the message stays as it was posted, previews suppressed; mentions are parsed anew by every edit unless it forbids them:
    https://docs.discord.com/developers/resources/message#edit-message
    """
    return {
        "content": markdown.shown(page.text),
        "components": rows(page.buttons),
        "allowed_mentions": _nobody(),
    }


def rows(buttons: tuple[Button, ...]) -> list[Json]:
    """Buttons, five in a row."""
    width = limits.BUTTONS_PER_ROW
    return [
        {"type": _ROW, "components": [_button(button) for button in buttons[start : start + width]]}
        for start in range(0, min(len(buttons), width * limits.ROWS), width)
    ]


def _button(button: Button) -> Json:
    return {
        "type": _BUTTON,
        "style": _DANGER if button.action is Action.STOP else _SECONDARY,
        "label": button.label[:80],
        "custom_id": ids.button_id(button.action, button.turn),
    }


def _attachment(number: int, file: OutFile) -> Json:
    described = {"id": number, "filename": file.name}
    return described | ({"description": file.description[:1024]} if file.description else {})


def _nobody() -> Json:
    return {"parse": [], "replied_user": False}


def thread(title: str, minutes: int) -> Json:
    name = " ".join(title.split())[: limits.THREAD_NAME].rstrip()
    return {"name": name or "Conversation", "auto_archive_duration": minutes}


# -- answers to an interaction ------------------------------------------------------------------


def defer(*, private: bool) -> Json:
    """The "thinking" that the answer will replace; only now can it be made private."""
    return {"type": _DEFER, "data": {"flags": EPHEMERAL if private else 0}}


def defer_update() -> Json:
    """Nothing to be seen: the button was noticed."""
    return {"type": _DEFER_UPDATE}


def say_privately(text: str) -> Json:
    return {
        "type": _SAY,
        "data": {"content": text, "flags": EPHEMERAL | SUPPRESS_EMBEDS, "allowed_mentions": {"parse": []}},
    }


def suggest(choices: tuple[Choice, ...]) -> Json:
    shown = [
        {"name": choice.label[: limits.LABEL], "value": choice.value[: limits.LABEL]}
        for choice in choices[: limits.CHOICES]
    ]
    return {"type": _CHOICES, "data": {"choices": shown}}


def form(title: str, custom_id: str) -> Json:
    """A form with one question."""
    field = {
        "type": _TEXT_INPUT,
        "custom_id": QUESTION,
        "style": 2,
        "label": "Your question",
        "placeholder": "What would you like to know about this message?",
        "required": True,
        "min_length": 1,
        "max_length": limits.FORM_ANSWER,
    }
    row = {"type": _ROW, "components": [field]}
    return {"type": _FORM, "data": {"custom_id": custom_id, "title": title[:45], "components": [row]}}
