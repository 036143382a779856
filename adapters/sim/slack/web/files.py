"""`files.*`: the app announces a file, sends its bytes, and puts it into a conversation.

https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from adapters.sim.slack import files, posting, render
from adapters.sim.slack.errors import ApiError, malformed
from adapters.sim.slack.nouns import File, Json

from .call import Call


def announce(call: Call) -> Json:
    if not call.world.rules.files_allowed:
        raise ApiError("restricted_action")
    name = call.needed("filename")
    size = call.number("length", 0, 0, 1 << 40)
    if size <= 0:
        raise malformed("invalid_arguments", "length must be more than 0")
    if size > call.world.rules.file_bytes:
        raise ApiError("file_upload_size_restricted")
    file = files.announce(call.world, call.bot, name, size)
    file.alt_txt = call.text("alt_txt") or None
    file.snippet_type = call.text("snippet_type") or None
    return {"upload_url": f"{call.world.base_url}/upload/v1/{file.upload_key}", "file_id": file.id}


def complete(call: Call) -> Json:
    wanted = call.list_of("files", "invalid_arguments")
    if not wanted:
        raise malformed("invalid_arguments", "missing required field: files")
    found = [_uploaded(call, each) for each in wanted]
    channels = [c for c in call.text("channels").split(",") if c] or [call.text("channel_id")]
    for place in filter(None, channels):
        call.args["channel_id"] = place
        channel = call.writable("channel_id")
        draft = posting.Draft(
            text=call.text("initial_comment"),
            blocks=call.blocks(),
            files=found,
            thread_ts=call.thread(channel),
            subtype="file_share",
        )
        posting.post(call.world, channel, call.bot, draft)
    for file in found:
        file.state = "shared"
    return {"files": [render.file(call.world, file) for file in found]}


def _uploaded(call: Call, wanted: Json) -> File:
    file = call.world.files.get(str(wanted.get("id")))
    if file is None or file.user_id != call.bot.id:
        raise ApiError("file_not_found")
    if file.state != "uploaded":
        raise ApiError("file_update_failed" if file.state == "shared" else "file_not_found")
    file.title = str(wanted.get("title") or file.name)
    return file


def info(call: Call) -> Json:
    file = call.world.files.get(call.needed("file"))
    if file is None or file.team_id != call.team.id:
        raise ApiError("file_not_found")
    return {"file": render.file(call.world, file), "comments": [], "response_metadata": {"next_cursor": ""}}
