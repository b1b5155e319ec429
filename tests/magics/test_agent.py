"""The magics in a real shell against a scripted engine."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent import load_ipython_extension, unload_ipython_extension
from jupyter_coding_agent.client.result import MIME
from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import CODE, Running
from tests.magics.conftest import Paper

Run = Callable[[str], Any]
Connect = Callable[..., Session]


def inserted(shell: InteractiveShell) -> str | None:
    text = getattr(shell, "rl_next_input", None)
    shell.rl_next_input = None
    return text


def test_a_request_is_seen_through_and_its_cell_inserted(session: Session, run: Run, shell, paper: Paper):
    run("%%agent\nadd two numbers")
    (bundle,) = paper.shown
    assert bundle[MIME]["status"] == "passed"
    assert bundle[MIME]["files"] == {"solution.py": CODE}
    assert bundle[MIME]["signals"]["tests"]["passed"] is True
    assert bundle[MIME]["receipt"]["key_id"] == "key-1"
    assert [attempt["number"] for attempt in bundle[MIME]["attempts"]] == [1]
    assert inserted(shell) == CODE.rstrip()
    assert paper.shown[0][MIME]["insert"] == "done"
    assert paper.steps[0] == "queued"
    assert paper.steps[-1] == "passed"


def test_line_and_body_make_the_request(session: Session, run: Run, fake: Running):
    run("%%agent --tier simple --attempts 2 --no-security --timeout 9 add\ntwo numbers\n")
    (sent,) = fake.engine.prompts
    assert sent.pop("context")["kernel_python"].startswith("3.")
    assert sent == {
        "prompt": "add\ntwo numbers",
        "tier": "simple",
        "max_attempts": 2,
        "enable_security_scan": False,
        "timeout_seconds": 9,
    }


def test_a_request_may_stand_on_one_line(session: Session, run: Run, fake: Running):
    run("%%agent add two numbers")
    assert fake.engine.prompts[0]["prompt"] == "add two numbers"


def test_what_is_sent_of_the_notebook_is_schema_and_defining_cells(
    session: Session, run: Run, shell, fake: Running
):
    run("import pandas as pd")
    run("df = pd.DataFrame({'price': [7331]})")
    run("%%agent\nsum the prices of df")
    context = fake.engine.prompts[0]["context"]
    assert context["variables"] == {
        "df": "pandas.DataFrame: 1 x 1; columns price (int64)",
        "pd": "module: pandas",
    }
    assert [cell["source"] for cell in context["cells"]] == [
        "import pandas as pd",
        "df = pd.DataFrame({'price': [7331]})",
    ]
    assert isinstance(shell.user_ns["df"], pd.DataFrame)


def test_what_the_code_will_find_is_sent_for_the_sandbox(session: Session, run: Run, fake: Running):
    run("import math\nlimit = 3\ndef area(r):\n    return math.pi * r * limit")
    run("limit = 5")
    run("%%agent\nuse `area`")
    notebook = fake.engine.prompts[0]["context"]["notebook"]
    assert notebook["before"] == ["import math\nlimit = 3\ndef area(r):\n    return math.pi * r * limit"]
    assert notebook["values"] == {"limit": {"description": "int", "content": "5"}}
    assert "pydantic" in notebook["versions"]


def test_context_can_be_kept_back(session: Session, run: Run, fake: Running):
    run("df = 1")
    run("%%agent --context off\nuse df")
    assert fake.engine.prompts[0]["context"] == {}


def test_no_insert_only_shows(session: Session, run: Run, shell, paper: Paper, fake: Running):
    run("%%agent --no-insert\nadd")
    assert inserted(shell) is None
    assert "%agent insert exe_" in paper.text


@pytest.mark.parametrize("prompt", ["partially add", "fail to add"])
def test_what_is_not_validated_is_not_inserted(session: Session, run: Run, shell, paper: Paper, prompt: str):
    run(f"%%agent\n{prompt}")
    assert inserted(shell) is None
    assert "%agent insert --partial" in paper.text
    run("%agent insert")
    assert inserted(shell) is None
    assert "its code is not inserted" in paper.text
    run("%agent insert --partial")
    assert (inserted(shell) or "").startswith("# NOT VALIDATED: test_more failed.\ndef add")


def test_a_refusal_is_the_engines_sentence(session: Session, run: Run, shell, paper: Paper):
    run("%%agent\nrefuse this")
    assert "No template fits <this> request." in paper.text
    assert "No template fits &lt;this&gt; request." in paper.shown[0]["text/html"]
    assert inserted(shell) is None


def test_several_files_are_shown_and_not_inserted(session: Session, run: Run, shell, paper: Paper):
    run("%%agent\nmany files")
    assert inserted(shell) is None
    run("%agent insert")
    assert "no single cell to insert" in paper.text


def test_run_defines_the_names_here(session: Session, run: Run, shell):
    run("%%agent --run\ndefine the answer")
    assert shell.user_ns["answer"] == 42


def test_run_refuses_what_was_not_asked_for(session: Session, run: Run, shell, paper: Paper):
    run("%%agent --run\nadd, network or not")
    assert "add" in shell.user_ns
    run("del add")
    run("%%agent --run --tier simple\nevil networking")
    assert "does not ask to connect to the network" in paper.text
    assert "example.org" in paper.text
    assert "add" not in shell.user_ns


def test_without_run_nothing_is_run(session: Session, run: Run, shell):
    run("%%agent\ndefine the answer")
    assert "answer" not in shell.user_ns


def test_in_a_live_front_end_the_cell_returns_at_once(
    connect: Connect, run: Run, shell, paper: Paper, fake: Running
):
    session = connect(live=True)
    run("%%agent\nhang please")
    (name,) = fake.engine.executions
    run("x = 1")
    run("%agent status")
    assert name in paper.text
    run("%agent cancel")
    session.join(10)
    assert paper.shown[0][MIME]["status"] == "cancelled"
    assert inserted(shell) is None


def test_what_returned_at_once_is_inserted_on_command(connect: Connect, run: Run, shell, paper: Paper):
    session = connect(live=True)
    run("%%agent\nadd")
    session.join(10)
    assert inserted(shell) is None
    assert "%agent insert exe_" in paper.shown[0]["text/plain"]
    assert paper.shown[0][MIME]["insert"] == "asked", "for a front end that can insert by itself"
    run("%agent insert")
    assert inserted(shell) == CODE.rstrip()


def test_no_front_end_is_asked_to_insert_against_the_options(connect: Connect, run: Run, paper: Paper):
    session = connect(live=True)
    run("%%agent --no-insert\nadd")
    session.join(10)
    assert paper.shown[0][MIME]["insert"] == "offered"


def test_several_at_once_each_in_its_own_place(connect: Connect, run: Run, paper: Paper):
    session = connect(live=True)
    for number in range(4):
        run(f"%%agent\nadd number {number}")
    session.join(10)
    assert [bundle[MIME]["prompt"] for bundle in paper.shown] == [f"add number {n}" for n in range(4)]


@pytest.mark.parametrize("option", ["--wait", "--run"])
def test_wait_and_run_keep_the_cell_busy(connect: Connect, run: Run, paper: Paper, option: str):
    connect(live=True)
    run(f"%%agent {option}\nadd")
    assert paper.shown[0][MIME]["status"] == "passed"


def test_an_interrupt_cancels(session: Session, run: Run, paper: Paper, fake: Running, monkeypatch):
    client = session.client
    real = client.stream

    def interrupted(name: str, *args: Any, **kwargs: Any):
        yield next(real(name, *args, **kwargs))
        raise KeyboardInterrupt

    session.client = type("Client", (), {"__getattr__": lambda _, n: getattr(client, n)})()
    session.client.stream = interrupted
    run("%%agent\nhang please")
    (view,) = fake.engine.executions.values()
    assert view["status"] == "cancelled"
    assert "Interrupted: exe_" in paper.text


def test_an_engine_that_goes_away_is_a_sentence(connect: Connect, run: Run, paper: Paper, fake: Running):
    session = connect(live=True)
    run("%%agent\nhang please")
    fake.stop()
    session.join(20)
    assert "did not come back" in paper.text


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%%agent\n", "Write what you want below %%agent"),
        ("%%agent --nope\nx", "%%agent has no option --nope"),
        ("%agent frobnicate", "%agent does not know 'frobnicate'"),
        ("%agent statsu", "Did you mean %agent status?"),
        ("%agent show", "Nothing has been asked yet"),
        ("%agent show exe_nothing", "There is no such execution."),
        ("%agent diff 1", "Write %agent diff [ID] [FROM TO]"),
        ("%agent validate 99", "There is no cell In [99]"),
        ("%agent validate", "No cell has run yet"),
        ("%agent cancel exe_1 exe_2", "is not an execution"),
    ],
)
def test_what_is_wrong_is_a_sentence(session: Session, run: Run, paper: Paper, cell: str, sentence: str):
    run(cell)
    assert sentence in paper.text


def test_no_engine_is_a_sentence(session: Session, run: Run, paper: Paper, fake: Running):
    fake.stop()
    for cell in ("%%agent\nadd", "%agent history", "%agent doctor", "%agent models"):
        run(cell)
    assert paper.text.count("can't be reached") == 4


def test_doctor_repairs_when_told_to(session: Session, run: Run, paper: Paper, fake: Running):
    run("%agent doctor --repair")
    fake.engine.damages = [
        {"part": "artifacts", "sentence": "Files without rows.", "items": 2, "mended": True}
    ]
    run("%agent doctor --repair")
    assert "Nothing is damaged." in paper.text
    assert "Files without rows." in paper.text


def test_history_models_doctor_and_help(session: Session, run: Run, paper: Paper):
    run("%agent history")
    run("%%agent\nadd two numbers")
    run("%agent history")
    run("%agent models")
    run("%agent doctor")
    run("%agent")
    for part in (
        "Nothing has been asked",
        "passed  9        add two numbers",
        "built in",
        "storage",
        "--timeout",
    ):
        assert part in paper.text


def test_a_diff_of_the_last_two_attempts(session: Session, run: Run, paper: Paper):
    run("%%agent\nadd")
    run("%agent diff")
    assert "1 attempt, so there is nothing to compare" in paper.text
    run("%%agent\npartially add")
    run("%agent diff")
    assert "attempt 1 to 2" in paper.shown[-1]["text/html"]
    assert "+a > b" in paper.text


def test_the_beginning_of_an_id_will_do(session: Session, run: Run, paper: Paper, fake: Running):
    run("%%agent\nadd one")
    run("%%agent\nadd two")
    first, second = fake.engine.executions
    run(f"%agent show {first}")
    run(f"%agent show {second[4:]}")
    assert [bundle[MIME]["prompt"] for bundle in paper.shown[2:]] == ["add one", "add two"]
    run("%agent show 0000")
    assert "begins the id of 2 executions" in paper.text


def test_retry_asks_again_with_other_words(session: Session, run: Run, paper: Paper, fake: Running):
    run("%%agent\nfail to add")
    run("%agent retry add properly this time")
    assert [sent["prompt"] for sent in fake.engine.prompts] == ["fail to add", "add properly this time"]
    run(f"%agent retry {next(iter(fake.engine.executions))}")
    assert fake.engine.prompts[-1]["prompt"] == "fail to add"


def test_validate_takes_the_last_cell_of_the_users_own(
    session: Session, run: Run, paper: Paper, fake: Running
):
    run("offset = 3")
    run("def shift(x):\n    return x + offset")
    run("%agent history")
    run("%agent validate")
    body = fake.engine.requests[-1][2]
    assert body["files"] == {"solution.py": "def shift(x):\n    return x + offset"}
    assert body["notebook"]["values"] == {"offset": {"description": "int", "content": "3"}}
    assert body["cell"] == "solution.py"
    assert "offset" in body["known_names"]
    assert "✓ ran" in paper.text


def test_validate_a_cell_with_tests_in_another(session: Session, run: Run, paper: Paper, fake: Running):
    run("def wrong(): ...")
    run("def test_it(): ...")
    run("%agent validate --tests 2 1")
    body = fake.engine.requests[-1][2]
    assert body["tests"] == {"test_solution.py": "def test_it(): ..."}
    assert "✗ failed" in paper.text
    assert "assert 3 == 4" in paper.text


def test_an_unexpected_fault_in_a_thread_is_told(connect: Connect, run: Run, paper: Paper, fake: Running):
    session = connect(live=True)
    session.client.get = lambda name: {}  # type: ignore[method-assign]
    run("%%agent\nadd")
    session.join(10)
    assert "Showing the progress failed" in paper.text


def test_loading_twice_and_unloading(shell: InteractiveShell):
    load_ipython_extension(shell)
    first = shell.magics_manager.registry["AgentMagics"]
    load_ipython_extension(shell)
    assert shell.magics_manager.registry["AgentMagics"] is first
    unload_ipython_extension(shell)
    assert shell.find_cell_magic("agent") is None
    unload_ipython_extension(shell)


def test_unloading_stops_the_threads(connect: Connect, run: Run, fake: Running):
    session = connect(live=True)
    run("%%agent\nhang please")
    session.close()
    fake.stop()
    session.join(10)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("coding-agent-exe")]


def test_loading_imports_nothing_heavy():
    script = (
        "import sys; from IPython.core.interactiveshell import InteractiveShell; s = InteractiveShell()\n"
        "s.run_line_magic('load_ext', 'jupyter_coding_agent')\n"
        "heavy = {'httpx', 'litellm', 'chromadb', 'torch', 'docker', 'pydantic', 'jupyter_server'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_result_is_saved_as_an_archive(
    session: Session, run: Run, paper: Paper, fake: Running, tmp_path: Path
):
    run("%%agent\nadd")
    run(f"%agent zip {tmp_path / 'mine.zip'}")
    assert zipfile.is_zipfile(tmp_path / "mine.zip")
    assert "Saved as" in paper.text and "not validated" not in paper.text
    (name,) = fake.engine.executions
    run(f"%agent zip {name} {tmp_path / 'again.zip'}")
    assert (tmp_path / "again.zip").exists()


def test_an_archive_goes_over_nothing_and_says_where_it_can_not_go(
    session: Session, run: Run, paper: Paper, tmp_path: Path
):
    run("%%agent\nadd")
    (tmp_path / "taken.zip").write_text("precious")
    run(f"%agent zip {tmp_path / 'taken.zip'}")
    assert "is there already" in paper.text
    assert (tmp_path / "taken.zip").read_text() == "precious"
    run(f"%agent zip {tmp_path / 'missing' / 'a.zip'}")
    assert "can't be written: No such file" in paper.text


def test_an_archive_of_what_is_not_validated_says_so(
    session: Session, run: Run, paper: Paper, tmp_path: Path
):
    run("%%agent\npartially add")
    run(f"%agent zip {tmp_path / 'a.zip'}")
    assert "The code is not validated" in paper.text


def test_of_an_archive_that_does_not_fit_nothing_is_left(
    session: Session, run: Run, paper: Paper, tmp_path: Path
):
    run("%%agent\nadd")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Beyond the limit a write fails as it does on a full disk; Python ignores the signal.
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        run(f"%agent zip {tmp_path / 'a.zip'}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "can't be written: File too large" in paper.text
    assert list(tmp_path.glob("*.zip")) == []


def test_cleaning_up_says_what_went_and_what_could_not_go(
    session: Session, run: Run, fake: Running, paper: Paper
):
    run("%agent cleanup --dry-run")
    fake.engine.expired = {"removed": {}, "problems": ["The disk is full."]}
    run("%agent cleanup")
    assert [bundle["text/plain"] for bundle in paper.shown] == [
        "Would remove 2 executions, 3 attempts.",
        "Nothing has expired. The disk is full.",
    ]
    assert [body for method, path, body in fake.engine.requests if path.endswith("/cleanup")] == [
        {"dry_run": True},
        {"dry_run": False},
    ]


def test_limits_show_what_limits_and_leave_out_what_does_not(session: Session, run: Run, paper: Paper):
    run("%agent limits")
    (bundle,) = paper.shown
    text = bundle["text/plain"]
    for shown in ("7 of 100 used", "1 day, the latest 50", "subprocess", "always", "$0.25", "$0 a month"):
        assert shown in text
    assert "a minute" not in text
    assert "never models" not in text
