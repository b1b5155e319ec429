"""Laws in requests: found where one is stated, and not where something only sounds like one."""

import pytest

from jupyter_coding_agent.agents.laws.stated import find_laws
from tests.work import calls_of


def kinds(prompt: str) -> list[str]:
    return [law.kind for law in find_laws(prompt)]


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("Write encode and decode; the round trip must work.", "round trip"),
        ("Write a lossless compressor.", "round trip"),
        ("Write `unpack`, the inverse of `pack`.", "round trip"),
        ("Decoding gives back the original.", "round trip"),
        ("Write functions to encode and decode messages.", "round trip"),
        ("Write a class that serializes and deserializes orders.", "round trip"),
        ("Write to_hex(n: int) -> str and from_hex(text: str) -> int.", "round trip"),
        ("Write parse_duration(text: str) -> int and format_duration(seconds: int) -> str.", "round trip"),
        ("Sort the orders by date.", "sorted"),
        ("Write a function that returns a sorted copy.", "sorted"),
        ("Give the names in alphabetical order.", "sorted"),
        ("It must be idempotent.", "idempotent"),
        ("Applying it twice is the same as once.", "idempotent"),
        ("Already normalized text stays as it is.", "idempotent"),
        ("Text that is already clean is left unchanged.", "idempotent"),
        ("Join the tables; the row count must stay the same.", "conserved"),
        ("No rows may be lost.", "conserved"),
        ("The result is a permutation of the input.", "conserved"),
        ("Redistribute the budget so that the total stays 100.", "conserved"),
        ("The output has the same length.", "conserved"),
    ],
)
def test_a_stated_law_is_found(prompt: str, kind: str):
    assert kinds(prompt) == [kind]


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "Write add(a, b).",
        "Given a sorted list, write a binary search.",
        "Merge two sorted lists into one list.",
        "Do not sort the rows.",
        "Keep the original order, don't sort the list.",
        "Write is_sorted, which says whether the list is in ascending order.",
        "Lossy compression: you don't get the original back.",
        "The encoding is not lossless.",
        "Apply the discount, twice for members.",
        "Drop duplicates so that no two rows have the same length.",
        "List all permutations of the word.",
        "Check whether two lists have the same elements.",
        "Decode the file and plot it.",
        "Parse the dates and format the report.",
        "Write to_csv(path: str) -> None.",
    ],
)
def test_what_only_sounds_like_a_law_is_none(prompt: str):
    assert kinds(prompt) == []


def test_a_law_names_its_functions_and_says_what_to_assert():
    (law,) = find_laws("Write pack(text: str) -> bytes and unpack(data: bytes) -> str. Nothing may be lost.")
    assert law.names == ("pack", "unpack")
    assert law.advice == "for any input, `unpack` of the result of `pack` gives the input again"
    (law,) = find_laws("Write tidy(text: str) -> str.\nIt is idempotent.")
    assert law.names == ("tidy",)
    assert law.sentence == "It is idempotent."
    assert "`tidy`" in law.advice
    (law,) = find_laws("Sort the rows.")
    assert law.names == ()
    assert law.advice == "for any input, what the function gives is in order"


PIECES = [
    "sort the ",
    "same ",
    "already clean ",
    "encode and ",
    "f(a: int) -> str ",
    "\n",
    ".",
    " ",
    "twice ",
    "rows ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_request_is_little_work(piece: str):
    assert calls_of(find_laws, piece * (100_000 // len(piece))) < 300_000
