"""Files up in three steps, and down with a token only."""

import httpx
import pytest

from adapters.sim.slack import SlackServer
from tests.adapters.sim.slack.conftest import Api


async def test_a_file_goes_up_in_three_steps(slack: SlackServer, api: Api) -> None:
    asked = slack.as_person("ada").say("general", "all of it")
    announced = await api.ok("files.getUploadURLExternal", filename="all.md", length=5, alt_txt="all")
    sent = await api.http.post(announced["upload_url"], content=b"# all")
    assert (sent.status_code, sent.text) == (200, "OK - 5")
    done = await api.ok(
        "files.completeUploadExternal",
        files=[{"id": announced["file_id"], "title": "All"}],
        channel_id=asked.channel_id,
        thread_ts=asked.ts,
        initial_comment="here",
    )
    assert done["files"][0]["title"] == "All"
    said = slack.world.thread(asked)[-1]
    assert (said.text, said.files[0].content, said.subtype) == ("here", b"# all", "file_share")
    known = (await api.ok("files.info", file=announced["file_id"]))["file"]
    assert known["shares"]["public"][asked.channel_id][0]["ts"] == said.ts


async def test_steps_in_the_wrong_order_and_sizes_that_lie(slack: SlackServer, api: Api) -> None:
    announced = await api.ok("files.getUploadURLExternal", filename="a.txt", length=5)
    files = [{"id": announced["file_id"]}]
    assert await api.error("files.completeUploadExternal", files=files) == "file_not_found"
    lie = await api.http.post(announced["upload_url"], content=b"longer than five")
    assert lie.status_code == 400
    assert (await api.http.post(f"{slack.base_url}/upload/v1/none", content=b"x")).status_code == 404
    slack.world.rules.file_bytes = 3
    assert await api.error("files.getUploadURLExternal", filename="a.txt", length=5) == (
        "file_upload_size_restricted"
    )
    slack.world.rules.files_allowed = False
    assert await api.error("files.getUploadURLExternal", filename="a.txt", length=1) == "restricted_action"
    assert len(api.noted()) == 1


async def test_uploads_and_downloads_may_fail_too(slack: SlackServer, api: Api) -> None:
    announced = await api.ok("files.getUploadURLExternal", filename="a.txt", length=1)
    slack.faults.fail(503, "upload")
    slack.faults.lose_response("file")
    slack.faults.drop("file")
    assert (await api.http.post(announced["upload_url"], content=b"a")).status_code == 503
    assert (await api.http.post(announced["upload_url"], content=b"a")).status_code == 200
    said = slack.as_person("ada").say("general", "look", files=[("a.png", b"png")])
    url = (await api.ok("files.info", file=said.files[0].id))["file"]["url_private"]
    for _ in range(2):
        with pytest.raises(httpx.HTTPError):
            await api.http.get(url)
    assert (await api.http.get(url)).status_code == 302


async def test_a_private_file_is_for_who_shows_a_token(slack: SlackServer, api: Api) -> None:
    said = slack.as_person("ada").say("general", "look", files=[("a.png", b"png")])
    shown = (await api.ok("files.info", file=said.files[0].id))["file"]
    url = shown["url_private_download"]
    got = await api.http.get(url, headers={"Authorization": f"Bearer {slack.token}"})
    assert (got.content, got.headers["content-type"]) == (b"png", "image/png")
    nobody = await api.http.get(url, follow_redirects=True)
    assert nobody.headers["content-type"].startswith("text/html")
    other = slack.install("Lighthouse", "dora")
    assert (await api.http.get(url, headers={"Authorization": f"Bearer {other}"})).status_code == 302
    slack.world.tokens[slack.token].scopes = ("chat:write",)
    assert (await api.http.get(url, headers={"Authorization": f"Bearer {slack.token}"})).status_code == 302
