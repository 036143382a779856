"""The JSON objects of replies: a Responses object with its output items, and a chat completion.

Here: shapes, as recorded from Poe (observed) or as the guides show them (documented).  Not here: events
(``events``, ``chunks``).  Every id is text of a length nobody may rely on.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from adapters.sim.poe import media
from adapters.sim.poe.answers import Script, Source, ToolCall
from adapters.sim.poe.billing import Usage
from adapters.sim.poe.ids import Ids
from adapters.sim.poe.profile import Profile
from adapters.sim.poe.requests import Ask

ERROR = {"code": "server_error", "message": "The server had an error while processing your request."}


def usage_json(usage: Usage) -> dict[str, Any]:
    """Usage as a Responses object spells it."""
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.input + usage.output,
    }


def citation(source: Source) -> dict[str, Any]:
    """A ``url_citation`` annotation of an ``output_text`` part."""
    return {
        "type": "url_citation",
        "start_index": source.start,
        "end_index": source.end,
        "title": source.title,
        "url": source.url,
    }


class ResponseBody:
    """Makes the objects of one ``/v1/responses`` call."""

    def __init__(self, ask: Ask, profile: Profile, ids: Ids, created: float) -> None:
        self.ask = ask
        self.profile = profile
        self.created = int(created)
        self.finished: int | None = None
        self.core = ids.hex(50)
        self.id = ids.response(self.core, ask.model.owner, wrapped=profile.litellm_ids)
        self.loose = profile.loose_gemini and ask.model.owner == "Google"
        self._ids = ids

    def output(self, script: Script) -> list[dict[str, Any]]:
        """The finished output items of a script, in order."""
        items: list[dict[str, Any]] = []
        if script.reasoning_tokens or script.thoughts:
            items.append(self._reasoning(script))
        if script.query is not None:
            items.append(self._search(script))
        items += [self._call(call) for call in script.calls]
        if script.image:
            picture = base64.b64encode(media.picture(self.ask.prefix)).decode()
            item_id = f"msg_{self.core}_img_0"
            items.append(
                {"id": item_id, "type": "image_generation_call", "status": "completed", "result": picture}
            )
        if script.text or not items:
            items.append(self._message(script))
        elif self.loose and script.calls:
            # Gemini's message beside a call comes without its text (poe-platform/ai-sdk-provider-poe#3).
            message = self._message(script)
            del message["content"][0]["text"]
            items.append(message)
        return items

    def _reasoning(self, script: Script) -> dict[str, Any]:
        summary = [{"type": "summary_text", "text": script.thoughts}] if script.thoughts else []
        item: dict[str, Any] = {"id": f"rs_{self._ids.hex(50)}", "type": "reasoning", "summary": summary}
        if "reasoning.encrypted_content" in (self.ask.body.get("include") or ()):
            item["encrypted_content"] = self._ids.sealed()
        return item

    def _search(self, script: Script) -> dict[str, Any]:
        action: dict[str, Any] = {"type": "search", "query": script.query}
        if self.ask.sources:
            action["sources"] = [{"type": "url", "url": source.url} for source in script.sources]
        return {
            "id": f"ws_{self._ids.hex(50)}",
            "type": "web_search_call",
            "status": "completed",
            "action": action,
        }

    def _call(self, call: ToolCall) -> dict[str, Any]:
        return {
            "id": f"fc_{self._ids.hex(50)}",
            "type": "function_call",
            "call_id": self._ids.call(long=self.loose),
            "name": call.name,
            "arguments": call.arguments,
            "status": "completed",
        }

    def _message(self, script: Script) -> dict[str, Any]:
        part: dict[str, Any] = {"type": "output_text", "text": script.text}
        part |= {"annotations": [citation(source) for source in script.sources], "logprobs": []}
        if script.refusal:
            part = {"type": "refusal", "refusal": script.text}
        status = "incomplete" if script.stop == "length" else "completed"
        return {
            "id": f"msg_{self._ids.hex(50)}",
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": [part],
        }

    def whole(
        self,
        status: str,
        output: list[dict[str, Any]],
        *,
        usage: dict[str, Any] | None = None,
        error: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> dict[str, Any]:
        """The response object in a state.  ``reason`` is why it is incomplete."""
        core = {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "model": self.ask.model.snapshot if self.profile.snapshot_names else self.ask.requested,
            "output": output,
            "error": error,
            "incomplete_details": None if reason is None else {"reason": reason},
            "parallel_tool_calls": self.ask.body.get("parallel_tool_calls", True),
            "tool_choice": self.ask.body.get("tool_choice") or "auto",
            "metadata": self.ask.body.get("metadata") or {},
        }
        if self.loose:
            whole = core | {"object": "chat.completion", "tools": [], "text": {}}
        else:
            whole = core | self._echoed() | {"completed_at": self.finished if status == "completed" else None}
        return whole if usage is None and status == "completed" else whole | {"usage": usage}

    def _echoed(self) -> dict[str, Any]:
        """What OpenAI's servers echo of a request, and the constants around it."""
        body = self.ask.body
        text = body.get("text") or {}
        reasoning = body.get("reasoning") or {}
        # Recorded: summary "auto" comes back as "detailed".
        summary = "detailed" if reasoning.get("summary") == "auto" else reasoning.get("summary")
        temperature, top_p = body.get("temperature"), body.get("top_p")
        return {
            "tools": [self._echoed_tool(tool) for tool in body.get("tools") or ()],
            "temperature": 1 if temperature is None else temperature,
            "top_p": 0.98 if top_p is None else top_p,
            "reasoning": {"effort": reasoning.get("effort"), "summary": summary},
            "text": {
                "format": text.get("format") or {"type": "text"},
                "verbosity": text.get("verbosity", "medium"),
            },
            "truncation": body.get("truncation") or "disabled",
            "store": bool(body.get("store", True)) if self.profile.keeps_responses else False,
            "previous_response_id": body.get("previous_response_id"),
            "instructions": body.get("instructions") if self.profile.honours_instructions else None,
            "max_output_tokens": body.get("max_output_tokens"),
            "service_tier": "default",
            "background": False,
            "billing": {"payer": "developer"},
            "frequency_penalty": 0,
            "presence_penalty": 0,
            "top_logprobs": body.get("top_logprobs") or 0,
            "max_tool_calls": None,
            "safety_identifier": None,
            "prompt_cache_key": None,
        }

    def _echoed_tool(self, tool: Mapping[str, Any]) -> dict[str, Any]:
        flat = {"type": "function", **tool["function"]} if "function" in tool else dict(tool)
        return {**flat, "strict": flat.get("strict", True)} if flat.get("type") == "function" else flat


