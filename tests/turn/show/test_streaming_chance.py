"""Whatever is written, however it arrives and whatever goes wrong: the reader has all of it, once, in order, and nothing is left open."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.values.draft import DraftState, StepShown
from bridge.values.errors import ChatBroken, ChatBusy, ChatGone
from bridge.values.ids import MessageId
from tests.plugins.virtual_clock import in_virtual_time
from tests.turn.show.conftest import Stage, done, staged, writing
from tests.turn.show.streaming import LIKE_SLACK, StreamingChat

WORD = re.compile(r"w\d+x")
PARTS = (
    "W ",
    "W and W. ",
    "W **W W** W\n",
    "\n\nW W.\n\n",
    "\n- W\n- W W\n  - W\n",
    "\n1. W\n2. W\n\n",
    "\n```python\nW W\n\nW\n```\n",
    "\n```\n" + "W = W\n" * 12 + "```\n\n",
    "\n| a | b |\n| - | - |\n" + "| W | W |\n" * 6 + "\n",
    "\n> W W\n> W\n\n",
    "# W\n\n",
    "W" + "é" * 30 + " 🦊 ",
)


@dataclass(frozen=True)
class Fault:
    """What happens to the request of this number, before it took effect or after."""

    kind: str
    after: bool


def numbered(parts: list[str]) -> str:
    """Every word is another one."""
    count = iter(range(10**6))
    return re.sub("W", lambda _: f"w{next(count)}x", "".join(parts)).strip()


class Trouble:
    """Faults by the number of the request. "gone": the platform ends the stream; only what streams can be gone so."""

    def __init__(self, faults: dict[int, Fault]) -> None:
        self.faults = faults
        self.chat: StreamingChat | None = None

    def __call__(self, verb: str, number: int, done: bool) -> Exception | None:
        fault = self.faults.get(number)
        if fault is None or verb in ("reply", "find") or fault.after is not done:
            return None
        if fault.kind == "busy":
            return None if done else ChatBusy(retry_after=1.5)
        if fault.kind == "broken":
            return ChatBroken()
        return self.gone(verb, done)

    def gone(self, verb: str, done: bool) -> Exception | None:
        assert self.chat is not None
        for stream in self.chat.open.values():
            stream.over = True
        return ChatGone() if verb in ("append", "end") and not done else None


def reader_sees(chat: StreamingChat) -> list[str]:
    return WORD.findall("\n".join(chat.texts()))


def never_shrank(chat: StreamingChat) -> bool:
    """Word by word, on every message. Only one that has to be put right may have said more than it should, and those are few."""
    last: dict[MessageId, list[str]] = defaultdict(list)
    for each in chat.happened:
        now = WORD.findall(each.page.text)
        if now[: len(last[each.ref.message])] != last[each.ref.message]:
            return False
        last[each.ref.message] = now
    return True


@settings(max_examples=100, deadline=None)
@given(
    parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=60),
    chunks=st.lists(st.tuples(st.integers(1, 400), st.sampled_from((0.01, 0.3, 2.0, 90.0))), min_size=1),
    faults=st.dictionaries(
        st.integers(1, 30),
        st.builds(Fault, kind=st.sampled_from(("busy", "broken", "gone")), after=st.booleans()),
        max_size=8,
    ),
    limit=st.sampled_from((300, 600, 1000)),
    state=st.sampled_from((DraftState.DONE, DraftState.STOPPED, DraftState.FAILED)),
)
def test_all_of_it_once_and_in_order(
    parts: list[str],
    chunks: list[tuple[int, float]],
    faults: dict[int, Fault],
    limit: int,
    state: DraftState,
) -> None:
    text = numbered(parts)

    async def scene(stage: Stage) -> None:
        chat: Any = stage.chat
        trouble.chat = chat
        showing = stage.open()
        have, number = 0, 0
        while have < len(text):
            size, pause = chunks[number % len(chunks)]
            have, number = have + size, number + 1
            step = StepShown(id=f"s{number // 4}", label="Looking", done=number % 4 == 3)
            showing.update(replace(writing(showing, text[:have]), steps=(step,)))
            await stage.clock.sleep(pause)
        shown = await showing.finish(replace(done(showing, text, footer="Model"), state=state))

        assert shown.delivered
        assert reader_sees(chat) == WORD.findall(text)
        assert chat.unfinished() == []
        assert chat.violations == []
        assert never_shrank(chat)
        assert all(page.text.count("```") % 2 == 0 for page in chat.pages.values())
        assert all(page.text.count("**") % 2 == 0 for page in chat.pages.values())
        assert faults or all(step.done for stream in chat.open.values() for step in stream.steps.values())

    trouble = Trouble(faults)
    capabilities = replace(
        LIKE_SLACK, text_limit=limit + 100, streaming=replace(LIKE_SLACK.streaming, limit=limit)
    )

    async def whole() -> None:
        async with staged(
            chat_type=StreamingChat, max_pages=1000, fault=trouble, capabilities=capabilities
        ) as stage:
            await scene(stage)

    in_virtual_time(whole())
