"""What was said to the model: input items and chat messages read into one list of turns.

Here: both vendors' spellings of roles, parts and files, and the shape checks that belong to them.
Not here: the other request fields (``checks``), and what to answer (``answers``).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from adapters.sim.poe import tokens
from adapters.sim.poe.errors import Refusal

ROLES = ("user", "assistant", "system", "developer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a turn.  ``data`` is ``None`` when only an address was given."""

    kind: str  # image, file, audio or video
    name: str
    media_type: str
    data: bytes | None = None
    url: str | None = None

    @property
    def is_text(self) -> bool:
        """True when the bytes are worth reading as text."""
        readable = ("text/", "application/json", "application/xml", "application/x-yaml", "application/toml")
        return self.data is not None and self.media_type.startswith(readable)

    @property
    def weight(self) -> int:
        """Input tokens."""
        if self.kind == "image":
            return tokens.IMAGE_TOKENS
        if self.data is None:
            return tokens.count(self.url or "")
        if self.is_text:
            return tokens.count(self.data.decode("utf-8", "replace"))
        return len(self.data) // tokens.FILE_BYTES_PER_TOKEN + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing said.  ``role`` is user, assistant, system or tool; ``tool`` names a called function."""

    role: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    tool: str | None = None

    @property
    def weight(self) -> int:
        """Input tokens."""
        return tokens.TURN_TOKENS + tokens.count(self.text) + sum(a.weight for a in self.attachments)


INLINE = re.compile(r'<file name="([^"]*)">\n(.*?)\n?</file>', re.DOTALL)


def _bad(where: str, why: str, code: str = "invalid_value") -> Refusal:
    return Refusal(400, f"Invalid '{where}': {why}", param=where, code=code)


def _attachment(kind: str, value: Any, name: str, where: str) -> Attachment:
    """Read an https address or a ``data:`` address."""
    if not isinstance(value, str) or not value:
        raise _bad(where, "expected a URL or a base64-encoded data URL.", "invalid_type")
    if not value.startswith("data:"):
        path = urlsplit(value).path
        return Attachment(kind=kind, name=name or unquote(path.rsplit("/", 1)[-1]), media_type="", url=value)
    head, _, payload = value[5:].partition(",")
    try:
        data = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        raise _bad(where, "expected a base64-encoded data URL.", "invalid_base64") from None
    media_type = head.split(";", 1)[0] or "application/octet-stream"
    return Attachment(
        kind=kind, name=name or f"{kind}.{media_type.split('/')[-1]}", media_type=media_type, data=data
    )


def _file(part: Mapping[str, Any], where: str) -> Attachment:
    name = str(part.get("filename") or "")
    if "file_data" in part:
        return _attachment("file", part["file_data"], name, f"{where}.file_data")
    if "file_url" in part:
        return _attachment("file", part["file_url"], name, f"{where}.file_url")
    raise _bad(where, "expected 'file_data' or 'file_url'.", "missing_required_parameter")


# --- /v1/responses ---------------------------------------------------------------------------------------


def from_items(
    items: Iterable[Mapping[str, Any]], names: dict[str, str], *, check: bool = True
) -> list[Turn]:
    """Read Responses input items, replayed output items among them.  Raises ``Refusal`` (400).

    ``names`` collects the functions by their call ids, so that a later list may answer an earlier one's
    calls.  ``check`` is off for what this server stored itself.
    """
    turns: list[Turn] = []
    for number, item in enumerate(items):
        turn = _from_item(item, f"input[{number}]", names, check)
        if turn is not None:
            turns.append(turn)
    return turns


def _from_item(item: Any, where: str, names: dict[str, str], check: bool) -> Turn | None:
    if not isinstance(item, Mapping):
        raise _bad(where, "expected an object.", "invalid_type")
    kind = item.get("type", "message")
    if kind == "message":
        return _message(item, where, check)
    if kind == "function_call":
        names[str(item.get("call_id"))] = str(item.get("name"))
        return Turn(role="assistant", text=str(item.get("arguments", "")), tool=str(item.get("name")))
    if kind == "function_call_output":
        return _tool_output(item, where, names)
    if kind in ("reasoning", "web_search_call", "image_generation_call", "item_reference"):
        return None
    raise _bad(f"{where}.type", f"unsupported item type '{kind}'.")


def _tool_output(item: Mapping[str, Any], where: str, names: Mapping[str, str]) -> Turn:
    call_id = str(item.get("call_id", ""))
    if call_id not in names:
        raise Refusal(
            400, f"No tool call found for function call output with call_id {call_id}.", param="input"
        )
    output = item.get("output")
    if output is None:
        raise _bad(f"{where}.output", "missing.", "missing_required_parameter")
    return Turn(
        role="tool", text=output if isinstance(output, str) else json.dumps(output), tool=names[call_id]
    )


