"""A process that hosts an engine: the real `serve`, or one whose loop is scripted, to be killed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tornado.web import Application

from jupyter_coding_agent.core.paths import socket_path
from tests.serving import private_client

ROOT = Path(__file__).parent.parent
NO_DOCKER = "unix:///nonexistent/docker.sock"
"""What these tests are about needs no container."""


class EngineProcess:
    """``serve`` in a process of its own. With `scripted`, see `scripted_engine`."""

    def __init__(
        self, data: Path, *, idle_seconds: float = 600, scripted: bool = False, **environ: str
    ) -> None:
        self.data = data
        reading, writing = os.pipe()
        arguments = [str(data), str(writing), str(idle_seconds), "scripted" if scripted else "real"]
        env = os.environ | {"PYTHONPATH": str(ROOT), "CODING_AGENT_LLM_PROVIDER": "templates"}
        env |= {"DOCKER_HOST": NO_DOCKER} | environ
        self._log = (data.parent / f"{data.name}.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine_process", *arguments],
            env=env,
            pass_fds=[writing],
            stdout=self._log,
            stderr=self._log,
        )
        os.close(writing)
        with os.fdopen(reading) as ready:
            line = ready.readline()
        self.answer: dict[str, Any] = json.loads(line) if line else {}

    def client(self) -> Any:
        return private_client(socket_path(self.data))

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    def end(self, timeout: float = 20) -> int:
        """Wait for its own end; the exit status."""
        return self.process.wait(timeout)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._log.close()


class ScriptedEngine:
    """Executions whose first start never ends, and whose second passes at once."""

    def __init__(self, database: Any, service: Any, activity: Any) -> None:
        self._database, self._service, self._activity = database, service, activity

    def application(self) -> Application:
        from jupyter_coding_agent.executions.handlers import routes
        from jupyter_coding_agent.web.handlers import NotFoundHandler, application

        mounted = [(f"/coding-agent{path}", handler, wired) for path, handler, wired in routes(self._service)]
        return application(mounted, self._activity, NotFoundHandler)

    async def close(self) -> None:
        await self._service.close()
        await self._database.close()


async def scripted_engine(
    data: Path, config: Any, *, engine_id: str, activity: Any, orphaned: bool
) -> ScriptedEngine:
    from jupyter_coding_agent.core.paths import database_path
    from jupyter_coding_agent.executions.service import ExecutionService
    from jupyter_coding_agent.executions.settings import ExecutionSettings
    from jupyter_coding_agent.storage.database import Database
    from tests.scripted_loop import TESTS, ScriptedLoop, attempt, passes

    async def script(recorder: Any, task: Any, history: Any) -> Any:
        if history is not None:
            return await passes(recorder, task, None)
        await recorder.tests_written(TESTS, None)
        await recorder.attempt(attempt(1, "first life\n", "failed"))
        await recorder.event("retry", {"attempt": 1, "error_class": None, "reason": None, "fix": ""})
        await asyncio.Event().wait()

    database = await Database.open(database_path(data))
    service = ExecutionService(
        database, ScriptedLoop(script), ExecutionSettings(environ={}), languages={"python"}, activity=activity
    )
    await service.start()
    return ScriptedEngine(database, service, activity)


def main() -> None:
    from jupyter_coding_agent.core.errors import AgentError
    from jupyter_coding_agent.host import serve, start_engine

    data, ready_fd, idle_seconds, kind = sys.argv[1:]
    start = scripted_engine if kind == "scripted" else start_engine
    try:
        asyncio.run(serve(Path(data), int(ready_fd), float(idle_seconds), start=start))
    except AgentError as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main()
