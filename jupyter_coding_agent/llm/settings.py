"""Which models are asked, in which order, and within which limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, Float, Int, List, TraitError, Unicode

from ..core.settings import Settings

if TYPE_CHECKING:
    # Every Jupyter server loads the settings at its start, and the models only when asked something.
    from .models import TierName

TEMPLATES = "templates"
"""The name of the built-in provider."""

DEFAULT_MODELS = {
    "anthropic": "anthropic/claude-sonnet-4-6",
    "deepseek": "deepseek/deepseek-v4-flash",
    "groq": "groq/llama-3.3-70b-versatile",
    "ollama": "ollama/qwen2.5-coder:7b",
    "openai": "openai/gpt-4.1",
}
"""What a provider's bare name stands for."""


class ModelList(List[str]):
    """Models in order, ``provider/model`` or a known provider's bare name; as text, separated by commas."""

    def __init__(self, default: list[str], help: str) -> None:
        super().__init__(Unicode(), default_value=default, help=help)

    def from_string(self, s: str) -> list[str]:
        """``groq, openai/gpt-4.1`` as a list."""
        return [name.strip() for name in s.split(",") if name.strip()]

    def validate(self, obj: Any, value: Any) -> list[str]:
        """The list with bare names written out. Raises TraitError for a name that has no provider in it."""
        return [self._model(name) for name in super().validate(obj, value) or []]

    def _model(self, name: str) -> str:
        if name == TEMPLATES:
            return name
        if name in DEFAULT_MODELS:
            return DEFAULT_MODELS[name]
        provider, slash, model = name.partition("/")
        if not (provider and slash and model):
            known = ", ".join([TEMPLATES, *DEFAULT_MODELS])
            raise TraitError(f"{self.name}: {name!r} is neither 'provider/model' nor one of {known}.")
        return name


class ModelSettings(Settings):
    """Models, their failover and their limits."""

    simple = ModelList(
        ["ollama/qwen2.5-coder:7b"],
        help="Models for simple requests, in order.",
    ).tag(config=True, env="LLM_SIMPLE_PROVIDER")
    medium = ModelList(
        ["groq/llama-3.3-70b-versatile"],
        help="Models for medium requests, in order.",
    ).tag(config=True, env="LLM_MEDIUM_PROVIDER")
    complex = ModelList(
        [DEFAULT_MODELS["anthropic"], DEFAULT_MODELS["openai"]],
        help="Models for complex requests, in order.",
    ).tag(config=True, env="LLM_COMPLEX_PROVIDER")
    failover = ModelList(
        # Groq's is another model than the medium tier's: one retired model must not take Groq away.
        [
            "groq/openai/gpt-oss-120b",
            DEFAULT_MODELS["deepseek"],
            DEFAULT_MODELS["ollama"],
            DEFAULT_MODELS["openai"],
        ],
        help="Models asked after those of the tier, in order. Without a key or a server they are skipped.",
    ).tag(config=True)
    llm_provider = ModelList(
        [],
        help="If given, exactly these serve every tier, without failover; 'templates' means no model at all.",
    ).tag(config=True, env="LLM_PROVIDER")
    templates_fallback = Bool(
        True, help="Whether the built-in templates answer when none of the models that you gave does."
    ).tag(config=True)
    api_base = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Model → address of its OpenAI-compatible server: {'openai/my': 'http://localhost:8000/v1'}.",
    ).tag(config=True)
    api_key_env = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Model in `api_base` → variable with the key for that server; no other key is sent there.",
    ).tag(config=True)
    ollama_base_url = Unicode("http://localhost:11434", help="Ollama's address.").tag(
        config=True, env="=OLLAMA_BASE_URL"
    )
    ollama_context_tokens = Int(
        8192,
        min=1024,
        help="Context asked of Ollama, which cuts longer prompts silently; more needs more memory.",
    ).tag(config=True)
    prices = Dict(
        key_trait=Unicode(),
        value_trait=List(Float(min=0), minlen=2, maxlen=2),
        help="Model → [input, output] US dollars per million tokens, where litellm's price table lacks them.",
    ).tag(config=True)
    request_timeout_seconds = Float(120.0, min=0.01, help="Longest time for one model's whole answer.").tag(
        config=True
    )
    connect_timeout_seconds = Float(5.0, min=0.01, help="Longest time to connect to a model.").tag(
        config=True
    )
    retry_after_cap_seconds = Float(
        20.0, min=0, help="Longest wait for a rate-limited model when no other model answers; 0 never waits."
    ).tag(config=True)
    cool_down_seconds = Float(
        30.0, min=0, help="How long a model that refused the connection or timed out is not asked again."
    ).tag(config=True)
    max_reply_bytes = Int(256 * 1024, min=1024, help="Longest reply that is read, in bytes.").tag(config=True)
    share_samples_with_remote_models = Bool(
        False, help="Whether samples of your data may be sent to models that are not on this machine."
    ).tag(config=True)
    cost_alert_threshold = Float(
        None, allow_none=True, min=0, help="US dollars a month from which on a warning is shown."
    ).tag(config=True, env="COST_ALERT_THRESHOLD")
    cost_limit_monthly = Float(
        None, allow_none=True, min=0, help="US dollars a month from which on paid models are refused."
    ).tag(config=True, env="COST_LIMIT_MONTHLY")

    def chain(self, tier: TierName) -> list[str]:
        """The models of a tier in order, each once; ends at ``templates`` if that is named."""
        names = self.llm_provider or [*getattr(self, tier), *self.failover]
        unique = list(dict.fromkeys(names))
        return unique[: unique.index(TEMPLATES) + 1] if TEMPLATES in unique else unique

    @property
    def models_given(self) -> bool:
        """Whether the user chose models, rather than the defaults being in force."""
        defaults = (self.traits()[tier].default() for tier in ("simple", "medium", "complex"))
        chosen = [self.simple, self.medium, self.complex] != list(defaults)
        return chosen or bool(self.llm_provider and self.llm_provider != [TEMPLATES])