def _message(item: Mapping[str, Any], where: str, check: bool) -> Turn:
    role = item.get("role")
    if role not in ROLES:
        raise _bad(f"{where}.role", f"'{role}'. Supported values are: {', '.join(ROLES)}.")
    content = item.get("content")
    role = "system" if role == "developer" else str(role)
    if isinstance(content, str):
        return _spoken(role, content)
    if not isinstance(content, list):
        raise _bad(f"{where}.content", "expected a string or an array of parts.", "invalid_type")
    texts: list[str] = []
    files: list[Attachment] = []
    for number, part in enumerate(content):
        _part(part, f"{where}.content[{number}]", role if check else "", texts, files)
    return _spoken(role, "\n".join(texts), files)


def _spoken(role: str, text: str, files: Sequence[Attachment] = ()) -> Turn:
    """A turn, with text files that were written into the words read as a model reads them: as files."""
    inline = [
        Attachment(kind="file", name=name, media_type="text/plain", data=said.encode())
        for name, said in INLINE.findall(text)
    ]
    return Turn(
        role=role, text=INLINE.sub("", text).strip() if inline else text, attachments=(*files, *inline)
    )


def _part(part: Any, where: str, role: str, texts: list[str], files: list[Attachment]) -> None:
    if not isinstance(part, Mapping):
        raise _bad(where, "expected an object.", "invalid_type")
    kind = part.get("type")
    spoken = ("output_text", "refusal")
    if role == "assistant" and kind not in spoken:
        raise _bad(where, f"'{kind}'. Supported values are: 'output_text' and 'refusal'.")
    if role and role != "assistant" and kind in spoken:
        supported = "Supported values are: 'input_text', 'input_image', and 'input_file'."
        raise _bad(where, f"'{kind}'. {supported}")
    if kind in ("input_text", *spoken):
        # Gemini's replayed parts may come without text.
        texts.append(str(part.get("text", part.get("refusal", ""))))
    elif kind == "input_image":
        files.append(_attachment("image", part.get("image_url"), "", f"{where}.image_url"))
    elif kind == "input_file":
        files.append(_file(part, where))
    else:
        raise _bad(f"{where}.type", f"'{kind}'.")


# --- /v1/chat/completions --------------------------------------------------------------------------------


def from_messages(messages: Any, *, developer: bool) -> list[Turn]:
    """Read Chat Completions messages.  ``developer`` allows that role.  Raises ``Refusal`` (400)."""
    if not isinstance(messages, list) or not messages:
        raise _bad("messages", "expected a non-empty array.", "invalid_type")
    turns: list[Turn] = []
    names: dict[str, str] = {}
    for number, message in enumerate(messages):
        where = f"messages[{number}]"
        if not isinstance(message, Mapping):
            raise _bad(where, "expected an object.", "invalid_type")
        turns.extend(_from_message(message, where, names, developer))
    return turns


def _from_message(
    message: Mapping[str, Any], where: str, names: dict[str, str], developer: bool
) -> Iterable[Turn]:
    role = message.get("role")
    if role not in (*ROLES, "tool") or (role == "developer" and not developer):
        raise _bad(f"{where}.role", "Input should be 'system', 'user', 'assistant' or 'tool'.")
    texts: list[str] = []
    files: list[Attachment] = []
    content = message.get("content")
    if isinstance(content, str):
        texts.append(content)
    elif isinstance(content, list):
        for number, part in enumerate(content):
            _chat_part(part, f"{where}.content[{number}]", texts, files)
    elif role != "assistant":
        raise _bad(f"{where}.content", "expected a string or an array of parts.", "invalid_type")
    role = "system" if role == "developer" else str(role)
    tool = names.get(str(message.get("tool_call_id"))) if role == "tool" else None
    if texts or files or role != "assistant":
        yield Turn(role=role, text="\n".join(texts), attachments=tuple(files), tool=tool)
    for call in message.get("tool_calls") or ():
        names[str(call.get("id"))] = str(call["function"]["name"])
        yield Turn(
            role="assistant", text=str(call["function"].get("arguments", "")), tool=call["function"]["name"]
        )


def _chat_part(part: Any, where: str, texts: list[str], files: list[Attachment]) -> None:
    if not isinstance(part, Mapping):
        raise _bad(where, "expected an object.", "invalid_type")
    kind = part.get("type")
    if kind == "text":
        texts.append(str(part.get("text", "")))
    elif kind == "image_url":
        image = part.get("image_url")
        address = image.get("url") if isinstance(image, Mapping) else image
        files.append(_attachment("image", address, "", f"{where}.image_url"))
    elif kind == "file" and isinstance(part.get("file"), Mapping):
        files.append(_file(part["file"], f"{where}.file"))
    elif kind != "input_audio":  # Poe strips audio parts without a word.
        raise _bad(f"{where}.type", f"'{kind}'.")
