"""A message in a session: answered, or carried out."""

from __future__ import annotations

from typing import Any, Protocol

from ..agents.models import Task
from ..agents.notebook import given_files, relevant_cells, relevant_variables
from ..core.errors import AgentError
from ..executions.models import ExecuteRequest
from ..executions.service import ExecutionService
from ..llm.models import Message, ModelRequest, Preference, TierName
from ..sessions.models import NewSession
from ..sessions.service import SessionService
from ..storage.database import Database
from .answering import Answerer, Model
from .intent import intent_of
from .models import ChatReply, ChatRequest
from .store import ChatStore

_TIERS: dict[Preference, TierName] = {"fast": "simple", "balanced": "medium", "quality": "complex"}
_MOST_TOKENS = 2048
PAUSE_SECONDS = 0.2


class Prompts(Protocol):
    """Renders prompts."""

    def render(self, template: str, **context: Any) -> str:
        """One prompt."""


class ChatService:
    """Conversation with the agent."""

    def __init__(
        self,
        database: Database,
        model: Model,
        executions: ExecutionService,
        sessions: SessionService,
        prompts: Prompts,
        *,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        self._executions = executions
        self._sessions = sessions
        self._prompts = prompts
        self._store = ChatStore(database)
        self._answerer = Answerer(model, self._store, executions.announce, pause)

    async def start(self) -> None:
        """End what a dead engine was about to answer; before anything is asked of this one."""
        for user in await self._store.end_broken():
            self._executions.announce(user)

    async def say(self, user: str, request: ChatRequest) -> ChatReply:
        """Answer a question (when it is answered in full), or accept a request for code.

        Raises NotFound for a session or an artifact that isn't the user's, what `ExecutionService.accept` raises, and
        ModelUnavailable where models are set up and none answers.
        """
        wants_code = request.template_id is not None or request.intent == "code"
        if wants_code or (request.intent is None and intent_of(request.message) == "code"):
            return await self._carry_out(user, request)
        task = await self._task(user, request)
        session_id = request.session_id or (await self._sessions.create(user, NewSession())).session_id
        asked = await self._asked(session_id, task, request)
        question = await self._store.ask(user, session_id, request.message)
        self._executions.announce(user)
        reply_id, completion = await self._answerer.answer(question, asked)
        return ChatReply(
            session_id=session_id,
            message_id=question.message_id,
            reply=completion.text,
            reply_id=reply_id,
            model=completion.model,
        )

    async def _carry_out(self, user: str, request: ChatRequest) -> ChatReply:
        session_id = request.session_id or (await self._sessions.create(user, NewSession())).session_id
        options = request.model_dump(exclude={"message", "intent", "session_id"})
        try:
            accepted = await self._executions.accept(
                user, ExecuteRequest(prompt=request.message, session_id=session_id, **options)
            )
        except AgentError:
            if request.session_id is None:
                await self._sessions.delete(user, session_id)
            raise
        posted = await self._sessions.request_of(session_id, accepted.execution_id)
        return ChatReply(
            session_id=session_id,
            message_id=posted,
            execution_id=accepted.execution_id,
            cached_from=accepted.cached_from,
        )

    async def _task(self, user: str, request: ChatRequest) -> Task:
        """What the question is about, with the files that it names. Raises as `ExecutionService.given_to`."""
        context = request.context
        task = Task(
            execution_id="",
            user=user,
            prompt=request.message,
            cells=context.cells,
            variables=context.variables,
            samples=context.samples,
        )
        return await self._executions.given_to(task, request.context_artifacts)

    async def _asked(self, session_id: str, task: Task, request: ChatRequest) -> ModelRequest:
        prompt = self._prompts.render(
            "chat",
            prompt=request.message,
            examples=[],
            variables=relevant_variables(task),
            cells=relevant_cells(task),
            inputs=given_files(task),
            conversation=await self._sessions.conversation(task.user, session_id),
        )
        return ModelRequest(
            purpose="chat",
            tier=request.tier or _TIERS[request.llm_preference],
            messages=[
                Message(role="system", content=self._prompts.render("chat_system")),
                Message(role="user", content=prompt),
            ],
            prompt=request.message,
            # Whoever asks the models leaves them out where a model is not on this machine.
            samples=task.samples,
            max_tokens=_MOST_TOKENS,
            user=task.user,
        )
