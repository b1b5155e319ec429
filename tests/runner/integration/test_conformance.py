"""What every backend must hold, against honest code and attacks, on the real engine with the real image."""

from __future__ import annotations

import asyncio
import textwrap
import time
from typing import Any

import pytest

from jupyter_coding_agent.core.errors import ImageMissing, InvalidInput
from jupyter_coding_agent.runner.models import AnalysisJob, Limits, TestJob, TestRun
from jupyter_coding_agent.runner.service import ContainerRunner
from tests.engine import Engine, MakeRunner, add_job, job, new_owner

pytestmark = pytest.mark.engine

BACKENDS = ["docker"]


class Ground:
    """A runner, and what the engine says about its containers."""

    def __init__(self, runner: ContainerRunner, engine: Engine, owner: str) -> None:
        self.runner = runner
        self.engine = engine
        self.owner = owner

    async def run(self, test: str, solution: str = "", **values: Any) -> TestRun:
        """Run one test file."""
        return await self.runner.run_tests(job(textwrap.dedent(solution), textwrap.dedent(test), **values))

    async def is_well(self) -> None:
        """No test container is left, and the next job is judged as if nothing had happened."""
        assert await self.engine.empties(self.owner, "test")
        again = await self.runner.run_tests(add_job())
        assert again.exit.reason == "finished"
        assert outcomes(again) == {"test_solution.py::test_adds": "passed"}
        assert await self.engine.empties(self.owner, "test")


def outcomes(run: TestRun) -> dict[str, str]:
    return {report.id: report.outcome for report in run.reports}


@pytest.fixture(params=BACKENDS)
def ground(request: pytest.FixtureRequest, make_runner: MakeRunner, engine: Engine) -> Ground:
    """A runner that keeps nothing ready, so that every container of it is one of a run."""
    owner = new_owner()
    return Ground(
        make_runner(owner, backend=request.param, warm_plain=0, warm_data=0, warm_plot=0), engine, owner
    )


def short(**values: Any) -> Limits:
    return Limits(timeout_seconds=3, **values)


async def test_reports_what_passed_what_failed_and_where_it_ran(ground: Ground) -> None:
    run = await ground.run(
        """
        from solution import add

        def test_adds():
            assert add(1, 2) == 3

        def test_wrong():
            assert add(1, 2) == 4
        """,
        "def add(a, b):\n    print('adding')\n    return a + b\n",
    )
    assert outcomes(run) == {
        "test_solution.py::test_adds": "passed",
        "test_solution.py::test_wrong": "failed",
    }
    assert run.exit.reason == "finished"
    assert run.executed_lines["solution.py"] == [1, 2, 3]
    assert "assert" in run.reports[1].message
    assert run.isolation.network == "none"
    assert run.isolation.image_digest == await ground.runner.image_digest("python")
    await ground.is_well()


async def test_data_goes_in_and_files_come_out(ground: Ground) -> None:
    run = await ground.run(
        """
        from pathlib import Path

        def test_copies():
            Path("out").mkdir()
            Path("out/copy.bin").write_bytes(Path("in.bin").read_bytes())
        """,
        data={"in.bin": bytes(range(256))},
    )
    assert run.exit.reason == "finished"
    assert {file.path: file.content for file in run.outputs} == {"out/copy.bin": bytes(range(256))}


async def test_data_code_runs_where_pandas_is(ground: Ground) -> None:
    run = await ground.run(
        "import pandas as pd\n\ndef test_sums():\n    assert pd.Series([1, 2]).sum() == 3\n",
        imports=["pandas"],
    )
    assert list(outcomes(run).values()) == ["passed"]


async def test_analysis_judges_bytes_and_tidies(ground: Ground) -> None:
    source = b"import subprocess\nsubprocess.call(input(), shell=True)\nprint(undefined)\n"
    found = await ground.runner.analyze(AnalysisJob(files={"solution.py": source}))
    assert "F821" in {finding.code for finding in found.lint if finding.severity == "error"}
    assert "high" in {finding.severity for finding in found.security}
    tidied = await ground.runner.analyze(AnalysisJob(files={"solution.py": b"x=1"}, tidy=True))
    assert tidied.tidied == {"solution.py": b"x = 1\n"}


