"""The client and ``%agent artifacts`` on a real engine."""

from __future__ import annotations

import base64
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from jupyter_coding_agent.client.api import AgentClient
from jupyter_coding_agent.client.endpoint import Endpoint
from jupyter_coding_agent.core.errors import InvalidInput, NotFound, TooLarge, Unprocessable
from jupyter_coding_agent.core.paths import database_path, socket_path
from jupyter_coding_agent.magics import register
from jupyter_coding_agent.magics.kernel import ShellKernel
from jupyter_coding_agent.magics.session import Session
from tests.artifacts.leaving import PNG
from tests.engine_process import EngineProcess
from tests.magics.conftest import Paper


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine") / "data"


@pytest.fixture(scope="module")
def client(data: Path) -> Iterator[AgentClient]:
    engine = EngineProcess(data, CODING_AGENT_ARTIFACT_MAX_SIZE_MB="1")
    asking = AgentClient(lambda: Endpoint("socket", "http://localhost", socket=socket_path(data)))
    yield asking
    asking.close()
    engine.close()


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def shell(
    client: AgentClient, paper: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> InteractiveShell:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    made = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    register(made, Session(client, ShellKernel(made, served=lambda: False), paper))
    return made


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "my orders.csv"
    path.write_text("order_id,amount\n1,2.5\n")
    return path


def test_the_client_takes_a_file_there_and_back(client: AgentClient, table: Path, tmp_path: Path):
    session = client.sessions.create("orders")["session_id"]
    (made,) = client.artifacts.upload([table], session_id=session)
    assert client.artifacts.get(made["artifact_id"]) == made
    assert client.artifacts.list(session_id=session)["artifacts"] == [made]
    client.artifacts.download(made["artifact_id"], tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == table.read_bytes()
    with pytest.raises(InvalidInput, match="there already"):
        client.artifacts.download(made["artifact_id"], table)
    client.artifacts.delete(made["artifact_id"])
    with pytest.raises(NotFound):
        client.artifacts.get(made["artifact_id"])
    with pytest.raises(NotFound):
        client.artifacts.download(made["artifact_id"], tmp_path / "gone.csv")
    assert not (tmp_path / "gone.csv").exists()


def test_what_cannot_be_uploaded_is_a_sentence(client: AgentClient, tmp_path: Path):
    (tmp_path / "big").write_bytes(bytes(2**20 + 1))
    with pytest.raises(TooLarge, match="1 MiB"):
        client.artifacts.upload([tmp_path / "big"])
    with pytest.raises(InvalidInput, match="not a file"):
        client.artifacts.upload([tmp_path])
    with pytest.raises(Unprocessable, match="not a ZIP"):
        client.artifacts.upload([Path(__file__)], unpack=True)


def test_the_magic_does_all_of_it(shell: InteractiveShell, paper: Paper, table: Path, tmp_path: Path):
    shell.run_line_magic("agent", f"artifacts upload '{table}'")
    assert "my orders.csv" in paper.text
    name = paper.text.partition("art_")[2][:32]
    shell.run_line_magic("agent", "artifacts")
    assert "uploaded" in paper.text
    shell.run_line_magic("agent", f"artifacts show {name[:12]}")
    assert "text/csv" in paper.text
    shell.run_line_magic("agent", f"artifacts download art_{name} '{tmp_path / 'copy.csv'}'")
    assert (tmp_path / "copy.csv").read_text() == table.read_text()
    shell.run_line_magic("agent", f"artifacts delete {name}")
    assert "is deleted" in paper.text
    shell.run_line_magic("agent", f"artifacts show {name}")
    assert "There is no artifact" in paper.text


def test_a_small_picture_is_shown(
    shell: InteractiveShell, client: AgentClient, paper: Paper, data: Path, tmp_path: Path
):
    (tmp_path / "small.png").write_bytes(PNG)
    (made,) = client.artifacts.upload([tmp_path / "small.png"])
    with pytest.raises(NotFound, match="no small picture"):
        client.artifacts.thumbnail(made["artifact_id"])
    with closing(sqlite3.connect(database_path(data))) as database, database:
        database.execute(
            "UPDATE artifacts SET thumbnail_sha256 = sha256 WHERE id = ?", (made["artifact_id"],)
        )
    shell.run_line_magic("agent", f"artifacts show {made['artifact_id']}")
    assert base64.b64decode(paper.shown[-1]["image/png"]) == PNG
    assert "small picture" in paper.shown[-1]["text/plain"]


def test_a_zip_is_unpacked(shell: InteractiveShell, paper: Paper, tmp_path: Path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("folder/a.csv", "1")
    (tmp_path / "f.zip").write_bytes(made.getvalue())
    shell.run_line_magic("agent", f"artifacts upload --unpack {tmp_path / 'f.zip'}")
    assert "folder/a.csv" in paper.text


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("artifacts nope", "does not know 'nope'"),
        ("artifacts show", "Write %agent artifacts"),
        ("artifacts upload", "Write %agent artifacts"),
        ("artifacts show 'x", "can't be read"),
        ("artifacts upload /nonexistent/file", "is not a file"),
        ("artifacts show art_none", "There is no artifact"),
    ],
)
def test_a_wrong_line_is_a_sentence(shell: InteractiveShell, paper: Paper, line: str, sentence: str):
    shell.run_line_magic("agent", line)
    assert sentence in paper.text


def test_context_that_is_no_file_is_a_sentence(shell: InteractiveShell, paper: Paper):
    shell.run_cell_magic("agent", "--context plot it", "now")
    assert "there is no file 'plot'" in paper.text
