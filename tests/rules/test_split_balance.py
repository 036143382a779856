"""Whatever is cut, however it arrives: what must hold for every text. The judge is markdown-it itself."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bridge.rules.markdown import display
from bridge.rules.split import SMALLEST, Cut, Piece, grow, pieces, split

quick = settings(max_examples=150, deadline=None)
live = settings(max_examples=25, deadline=None)  # each of these examples is hundreds of growths
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

# --- what a reader sees: every word, and everything it stands in -----------------------------------------


def seen(text: str) -> dict[str, set[tuple[str, ...]]]:
    """Each word of `text` with the paths of blocks, item numbers, columns and styles it appears under."""
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for path, content in walk(READER.parse(text), []):
        for word in "".join(one if one.isalnum() else " " for one in content).split():
            found[word].add(path)
    return dict(found)


def walk(tokens: list[Token], path: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    counts: list[int] = []
    for token in tokens:
        if token.type in ("ordered_list_open", "bullet_list_open", "tr_open"):
            counts.append(int(token.attrs.get("start", 1)) if token.tag == "ol" else 0)
        if token.type in ("ordered_list_close", "bullet_list_close", "tr_close"):
            counts.pop()
        if token.nesting == 1:
            path.append(name(token, path, counts))
        elif token.nesting == -1:
            path.pop()
        elif token.type == "inline":
            yield from walk(token.children or [], path)
        elif token.type in ("fence", "code_block"):
            yield (*path, f"{token.type}:{token.info}"), token.content
        else:
            yield (*path, "code" if token.type == "code_inline" else ""), token.content


def name(token: Token, path: list[str], counts: list[int]) -> str:
    if token.tag == "li" and path[-1] == "ol":
        counts[-1] += 1
        return f"li{counts[-1] - 1}"
    if token.tag in ("td", "th"):
        counts[-1] += 1
        return f"{token.tag}{counts[-1]}"
    return str(token.attrs["href"]) if token.tag == "a" else token.tag


def misplaced(text: str, parts: tuple[Piece, ...]) -> list[str]:
    """The words that are lost in the pieces, or stand in something else than in the whole text."""
    whole = seen(text)
    shown: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for part in parts:
        for word, paths in seen(part.text).items():
            shown[word] |= paths
    return [f"{word}: {whole[word]} became {shown[word]}" for word in whole if shown[word] != whole[word]]


def code(text: str) -> str:
    return "".join(token.content for token in READER.parse(text) if token.type == "fence")


def shapes(text: str) -> list[str]:
    return [token.type for token in READER.parse(text) if token.type in ("fence", "table_open")]


# --- answers as models write them, every word unique -------------------------------------------------------


class Writer:
    """Writes Markdown by chance; its words are numbered, so that each can be found again."""

    def __init__(self, seed: int) -> None:
        self.chance, self.numbers = random.Random(seed), itertools.count()

    def pick(self, *options: str) -> str:
        return self.chance.choice(options)

    def many(self, low: int, high: int) -> range:
        return range(self.chance.randint(low, high))

    def word(self) -> str:
        return f"w{next(self.numbers)}x"

    def words(self, low: int, high: int) -> str:
        return " ".join(self.word() + self.pick("", "", "", ",", ".") for _ in self.many(low, high))

    def phrase(self) -> str:
        form = self.pick(
            "{}", "{}", "{}", "**{}**", "*{}*", "`{}`", "~~{}~~", "**{} *{}* {}**", "[{}](http://a.b/c_d)"
        )
        return form.format(*(self.words(1, 6).rstrip(",.") for _ in range(3)))

    def line(self, low: int = 1, high: int = 5) -> str:
        return " ".join(self.phrase() for _ in self.many(low, high))

    def block(self, depth: int) -> list[str]:
        kinds = ["paragraph", "paragraph", "fence", "table", "heading"]
        kind = self.pick(*kinds, *(["bullets", "numbers", "lazy", "quote"] if depth else []))
        if kind == "paragraph":
            return [self.line(1, 3) for _ in self.many(1, 3)]
        if kind == "heading":
            return ["## " + self.words(1, 4)]
        if kind == "fence":
            mark = self.pick("```", "~~~", "````")
            return [mark + self.pick("", "py", "c++"), *(self.code() for _ in self.many(1, 12)), mark]
        if kind == "table":
            return [
                "| a | b |",
                "|---|:-:|",
                *(f"| {self.phrase()} | {self.words(1, 3)} |" for _ in self.many(1, 6)),
            ]
        if kind == "quote":
            return [("> " + line).rstrip() for line in self.blocks(depth - 1, 2)]
        return self.items(kind, depth)

    def code(self) -> str:
        return self.pick("", "    ", "\t") + self.words(0, 4)

    def items(self, kind: str, depth: int) -> list[str]:
        lines: list[str] = []
        for index in self.many(1, 4):
            mark = {"bullets": "- ", "numbers": f"{index + 3}. ", "lazy": "1. "}[kind]
            below = self.blocks(depth - 1, 2) if self.pick("plain", "plain", "nested") == "nested" else []
            first = self.line()
            rest = [" " * len(mark) + line if line else "" for line in ["", *below] if below]
            lines += [mark + first, *rest, *([""] if below else [])]
        return lines

    def blocks(self, depth: int, most: int) -> list[str]:
        lines: list[str] = []
        for _ in self.many(1, most):
            lines += ["", *self.block(depth)] if lines else self.block(depth)
            lines += ["", self.words(1, 3)]  # two lists in a row would be one
        return lines


def answer(seed: int, most: int) -> str:
    return "\n".join(Writer(seed).blocks(2, most))


ANSWERS = st.builds(answer, st.integers(0, 10**6), st.integers(1, 6))

MARKS = ("*", "**", "_", "`", "``", "~~", "||", "|", "[", "](", ")", "<@1>", "=", "&amp;", "<b>", "\\")
WORDS = ("word", "a few words, and more. ", "x" * 50, "é", "漢字", "👨‍👩‍👧‍👦")
LINES = ("```\n", "```py\n", "~~~\n", "| a | b |\n|---|---|\n", "| c | d |\n", "\n", "\n\n", "\r\n")
SPACES = (" ", " ", "   ", "\t", "\0", "> ", "- ", "1. ", "# ")
SOUP = st.lists(st.sampled_from((*MARKS, *WORDS, *LINES, *SPACES)), max_size=60).map("".join)

LIMITS = st.sampled_from([SMALLEST, 60, 100, 300])


def grown(text: str, limit: int, steps: Iterator[int]) -> Iterator[tuple[str, tuple[Cut, ...]]]:
    cuts: tuple[Cut, ...] = ()
    end = 0
    while end < len(text):
        end = min(len(text), end + next(steps))
        cuts = grow(cuts, text[:end], limit)
        yield text[:end], cuts


# --- properties --------------------------------------------------------------------------------------------


@quick
@given(SOUP, LIMITS, st.sampled_from([len, lambda text: len(text.encode())]))
def test_pieces_join_to_the_text_and_keep_the_limit(text: str, limit: int, measure) -> None:
    parts = split(text, limit, measure)
    assert "".join(text[part.start : part.end] for part in parts) == text
    assert all(measure(part.text) <= limit for part in parts)
    assert not text.strip() or all(part.text.strip() for part in parts)


@quick
@given(SOUP, LIMITS, st.lists(st.integers(1, 40), min_size=1))
def test_a_finished_piece_never_changes_while_the_text_grows(text: str, limit: int, steps: list[int]) -> None:
    before: tuple[Piece, ...] = ()
    for sofar, cuts in grown(text, limit, itertools.cycle(steps)):
        parts = pieces(sofar, cuts)
        assert parts[: len(before[:-1])] == before[:-1]
        assert len(parts[-1].text) <= limit
        assert len(display(parts[-1].text)) <= limit
        before = parts


@quick
@given(SOUP, LIMITS)
def test_no_letter_is_lost(text: str, limit: int) -> None:
    shown = iter("".join(part.text for part in split(text, limit)))
    assert all(letter in shown for letter in text if letter.isalpha())


@quick
@given(ANSWERS, st.sampled_from([250, 400]))
def test_every_word_stays_in_what_it_stood_in(text: str, limit: int) -> None:
    assert misplaced(text, split(text, limit)) == []


@live
@given(ANSWERS, st.lists(st.integers(3, 30), min_size=1))
def test_an_answer_cut_live_is_as_well_balanced(text: str, steps: list[int]) -> None:
    *_, (_, cuts) = grown(text, 250, itertools.cycle(steps))
    assert misplaced(text, pieces(text, cuts)) == []


@quick
@given(ANSWERS, st.sampled_from([250, 400]))
def test_the_code_of_all_pieces_is_the_code_of_the_text(text: str, limit: int) -> None:
    assert "".join(code(part.text) for part in split(text, limit)) == code(text)


@live
@given(ANSWERS, st.integers(5, 60))
def test_what_was_seen_in_a_piece_stays_there(text: str, step: int) -> None:
    cuts: tuple[Cut, ...] = ()
    shown = 0
    for end in range(step, len(text) + 1, step):
        before = cuts
        cuts = grow(cuts, text[:end], 300, shown=shown)
        assert all(cut.at >= shown for cut in cuts[len(before) :])
        start = cuts[-1].at if cuts else 0
        # A reader is shown whole words, and nothing from where the piece may have to be cut.
        shown = max(start, text.rfind(" ", start, min(end, start + 150)))
