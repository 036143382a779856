"""What Discord refuses in a message: too long, too many, empty, contradictory."""

from typing import TYPE_CHECKING, Any

from . import components
from .errors import Form, bad
from .nouns import COMPONENTS_V2, Json

if TYPE_CHECKING:
    from .world import World

FILES, EMBEDS, ROWS, EMBED_TOTAL, LAYOUT_TEXT, LAYOUT_PARTS = 10, 10, 5, 6000, 4000, 40
EMBED_TEXTS = (("title", 256), ("description", 4096))


def message(world: "World", body: Json, files: int, flags: int) -> None:
    """Raise ApiError 50035 with every fault of a message body."""
    form = Form()
    content = body.get("content")
    if content is not None and not isinstance(content, str):
        form.wrong("content", "BASE_TYPE_BAD_TYPE", "Could not interpret value as string.")
    form.longer("content", content, world.rules.content_limit)
    form.longer("nonce", body.get("nonce"), 25)
    _mentions(form, body.get("allowed_mentions"))
    _embeds(form, body.get("embeds") or [])
    _attachments(form, body.get("attachments") or [], files)
    _components(form, body, flags)
    form.done()


def not_empty(content: str, parts: tuple[list[Any], ...]) -> None:
    """Raise ApiError 50006 for a message of nothing; blanks alone are nothing."""
    if not content.strip() and not any(parts):
        raise bad(50006)


def _mentions(form: Form, allowed: Any) -> None:
    if not isinstance(allowed, dict):
        return
    parse = allowed.get("parse") or []
    for index, kind in enumerate(parse):
        if kind not in ("everyone", "users", "roles"):
            form.wrong(
                f"allowed_mentions.parse.{index}",
                "BASE_TYPE_CHOICES",
                "Value must be one of ('users', 'roles', 'everyone').",
            )
    for kind in ("users", "roles"):
        if kind in parse and allowed.get(kind):
            form.wrong(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
        if len(allowed.get(kind) or []) > 100:
            form.wrong(f"allowed_mentions.{kind}", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")


def _embeds(form: Form, embeds: list[Json]) -> None:
    if len(embeds) > EMBEDS:
        form.wrong("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS} or fewer in length.")
    total = 0
    for index, embed in enumerate(embeds):
        total += _embed(form, f"embeds.{index}", embed)
    if total > EMBED_TOTAL:
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_TOTAL}")


def _embed(form: Form, path: str, embed: Json) -> int:
    """Check one embed; returns how many characters it holds."""
    footer, author = (embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")
    texts = [(name, embed.get(name), limit) for name, limit in EMBED_TEXTS]
    texts += [("footer.text", footer, 2048), ("author.name", author, 256)]
    fields = embed.get("fields") or []
    if len(fields) > 25:
        form.wrong(f"{path}.fields", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for number, given in enumerate(fields):
        texts.append((f"fields.{number}.name", given.get("name"), 256))
        texts.append((f"fields.{number}.value", given.get("value"), 1024))
    for name, value, limit in texts:
        form.longer(f"{path}.{name}", value, limit)
    return sum(len(value) for _, value, _ in texts if isinstance(value, str))


def _attachments(form: Form, attachments: list[Json], files: int) -> None:
    if max(len(attachments), files) > FILES:
        form.wrong("attachments", "BASE_TYPE_MAX_LENGTH", f"Must be {FILES} or fewer in length.")
    for index, attachment in enumerate(attachments):
        form.longer(f"attachments.{index}.description", attachment.get("description"), 1024)


def _components(form: Form, body: Json, flags: int) -> None:
    tree = body.get("components") or []
    if flags & COMPONENTS_V2:
        _layout(form, body, tree)
    else:
        _rows(form, tree)
    seen: set[str] = set()
    for component in components.walk(tree):
        _interactive(form, component, seen)


def _layout(form: Form, body: Json, tree: list[Json]) -> None:
    for name in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(name):
            form.wrong(
                name,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )
    if sum(1 for _ in components.walk(tree)) > LAYOUT_PARTS:
        form.wrong("components", "BASE_TYPE_MAX_LENGTH", f"Must be {LAYOUT_PARTS} or fewer in length.")
    if sum(map(len, components.texts(tree))) > LAYOUT_TEXT:
        form.wrong(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"Total displayable text size in components exceeds maximum size of {LAYOUT_TEXT}",
        )


def _rows(form: Form, tree: list[Json]) -> None:
    if len(tree) > ROWS:
        form.wrong("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for index, row in enumerate(tree):
        path = f"components.{index}"
        if row.get("type") != components.ROW:
            form.wrong(f"{path}.type", "BASE_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
        elif not 1 <= len(row.get("components") or []) <= 5:
            form.wrong(f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")


def _interactive(form: Form, component: Json, seen: set[str]) -> None:
    kind, custom_id = component.get("type"), component.get("custom_id")
    if kind == components.BUTTON:
        form.longer("components.label", component.get("label"), 80)
    if kind == components.SELECT and not 1 <= len(component.get("options") or []) <= 25:
        form.wrong("components.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    needs_id = kind in components.SELECTS or (
        kind == components.BUTTON and component.get("style") not in (5, 6)
    )
    if needs_id:
        form.outside("components.custom_id", custom_id, 1, 100)
    if isinstance(custom_id, str):
        if custom_id in seen:
            form.wrong(
                "components.custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        seen.add(custom_id)