async def test_analysis_container_is_replaced_when_it_dies(ground: Ground) -> None:
    await ground.runner.analyze(AnalysisJob(files={"a.py": b"x = 1\n"}))
    (container,) = ground.engine.containers(ground.owner, "analysis")
    await asyncio.to_thread(container.kill)
    found = await ground.runner.analyze(AnalysisJob(files={"a.py": b"x = 1\n"}))
    assert found.statements == {"a.py": [1]}


@pytest.mark.parametrize(
    "files",
    [
        {"../solution.py": b""},
        {"/etc/passwd": b""},
        {"a\0b.py": b""},
        {"a.py": b"", "a.py/b.py": b""},
    ],
)
async def test_bad_paths_never_reach_a_container(ground: Ground, files: dict[str, bytes]) -> None:
    with pytest.raises(InvalidInput) as caught:
        await ground.runner.run_tests(TestJob(files=files, tests={}, collect=[]))
    assert caught.value.field == "files"
    assert ground.engine.containers(ground.owner) == []


async def test_unbuilt_image_is_a_sentence(make_runner: MakeRunner) -> None:
    runner = make_runner(base_image="debian:never-built")
    with pytest.raises(ImageMissing, match="jupyter coding-agent images build"):
        await runner.run_tests(add_job())


ENDINGS = {
    "prints forever": ("while True:\n    print('x' * 1000)", "output_limit"),
    "forks forever": (
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
        "timeout",
    ),
    "allocates forever": ("held = []\nwhile True:\n    held.append(bytearray(1 << 20))", "memory_limit"),
    "sleeps through signals": (
        "import signal, time\nfor number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):\n"
        "    signal.signal(number, signal.SIG_IGN)\ntime.sleep(1000)",
        "timeout",
    ),
    "exits at once": ("import os\nos._exit(0)", "died"),
    "kills itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "died"),
}


@pytest.mark.parametrize("where", ["at import", "in a test"])
@pytest.mark.parametrize("attack", ENDINGS)
async def test_never_ending_and_ending_early(ground: Ground, attack: str, where: str) -> None:
    code, reason = ENDINGS[attack]
    solution = code if where == "at import" else "def attack():\n" + textwrap.indent(code, "    ")
    test = "import solution\n\ndef test_it():\n    solution.attack()\n"
    began = time.monotonic()
    run = await ground.run(
        test, solution, limits=short(memory_mb=256, pids=64, output_kill_bytes=4 << 20, output_bytes=1000)
    )
    assert run.exit.reason == reason
    assert "passed" not in outcomes(run).values()
    assert len(run.stdout) <= 1000
    assert time.monotonic() - began < 10
    await ground.is_well()


DENIED = {
    "the harness's output": """
        for pid in (1, os.getppid()):
            for number in (0, 1, 2):
                denied(lambda: open(f"/proc/{pid}/fd/{number}", "wb"))
        """,
    "the harness's memory": """
        for pid in (1, os.getppid()):
            denied(lambda: open(f"/proc/{pid}/mem", "r+b"))
        """,
    "its signals": "denied(lambda: os.kill(1, 9)); denied(lambda: os.kill(os.getppid(), 9))",
    "the sources": """
        for path in ("solution.py", "test_solution.py"):
            denied(lambda: open(path, "w"))
            denied(lambda: os.remove(path))
            denied(lambda: os.rename(path, "other.py"))
            denied(lambda: os.chmod(path, 0o777))
        """,
    "the root file system": """
        for path in ("/etc/x", "/opt/agent/x", "/usr/lib/python3/dist-packages/x.pth", "/x", "/root/x"):
            denied(lambda: open(path, "w"))
        """,
    "the network": """
        for address in (("1.1.1.1", 53), ("172.17.0.1", 80), ("169.254.169.254", 80)):
            denied(lambda: socket.create_connection(address, timeout=1))
        assert os.listdir("/sys/class/net") == ["lo"]
        """,
    "names": "denied(lambda: socket.getaddrinfo('example.com', 80))",
    "privileges": """
        status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
        assert {status["Uid"], status["Gid"]} == {"1000\\t1000\\t1000\\t1000"}
        assert [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")] == [0] * 4
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
        denied(lambda: os.setuid(0))
        denied(lambda: os.setgroups([0]))
        """,
    "devices": """
        denied(lambda: os.mknod("device", 0o660 | 0o020000, os.makedev(1, 3)))
        kinds = ("sd", "vd", "nvme", "mem", "kmsg")
        assert not [name for name in os.listdir("/dev") if name.startswith(kinds)]
        """,
    "a full disk": """
        for folder in ("/work", "/tmp"):
            with open(folder + "/full", "wb") as file:
                denied(lambda: [file.write(bytes(1 << 20)) for _ in range(2000)])
            os.remove(folder + "/full")
        """,
}


