"""Pages for browsers say what they are told, and nothing in them is run."""

from adapters.slack import answers


def test_words_on_a_page_are_only_words() -> None:
    made = answers.page(200, "<b>Hi</b>", "a & b", ('javascript:"x"', "go <on>"))

    assert b"&lt;b&gt;Hi&lt;/b&gt;" in made.body
    assert b"a &amp; b" in made.body
    assert b"go &lt;on&gt;" in made.body
    assert b'href="javascript:&quot;x&quot;"' in made.body
    assert "default-src 'none'" in made.headers["Content-Security-Policy"]


def test_a_page_needs_no_way_on() -> None:
    assert b"href" not in answers.page(200, "Done", "That is all.").body


def test_short_words_and_ways_elsewhere() -> None:
    assert answers.plain(404, "Nothing.").body == b"Nothing."
    gone = answers.redirect("https://a.example", {"Set-Cookie": "a=b"})
    assert (gone.status, gone.headers["Location"], gone.headers["Set-Cookie"]) == (
        302,
        "https://a.example",
        "a=b",
    )
    assert gone.headers["Cache-Control"] == "no-store"
