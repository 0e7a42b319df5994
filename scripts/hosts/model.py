"""A scripted model on loopback, in the four dialects that hosts speak: it asks one tool once, then it is done.

It needs no account and knows nothing: what a host shows it is kept, so that one can see which tools it was offered and
what it was told of the answer.
"""

import json
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

TOOL: Final = "get_risks"
ARGUMENTS: Final = {"organisation": "all", "page_size": 0}
DONE: Final = "That is all."


class Model:
    """What was asked of it: the bodies of all requests, as text, oldest first."""

    def __init__(self) -> None:
        self.requests: list[str] = []

    def saw(self, text: str) -> bool:
        """Whether a host has shown it that text."""
        return any(text in request for request in self.requests)


@contextmanager
def scripted_model() -> Generator[tuple[str, Model]]:
    """Its address, and what it was asked."""
    model = Model()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            model.requests.append(text)
            body = json.loads(text or "{}")
            stream = body.get("stream") or "stream" in self.path
            self._send(_answer(self.path.partition("?")[0], body, stream=bool(stream)), stream=bool(stream))

        def do_GET(self) -> None:
            self._send(json.dumps({"data": [], "models": [], "object": "list"}), stream=False)

        def _send(self, text: str, *, stream: bool) -> None:
            data = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream" if stream else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name that it has
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", model
        server.shutdown()


def _answer(path: str, body: dict[str, Any], *, stream: bool) -> str:
    if path.endswith("/messages"):
        events = list(_anthropic(body))
        return _sse(events, named=True) if stream else json.dumps(_anthropic_whole(body))
    if "enerateContent" in path:
        answer = _gemini(body)
        return _sse([answer]) if stream else json.dumps(answer)
    if path.endswith("/responses"):
        return _sse(list(_responses(body)), named=True)
    if path.endswith("/chat/completions"):
        return _sse(list(_chat(body))) + "data: [DONE]\n\n"
    return json.dumps({"input_tokens": 1})


def _sse(events: list[dict[str, Any]], *, named: bool = False) -> str:
    return "".join(
        (f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event)}\n\n" for event in events
    )


def _tool(names: list[str]) -> str | None:
    return next((name for name in names if name.endswith(TOOL)), None)


def _content(body: dict[str, Any]) -> dict[str, Any]:
    """The one block of an answer in Anthropic's dialect; a host that hides its tools is asked to find ours first."""
    names = [tool.get("name", "") for tool in body.get("tools", [])]
    shown = json.dumps(body.get("messages", []))
    name = _tool(names)
    if (name and '"tool_use"' not in shown.replace(" ", "").replace("ToolSearch", "")) or (name and name not in shown):
        return {"type": "tool_use", "id": "toolu_2", "name": name, "input": ARGUMENTS}
    if "ToolSearch" in names and "toolu_1" not in shown:
        question = {"query": f"select:mcp__whitespace-demo__{TOOL}", "max_results": 3}
        return {"type": "tool_use", "id": "toolu_1", "name": "ToolSearch", "input": question}
    if "ToolSearch" in names and "toolu_2" not in shown:
        return {"type": "tool_use", "id": "toolu_2", "name": f"mcp__whitespace-demo__{TOOL}", "input": ARGUMENTS}
    return {"type": "text", "text": DONE}


def _anthropic_whole(body: dict[str, Any]) -> dict[str, Any]:
    block = _content(body)
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": body.get("model", "scripted"),
        "content": [block], "stop_reason": "tool_use" if block["type"] == "tool_use" else "end_turn",
        "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
    }  # fmt: skip


def _anthropic(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    whole = _anthropic_whole(body)
    (block,) = whole["content"]
    yield {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}
    if block["type"] == "text":
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": block["text"]}}
    else:
        yield {"type": "content_block_start", "index": 0, "content_block": {**block, "input": {}}}
        part = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield {"type": "content_block_delta", "index": 0, "delta": part}
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
           "usage": {"output_tokens": 1}}  # fmt: skip
    yield {"type": "message_stop"}


def _gemini(body: dict[str, Any]) -> dict[str, Any]:
    names = [
        function.get("name", "") for tool in body.get("tools", []) for function in tool.get("functionDeclarations", [])
    ]
    answered = "functionResponse" in json.dumps(body.get("contents", []))
    name = _tool(names)
    part = {"text": DONE} if answered or not name else {"functionCall": {"name": name, "args": ARGUMENTS}}
    content = {"role": "model", "parts": [part]}
    return {"candidates": [{"content": content, "finishReason": "STOP", "index": 0}],
            "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}}  # fmt: skip


def _chat(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    names = [tool.get("function", {}).get("name", "") for tool in body.get("tools", [])]
    answered = any(message.get("role") == "tool" for message in body.get("messages", []))
    name = _tool(names)
    head = {"id": "chat_1", "object": "chat.completion.chunk", "created": 1, "model": body.get("model", "scripted")}
    if name and not answered:
        call = {"index": 0, "id": "call_1", "type": "function",
                "function": {"name": name, "arguments": json.dumps(ARGUMENTS)}}  # fmt: skip
        delta, reason = {"role": "assistant", "tool_calls": [call]}, "tool_calls"
    else:
        delta, reason = {"role": "assistant", "content": DONE}, "stop"
    yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}],
           "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}  # fmt: skip


def _responses(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    whole = [(tool.get("name", ""), None) for tool in body.get("tools", [])]
    whole += [
        (inner.get("name", ""), tool.get("name")) for tool in body.get("tools", []) for inner in tool.get("tools", [])
    ]
    named = next(((name, space) for name, space in whole if name.endswith(TOOL)), None)
    answered = "function_call_output" in json.dumps(body.get("input", []))
    if named and not answered:
        item: dict[str, Any] = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": named[0],
                                "arguments": json.dumps(ARGUMENTS), "status": "completed"}  # fmt: skip
        item |= {"namespace": named[1]} if named[1] else {}
    else:
        item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": DONE, "annotations": []}]}  # fmt: skip
    usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    yield {"type": "response.created", "response": {"id": "resp_1", "status": "in_progress", "output": []}}
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {
        "type": "response.completed",
        "response": {"id": "resp_1", "status": "completed", "output": [item], "usage": usage},
    }
