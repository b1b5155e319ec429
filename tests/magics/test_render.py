"""Nothing that comes out of code, tests or requests is markup, and what is shown can be read."""

from __future__ import annotations

import html.parser
import json
from typing import Any

import pytest

from jupyter_coding_agent.client.result import MIME
from jupyter_coding_agent.core.errors import AgentError
from jupyter_coding_agent.magics import render
from tests.fake_engine import RECEIPT, signals

HOSTILE = "</pre></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}"


class Tags(html.parser.HTMLParser):
    """Every element, and the text that a reader sees."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


def outcome(text: str = "fine", status: str = "passed") -> dict[str, Any]:
    """A result in which every text is `text`."""
    judged = signals(passed=False)
    judged["tests"]["results"][1].update(id=text, message=text)
    judged["tests"]["reason"] = text
    finding = {"path": text, "line": 3, "code": text, "severity": text, "message": text}
    judged["lint"]["findings"] = [finding]
    judged["security"]["findings"] = [{**finding, "type": text}]
    judged["data"] = {"passed": False, "findings": [{**finding, "kind": text, "seen": "run"}]}
    attempt = {
        "number": 1,
        "signals": {text: False},
        "error_message": text,
        "fix_applied": text,
        "diff": text,
    }
    return {
        "execution_id": text,
        "prompt": text,
        "status": status,
        "files": {text: text, "solution.py": f"x = {text!r}\n"},
        "tests": {text: text},
        "signals": judged,
        "quality_score": 8.5,
        "quality_parts": [{"name": text, "points": 1.5, "reason": text}],
        "effects": {"network": [text], "imports": ["math"]},
        "attempts": [attempt, attempt],
        "model": text,
        "cost": 0.0123,
        "artifact_id": None,
        "outputs": [{"artifact_id": text, "name": text, "size": 2048, "has_thumbnail": True}],
        "receipt": {**RECEIPT, "key_id": text},
        "explanation": text,
        "stdout": text,
        "insert": "offered",
        "changes": [],
    }


def change(text: str) -> dict[str, Any]:
    """A cell's change in which every text is `text`."""
    names = ("cell_id", "name", "path", "before", "after", "unified_diff")
    return dict.fromkeys(names, text)


PANELS = {
    "message": render.message,
    "error": lambda text: render.error(AgentError(text)),
    "progress": lambda text: render.progress(text, text, [text, text]),
    "table": lambda text: render.table(text, [text], [[text]], [text]),
    "diff": lambda text: render.diff(f"+{text}", text),
    "result": lambda text: render.result(outcome(text), [(text, text)]),
    "fix": lambda text: render.result({**outcome(text), "changes": [change(text)]}),
    "verdict": lambda text: render.result({**outcome(text), "duration_ms": 1.0}),
}


@pytest.mark.parametrize("panel", PANELS)
def test_hostile_text_stays_text(panel: str):
    page = Tags(PANELS[panel](HOSTILE)["text/html"])
    assert not {"script", "img"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]
    assert page.open == []
    assert "alert(1)" in page.text


@pytest.mark.parametrize("panel", PANELS)
def test_panels_are_well_formed_and_named(panel: str):
    shown = PANELS[panel]("fine")
    page = Tags(shown["text/html"])
    assert page.open == []
    assert "role" in page.attributes
    assert "aria-label" in page.attributes
    assert "fine" in shown["text/plain"]


def test_a_result_says_everything():
    shown = render.result(outcome(), [("%agent retry x", "asks again")])
    text = Tags(shown["text/html"]).text
    for part in (
        "passed",
        "quality 8.5/10",
        "1 of 2 tests passed, 100 % covered",
        "connects to fine",
        "$0.0123",
        "fine, 2 KiB: %agent artifacts download fine",
    ):
        assert part in text
    for part in ("-1.5 fine", "key fine", "%agent retry x", "fine:3: fine fine (fine)", "2 attempts"):
        assert part in text
    assert "1 of 2 tests passed" in shown["text/plain"]
    assert "%agent retry x" in shown["text/plain"]


def test_a_warning_about_data_is_no_failure():
    page = render.result(outcome())["text/html"]
    item = page[page.index("jca-hint", page.index("Signals")) :]
    assert item.startswith('jca-hint" aria-label="warning">!</span>')
    assert "1 warning" in item and "fine:3: fine" in item


def test_the_result_travels_as_data():
    shown = render.result(outcome())
    assert json.loads(json.dumps(shown[MIME])) == outcome()


@pytest.mark.parametrize("status", ["passed", "ran", "failed", "partial", "cancelled", "error"])
def test_every_status_is_shown(status: str):
    page = Tags(render.result({"status": status, "signals": {}, "quality_score": None})["text/html"])
    assert page.open == []
    assert page.text.strip()


def test_colours_follow_the_theme_and_have_fallbacks():
    style = render.message("x")["text/html"]
    for use in style.split("var(--jp-")[1:]:
        assert "," in use.split(")")[0] or "," in use.split(";")[0]


def test_short_cells_and_ids_stay_on_one_line_where_there_is_room():
    name = "a_file_name_that_is_longer_than_any_id_can_be.csv"
    html = str(
        render.table("t", [], [["▸", "ses_" + "0" * 32, "two words that are long", name]])["text/html"]
    )
    assert [cell.partition(">")[0] for cell in html.split("<td")[1:]] == [
        ' class="short"',
        ' class="word"',
        "",
        "",
    ]


def test_a_table_lines_up_as_text():
    assert render.table("t", ["a", "b"], [["long", "x"], ["s", "yy"]], ["note"])["text/plain"] == (
        "a     b\nlong  x\ns     yy\nnote"
    )


def test_a_fix_shows_what_it_changes_and_not_whole_files():
    diff = "--- a/solution.py\n+++ b/solution.py\n@@ -1 +1 @@\n-x = 1 / 0\n+x = 1 / 1\n"
    shown = render.result({**outcome("fine"), "changes": [{**change("In [3]"), "unified_diff": diff}]})
    assert shown["text/plain"].startswith("✓ mended: it runs")
    assert diff.rstrip("\n") in shown["text/plain"] and "x = 'fine'" not in shown["text/plain"]
    assert "In [3], changed" in shown["text/html"] and "x = &#39;fine&#39;" not in shown["text/html"]
    assert shown[MIME]["changes"][0]["unified_diff"] == diff