_DENIED_HEAD = """
import os, socket
import pytest

def denied(attack):
    with pytest.raises(OSError):
        attack()

"""


@pytest.mark.parametrize("what", DENIED)
async def test_denied(ground: Ground, what: str) -> None:
    body = textwrap.indent(textwrap.dedent(DENIED[what]).strip(), "    ")
    run = await ground.runner.run_tests(
        job(
            "",
            f"{_DENIED_HEAD}def test_denied():\n{body}\n",
            limits=Limits(timeout_seconds=20, workspace_mb=64, memory_mb=512),
        )
    )
    assert outcomes(run) == {"test_solution.py::test_denied": "passed"}, run.reports
    await ground.is_well()


async def test_the_loopback_works_and_is_all_there_is(ground: Ground) -> None:
    run = await ground.run(
        "import os, socket\n\ndef test_it():\n"
        "    with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "        socket.create_connection(server.getsockname(), timeout=5).close()\n"
        "    assert os.listdir('/sys/class/net') == ['lo']\n"
    )
    assert outcomes(run) == {"test_solution.py::test_it": "passed"}, run.reports


async def test_no_variable_of_the_server_enters(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret")
    run = await ground.run("import os\n\ndef test_it():\n    print(dict(os.environ))\n")
    assert run.exit.reason == "finished"
    assert "'PATH'" in run.stdout
    assert "very-secret" not in run.stdout
    assert "API_KEY" not in run.stdout


async def test_only_plain_files_come_out(ground: Ground) -> None:
    run = await ground.run(
        """
        import os

        def test_leaves():
            open("plain.txt", "w").write("plain")
            os.symlink("/etc/passwd", "link.txt")
            os.symlink("/etc", "folder")
            open("hard.txt", "w").write("hard")
            os.link("hard.txt", "other.txt")
            os.mkfifo("fifo")
            with open("sparse.bin", "wb") as file:
                file.truncate(1 << 40)
            os.makedirs("/".join("abcdefghijkl"))
            open("/".join("abcdefghijkl") + "/deep.txt", "w").write("deep")
            os.mkdir("too-many")
            for number in range(100):
                open(f"too-many/{number}.txt", "w").write("x")
        """,
        limits=Limits(timeout_seconds=20, artifact_count=10),
    )
    assert outcomes(run) == {"test_solution.py::test_leaves": "passed"}
    assert run.exit.reason == "finished"
    paths = {file.path for file in run.outputs}
    assert len(paths) == 10
    assert "plain.txt" in paths
    assert all(path.startswith("too-many/") for path in paths - {"plain.txt"})
    names = ("link.txt", "folder", "hard.txt", "other.txt", "fifo", "sparse.bin", "a/b/c/d/e/f/g/h")
    assert [name for name in names if name not in " ".join(run.outputs_refused)] == []
    await ground.is_well()


async def test_cancel_removes_the_container_within_two_seconds(ground: Ground) -> None:
    work = asyncio.ensure_future(ground.run("import time\n\ndef test_it():\n    time.sleep(1000)\n"))
    assert await ground.engine.settles(lambda: len(ground.engine.containers(ground.owner, "test")) == 1)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await ground.engine.empties(ground.owner, "test", within=2)
    await ground.is_well()


async def test_a_container_is_used_once(ground: Ground) -> None:
    test = """
        from pathlib import Path

        def test_it():
            assert not Path("/tmp/trace").exists()
            Path("/tmp/trace").touch()
        """
    runs = [await ground.run(test) for _ in range(2)]
    assert [list(outcomes(run).values()) for run in runs] == [["passed"], ["passed"]]


async def test_a_burst_is_all_judged_and_leaves_nothing(ground: Ground) -> None:
    jobs = [
        job(
            f"def f():\n    return {number}\n",
            f"from solution import f\n\ndef test_it():\n    assert f() == {number if number % 2 else -1}\n",
        )
        for number in range(12)
    ]
    runs = await asyncio.gather(*map(ground.runner.run_tests, jobs))
    assert [run.reports[0].outcome for run in runs] == ["failed", "passed"] * 6
    await ground.is_well()