class ChatBody:
    """Makes the objects of one ``/v1/chat/completions`` call."""

    def __init__(self, ask: Ask, ids: Ids, created: float) -> None:
        self.ask = ask
        self.created = int(created)
        self.id = f"chatcmpl-{ids.hex(24)}"
        self._ids = ids

    def calls(self, script: Script) -> list[dict[str, Any]]:
        """The tool calls of a message."""
        return [
            {
                "id": self._ids.call(),
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in script.calls
        ]

    def finish(self, script: Script) -> str:
        """Why the model stopped."""
        if script.stop == "length":
            return "length"
        return "tool_calls" if script.calls else "stop"

    def usage(self, usage: Usage) -> dict[str, Any]:
        """Usage as Chat Completions spells it."""
        return {
            "prompt_tokens": usage.input,
            "completion_tokens": usage.output,
            "total_tokens": usage.input + usage.output,
            "prompt_tokens_details": {"cached_tokens": usage.cached},
            "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
        }

    def whole(
        self, script: Script, usage: dict[str, Any] | None, finish: str | None = None
    ) -> dict[str, Any]:
        """The completion object."""
        message: dict[str, Any] = {
            "role": "assistant",
            "content": script.text or (None if script.calls else ""),
        }
        if script.refusal:
            message["refusal"] = script.text
        if script.thoughts:
            # Recorded: the same text under both names.
            message |= {"reasoning_content": script.thoughts, "reasoning": script.thoughts}
        if script.calls:
            message["tool_calls"] = self.calls(script)
        if script.sources:
            message["annotations"] = [_nested(source) for source in script.sources]
        choice = {"index": 0, "message": message, "finish_reason": finish or self.finish(script)}
        whole = {
            "id": self.id,
            "object": "chat.completion",
            "created": self.created,
            "model": self.ask.requested,
        }
        whole["choices"] = [choice]
        return whole if usage is None else whole | {"usage": usage}


def _nested(source: Source) -> dict[str, Any]:
    told = citation(source)
    kind = told.pop("type")
    return {"type": kind, kind: told}
