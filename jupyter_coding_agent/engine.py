"""Wires the rooms' services, once. What is heavy is imported where it is first used."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from tornado.web import Application
from traitlets.config import Config

from .agents.conversation.prompting import Prompts
from .agents.loop import Loop
from .agents.ports import Recorder
from .agents.settings import AgentSettings
from .artifacts import handlers as artifacts_handlers
from .artifacts.content import Contents
from .artifacts.service import ArtifactService
from .artifacts.settings import ArtifactSettings
from .chat import handlers as chat_handlers
from .chat.service import ChatService
from .config import handlers as config_handlers
from .config.service import ConfigService
from .core.activity import Activity
from .core.clock import new_id
from .core.once import made_once
from .core.paths import artifacts_path, database_path
from .delivery import handlers as delivery_handlers
from .delivery.service import Delivery, package
from .executions import handlers as executions_handlers
from .executions.carrier import Loops
from .executions.proving import TemplateProof
from .executions.replay import Replays
from .executions.reuse import Reuse
from .executions.service import ExecutionService
from .executions.settings import ExecutionSettings
from .executions.surroundings import Surroundings
from .health import handlers as health_handlers
from .health.service import HealthService
from .limits import handlers as limits_handlers
from .limits.service import LimitsService
from .llm import handlers as llm_handlers
from .llm.catalog import KEY_VARIABLES
from .llm.service import ModelService
from .llm.settings import ModelSettings
from .notebooks import handlers as notebooks_handlers
from .notebooks.service import Notebooks
from .notebooks.settings import NotebookSettings
from .policy.rate import RateLimit
from .policy.service import Policy
from .policy.settings import PolicySettings
from .receipts import handlers as receipts_handlers
from .receipts.keys import trusted_path
from .receipts.service import ReceiptService
from .receipts.settings import ReceiptSettings
from .repair import handlers as repair_handlers
from .repair.backups import BackupExaminer
from .repair.files import ArtifactExaminer
from .repair.references import DatabaseExaminer
from .repair.service import RepairService
from .retention import handlers as retention_handlers
from .retention.calls import ExpiringCalls
from .retention.executions import ExpiringExecutions
from .retention.protocol import Expiring
from .retention.service import Retention
from .retention.settings import RetentionSettings
from .runner.service import ContainerRunner
from .runner.settings import RunnerSettings
from .security import handlers as security_handlers
from .security.service import SecurityService
from .sessions import handlers as sessions_handlers
from .sessions.service import SessionService
from .sessions.settings import SessionSettings
from .settings import ALL as ALL_SETTINGS
from .storage.database import Database
from .templates import handlers as templates_handlers
from .templates.catalog import TemplateLibrary
from .templates.service import TemplateService
from .templates.settings import TemplateSettings
from .templates.store import UsageStore
from .users.service import Users
from .users.settings import UserSettings
from .validation import handlers as validation_handlers
from .validation.languages import LANGUAGES
from .validation.receipts import Signer
from .validation.service import Validator
from .validation.settings import ValidationSettings
from .web import openapi
from .web.handlers import ADMIT, CHANGED, NotFoundHandler, Route, application
from .web.headers import PREFIX


def owner_of(data: Path) -> str:
    """The label by which containers belong to a data directory: a random name that is kept in it.

    Not derived from the path: two machines may share a container engine and have the same paths.
    """
    return made_once(data / "owner", new_id("own").encode).decode()


def artifacts_of(
    data: Path, database: Database, config: Config, environ: Mapping[str, str] = os.environ
) -> ArtifactService:
    """The artifacts of a data directory, not started yet."""
    settings = ArtifactSettings(config=config, environ=environ)
    elsewhere = settings.storage_path
    contents = Contents(artifacts_path(data, elsewhere), owner_of(data) if elsewhere else None)
    return ArtifactService(database, contents, settings)


def expiring(
    database: Database,
    artifacts: ArtifactService,
    users: Users,
    config: Config,
    environ: Mapping[str, str] = os.environ,
) -> list[Expiring]:
    """Everything that is not kept for ever. Also for `cleanup`, where no engine runs.

    What depends on another comes before it: so a dry run, in which nothing goes, finds the same.
    """
    settings = RetentionSettings(config=config, environ=environ)
    executions = ExpiringExecutions(database, settings, users.tier_of)
    return [artifacts, ExpiringCalls(database, settings), executions]


class Engine:
    """Everything behind the private socket. Made by `start`, ended by `close`."""

    def __init__(
        self,
        stack: AsyncExitStack,
        routes: list[Route],
        activity: Activity,
        limit: RateLimit,
        changed: Callable[[str, str], None],
    ) -> None:
        self._stack = stack
        self._routes = routes
        self._activity = activity
        self._limit = limit
        self._changed = changed

    @classmethod
    async def start(
        cls,
        data: Path,
        config: Config | None = None,
        *,
        engine_id: str = "",
        activity: Activity | None = None,
        orphaned: bool = False,
        environ: Mapping[str, str] = os.environ,
        loops: Loops | None = None,
    ) -> Engine:
        """Open the data directory and go on with what an earlier engine left. Only for its owner.

        `orphaned`: the earlier engine was killed, so its containers may still be there.
        `loops`: who carries out executions in place of the agents' loop.

        Raises:
            SettingError: a setting has a wrong value.
            StorageUnavailable: the data directory can't be used.
        """
        config, activity = config or Config(), activity or Activity()
        agent_settings = AgentSettings(config=config, environ=environ)
        execution_settings = ExecutionSettings(config=config, environ=environ)
        validation_settings = ValidationSettings(config=config, environ=environ)
        runner_settings = RunnerSettings(config=config, environ=environ)
        session_settings = SessionSettings(config=config, environ=environ)
        model_settings = ModelSettings(config=config, environ=environ)
        template_settings = TemplateSettings(config=config, environ=environ)
        policy_settings = PolicySettings(config=config, environ=environ)
        receipt_settings = ReceiptSettings(config=config, environ=environ)
        notebook_settings = NotebookSettings(config=config, environ=environ)
        policy = Policy(policy_settings)
        async with AsyncExitStack() as stack:
            database = await Database.open(database_path(data))
            stack.push_async_callback(database.close)
            users = Users(database, UserSettings(config=config, environ=environ))
            await users.settle()
            library, prompts, signer = await asyncio.gather(
                asyncio.to_thread(TemplateLibrary.of, template_settings, data),
                asyncio.to_thread(Prompts),
                asyncio.to_thread(Signer.load, data),
            )
            templates = TemplateService(library, UsageStore(database))
            stack.push_async_callback(templates.close)
            artifacts = artifacts_of(data, database, config, environ)
            await artifacts.start()
            stack.push_async_callback(artifacts.close)
            models = ModelService(model_settings, templates, database, environ=environ, policy=policy)
            stack.push_async_callback(models.close)
            runner = ContainerRunner(runner_settings, owner_of(data), engine_id or new_id("eng"))
            stack.push_async_callback(runner.close)
            validator = Validator(runner, validation_settings, signer, policy=policy)

            def loop(recorder: Recorder) -> Loop:
                return Loop(models, validator, recorder, prompts, agent_settings, templates)

            sessions = SessionService(database, session_settings)

            async def image_digest(language: str) -> str:
                known = LANGUAGES.get(language)
                return await runner.image_digest(known.image if known else language)

            surroundings = Surroundings(
                models,
                image_digest,
                prompts.version,
                [
                    agent_settings,
                    execution_settings,
                    model_settings,
                    policy_settings,
                    runner_settings,
                    validation_settings,
                ],
                templates=library.fingerprint,
            )
            executions = ExecutionService(
                database,
                loops or loop,
                execution_settings,
                languages=LANGUAGES.keys(),
                templates=templates,
                signer=signer,
                activity=activity,
                sessions=sessions,
                on_work=runner.warm,
                artifacts=artifacts,
                policy=policy,
                tier_of=users.tier_of,
                surroundings=surroundings,
                reuse=Reuse(database, surroundings, signer, sessions),
                package=package,
            )
            if orphaned:
                # The first contact with the container engine removes what is not this engine's.
                runner.warm()
            await executions.start()
            stack.push_async_callback(executions.close)
            chat = ChatService(database, models, executions, sessions, prompts)
            await chat.start()
            retention = Retention(expiring(database, artifacts, users, config, environ))
            retention.start()
            stack.push_async_callback(retention.close)
            limits = LimitsService(
                policy_settings,
                execution_settings,
                agent_settings,
                model_settings,
                RetentionSettings(config=config, environ=environ),
                tier_of=users.tier_of,
                used=executions.used_today,
                samples_welcome=models.samples_welcome,
            )
            routes = [
                *executions_handlers.routes(executions),
                *sessions_handlers.routes(sessions),
                *artifacts_handlers.routes(artifacts),
                *executions_handlers.replay_routes(Replays(database, surroundings, executions)),
                *delivery_handlers.routes(Delivery(executions, policy)),
                *chat_handlers.routes(chat),
                *validation_handlers.routes(validator),
                *receipts_handlers.routes(
                    ReceiptService(signer.public_key, trusted_path(data, receipt_settings.trusted_keys))
                ),
                *notebooks_handlers.routes(
                    Notebooks(runner, validator, notebook_settings, signer=signer, artifacts=artifacts)
                ),
                *health_handlers.routes(HealthService(database, runner, models)),
                *llm_handlers.routes(models),
                *templates_handlers.routes(templates, TemplateProof(executions)),
                *repair_handlers.routes(
                    RepairService(
                        [DatabaseExaminer(database), ArtifactExaminer(artifacts), BackupExaminer(data)]
                    )
                ),
                *retention_handlers.routes(retention),
                *limits_handlers.routes(limits),
                *security_handlers.routes(SecurityService(validator, executions)),
                *config_handlers.routes(
                    ConfigService(
                        [kind(config=config, environ=environ) for kind in ALL_SETTINGS],
                        environ,
                        secrets=KEY_VARIABLES.values(),
                    )
                ),
                *openapi.routes(),
            ]
            return cls(
                stack.pop_all(),
                routes,
                activity,
                RateLimit(policy_settings.posts_per_minute),
                executions.changed,
            )

    def routes(self) -> list[Route]:
        """Every room's endpoints, below ``/coding-agent``."""
        return self._routes

    def application(self) -> Application:
        """What the private socket serves."""
        mounted = [(rf"/{PREFIX}{pattern}", handler, wired) for pattern, handler, wired in self._routes]
        served = application(mounted, self._activity, NotFoundHandler)
        served.settings[ADMIT] = self._limit.admit
        served.settings[CHANGED] = lambda user, path: self._changed(user, path.removeprefix(f"/{PREFIX}"))
        return served

    @property
    def idle(self) -> bool:
        """Whether no request is in flight and no execution runs."""
        return self._activity.idle

    async def close(self) -> None:
        """End what runs, in a state from which the next engine goes on, and remove every container."""
        await self._stack.aclose()
