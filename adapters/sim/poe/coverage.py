"""What of Poe's API is simulated here, as a table that a test compares with the routes."""

from __future__ import annotations

# (method, path): simulated, or why not.  Paths as https://creator.poe.com/api-reference lists them.
SIMULATED = frozenset(
    {
        ("POST", "/v1/responses"),
        ("POST", "/v1/chat/completions"),
        ("GET", "/v1/models"),
        ("GET", "/usage/current_balance"),
        ("GET", "/usage/points_history"),
        ("GET", "/base/{kind}/{name}"),  # the files of media models, as on pfst.cf2.poecdn.net
    }
)
OWN = frozenset(
    {
        ("POST", "/_sim/faults"),
        ("DELETE", "/_sim/faults"),
        ("GET", "/_sim/state"),
        ("POST", "/_sim/state"),
    }
)
ABSENT = {
    ("POST", "/v1/messages"): "the Anthropic-compatible surface; the product does not use it",
    ("POST", "/v1/images"): "its reply is undocumented",
    ("POST", "/v1/videos"): "asynchronous jobs; the product calls media models on chat completions",
    ("GET", "/v1/videos/{id}"): "as above",
    ("GET", "/v1/videos/{id}/content"): "as above",
    ("POST", "/v1/videos/{id}/remix"): "as above",
    ("GET", "/v1/responses/{id}"): "no public caller of it was found; unknown routes answer 404",
    ("GET", "/bots"): "managing own bots; see the Poe adapter",
    ("GET", "/bots/{handle}"): "as above",
    ("POST", "/bots"): "as above",
    ("PUT", "/bots/{handle}"): "as above",
    ("PATCH", "/bots/{handle}"): "as above",
    ("DELETE", "/bots/{handle}"): "as above",
}
