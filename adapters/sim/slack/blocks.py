"""Block Kit: what a block may look like and how long its texts may be; buttons and menus found by their ids.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Callable, Iterator
from typing import Any

from .ids import fresh
from .nouns import Json

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
ID_LIMIT = 255
BUTTON_STYLES = (None, "primary", "danger")

SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI = tuple(f"multi_{name}" for name in SELECTS)
CHOICES = ("radio_buttons", "checkboxes", "overflow")
TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input", "datepicker", "timepicker")


class Wrong(Exception):
    """A block in a wrong shape; says where and why."""


def _need(condition: object, at: str, why: str) -> None:
    if not condition:
        raise Wrong(f"{why} [json-pointer:{at}]")


def _keys(part: Json, at: str, known: str) -> None:
    strange = part.keys() - set(known.split()) - {"type"}
    _need(not strange, at, f"invalid additional property: {', '.join(sorted(strange))}")


def check_all(blocks: Any, *, view: bool = False, at: str = "/blocks") -> None:
    """Raise Wrong at the first thing that Slack would refuse as `invalid_blocks`."""
    _need(isinstance(blocks, list), at, "must be an array")
    limit = VIEW_BLOCKS if view else MESSAGE_BLOCKS
    _need(len(blocks) <= limit, at, f"no more than {limit} items allowed")
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        here = f"{at}/{number}"
        _need(isinstance(block, dict), here, "must be an object")
        checker = KINDS.get(str(block.get("type")))
        if checker is None:
            raise Wrong(f"unsupported type: {block.get('type')} [json-pointer:{here}/type]")
        block_id = block.get("block_id", "")
        _need(isinstance(block_id, str) and len(block_id) <= ID_LIMIT, here, "block_id is too long")
        _need(not block_id or block_id not in seen, here, f"`block_id` {block_id} already exists")
        seen.add(block_id)
        checker(block, here)


def text(part: Any, at: str, limit: int, *, plain: bool = False) -> None:
    """A text object of this length."""
    _need(isinstance(part, dict), at, "must provide an object")
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    _need(part.get("type") in kinds, f"{at}/type", f"must be one of {', '.join(kinds)}")
    _keys(part, at, "text emoji verbatim")
    value = part.get("text")
    _need(isinstance(value, str) and value, f"{at}/text", "must be more than 0 characters")
    _need(len(value) <= limit, f"{at}/text", f"must be less than {limit + 1} characters")


def _section(block: Json, at: str) -> None:
    _keys(block, at, "block_id text fields accessory expand")
    _need("text" in block or "fields" in block, at, "missing required field: text")
    if "text" in block:
        text(block["text"], f"{at}/text", 3000)
    fields = block.get("fields", [])
    _need(isinstance(fields, list) and len(fields) <= 10, f"{at}/fields", "no more than 10 items allowed")
    for number, part in enumerate(fields):
        text(part, f"{at}/fields/{number}", 2000)
    if "accessory" in block:
        _element(block["accessory"], f"{at}/accessory")


def _markdown(block: Json, at: str) -> None:
    _keys(block, at, "block_id text")
    _need(isinstance(block.get("text"), str) and block["text"], f"{at}/text", "must be a string")


def _header(block: Json, at: str) -> None:
    _keys(block, at, "block_id text level")
    text(block.get("text"), f"{at}/text", 150, plain=True)


def _divider(block: Json, at: str) -> None:
    _keys(block, at, "block_id")


def _image(block: Json, at: str) -> None:
    _keys(block, at, "block_id image_url slack_file alt_text title")
    _need("image_url" in block or "slack_file" in block, at, "missing required field: image_url")
    _need(len(str(block.get("image_url", ""))) <= 3000, at, "image_url must be less than 3001 characters")
    _need(isinstance(block.get("alt_text"), str), at, "missing required field: alt_text")


def _context(block: Json, at: str) -> None:
    _keys(block, at, "block_id elements")
    elements = block.get("elements")
    _need(isinstance(elements, list) and 1 <= len(elements) <= 10, f"{at}/elements", "1 to 10 items allowed")
    for number, part in enumerate(elements or []):
        here = f"{at}/elements/{number}"
        _image(part, here) if part.get("type") == "image" else text(part, here, 3000)


def _actions(block: Json, at: str) -> None:
    _keys(block, at, "block_id elements")
    elements = block.get("elements")
    _need(isinstance(elements, list) and 1 <= len(elements) <= 25, f"{at}/elements", "1 to 25 items allowed")
    ids: set[str] = set()
    for number, part in enumerate(elements or []):
        _element(part, f"{at}/elements/{number}")
        action_id = part.get("action_id", "")
        _need(not action_id or action_id not in ids, at, f"`action_id` {action_id} already exists")
        ids.add(action_id)


def _context_actions(block: Json, at: str) -> None:
    _keys(block, at, "block_id elements")
    elements = block.get("elements")
    _need(isinstance(elements, list) and 1 <= len(elements) <= 5, f"{at}/elements", "1 to 5 items allowed")
    for number, part in enumerate(elements or []):
        here = f"{at}/elements/{number}"
        if part.get("type") == "feedback_buttons":
            _keys(part, here, "action_id positive_button negative_button")
            for side in ("positive_button", "negative_button"):
                _feedback(part.get(side), f"{here}/{side}")
        else:
            _need(part.get("type") == "icon_button", here, f"unsupported type: {part.get('type')}")
            _keys(part, here, "action_id icon text value confirm accessibility_label visible_to_user_ids")
            text(part.get("text"), f"{here}/text", 75, plain=True)


def _feedback(button: Any, at: str) -> None:
    _need(isinstance(button, dict), at, "must provide an object")
    _keys(button, at, "text value accessibility_label")
    text(button.get("text"), f"{at}/text", 75, plain=True)
    value = button.get("value")
    _need(isinstance(value, str) and len(value) <= 2000, f"{at}/value", "must be a string of 2000 characters")


def _input(block: Json, at: str) -> None:
    _keys(block, at, "block_id label element dispatch_action hint optional")
    text(block.get("label"), f"{at}/label", 2000, plain=True)
    if "hint" in block:
        text(block["hint"], f"{at}/hint", 2000, plain=True)
    element = block.get("element")
    kinds = (*TYPED, *SELECTS, *MULTI, "radio_buttons", "checkboxes")
    _need(isinstance(element, dict) and element.get("type") in kinds, f"{at}/element", "unsupported element")
    _element(element, f"{at}/element")


def _rich(block: Json, at: str) -> None:
    _keys(block, at, "block_id elements")
    _need(isinstance(block.get("elements"), list), f"{at}/elements", "must be an array")


def _element(part: Any, at: str) -> None:
    """A button, a menu or a field."""
    _need(isinstance(part, dict), at, "must provide an object")
    action_id = part.get("action_id", "")
    _need(isinstance(action_id, str) and len(action_id) <= ID_LIMIT, f"{at}/action_id", "is too long")
    kind = part.get("type")
    if kind == "button":
        _button(part, at)
    elif kind in (*SELECTS, *MULTI, *CHOICES):
        _menu(part, at)
    elif kind == "image":
        _image(part, at)
    else:
        _need(kind in TYPED, f"{at}/type", f"unsupported type: {kind}")


def _button(part: Json, at: str) -> None:
    _keys(part, at, "text action_id url value style confirm accessibility_label agent_prompt")
    text(part.get("text"), f"{at}/text", 75, plain=True)
    _need(len(str(part.get("value", ""))) <= 2000, f"{at}/value", "must be less than 2001 characters")
    _need(part.get("style") in BUTTON_STYLES, f"{at}/style", "must be primary or danger")
    if "confirm" in part:
        _confirm(part["confirm"], f"{at}/confirm")


def _confirm(part: Any, at: str) -> None:
    _need(isinstance(part, dict), at, "must provide an object")
    _keys(part, at, "title text confirm deny style")
    for name, limit in (("title", 100), ("confirm", 30), ("deny", 30)):
        text(part.get(name), f"{at}/{name}", limit, plain=True)
    text(part.get("text"), f"{at}/text", 300)


def _menu(part: Json, at: str) -> None:
    if part["type"] not in (*CHOICES, "static_select", "multi_static_select"):
        return
    options = [o for g in part.get("option_groups", ()) for o in g.get("options", ())]
    options = options or part.get("options", [])
    limit = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}.get(part["type"], 100)
    _need(1 <= len(options) <= limit, f"{at}/options", f"1 to {limit} items allowed")
    for number, option in enumerate(options):
        text(option.get("text"), f"{at}/options/{number}/text", 75)
        value = option.get("value")
        _need(isinstance(value, str) and 0 < len(value) <= 150, f"{at}/options/{number}", "value is wrong")
    if "placeholder" in part:
        text(part["placeholder"], f"{at}/placeholder", 150, plain=True)
    chosen = [part["initial_option"]] if "initial_option" in part else part.get("initial_options", [])
    values = {option["value"] for option in options}
    _need(all(o.get("value") in values for o in chosen), at, "initial_option is not one of the options")


KINDS: dict[str, Callable[[Json, str], None]] = {
    "section": _section,
    "markdown": _markdown,
    "header": _header,
    "divider": _divider,
    "image": _image,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "rich_text": _rich,
}


def numbered(blocks: list[Json]) -> list[Json]:
    """The blocks as Slack keeps them: every one, and everything that can be used, has an id."""
    return [_numbered_block(block) for block in blocks]


def _numbered_block(block: Json) -> Json:
    kept = {**block, "block_id": block.get("block_id") or fresh("")[:5]}
    for name in ("accessory", "element"):
        if isinstance(kept.get(name), dict):
            kept[name] = _numbered_part(kept[name])
    if kept["type"] in ("actions", "context_actions"):
        kept["elements"] = [_numbered_part(part) for part in kept["elements"]]
    return kept


def _numbered_part(part: Json) -> Json:
    return part if part["type"] == "image" else {**part, "action_id": part.get("action_id") or fresh("")[:5]}


def length(blocks: list[Json]) -> int:
    """The characters of all texts in all blocks."""
    total = 0
    waiting: list[Any] = list(blocks)
    while waiting:
        match waiting.pop():
            case {"text": str(found), **rest}:
                total += len(found)
                waiting.extend(rest.values())
            case dict() as part:
                waiting.extend(part.values())
            case list() as parts:
                waiting.extend(parts)
            case _:
                pass
    return total


def usable(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every button, menu and field, each with its block."""
    for block in blocks:
        for part in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if isinstance(part, dict) and "action_id" in part:
                yield block, part
