"""Answers what the administrator allows. Whoever is about to do something asks."""

from __future__ import annotations

from fnmatch import fnmatchcase

from ..core.errors import Forbidden
from .settings import PolicySettings


class Policy:
    """The administrator's rules; without settings, the defaults."""

    def __init__(self, settings: PolicySettings | None = None) -> None:
        self._settings = settings or PolicySettings(environ={})

    @property
    def security_forced(self) -> bool:
        """Whether the security scan is judged whatever a request says."""
        return bool(self._settings.force_security_scan)

    @property
    def blocks_imports(self) -> bool:
        """Whether any import is blocked."""
        return bool(self._settings.blocked_imports)

    def model_refused(self, model: str) -> str | None:
        """Why `model` may not be asked, or None."""
        for pattern in self._settings.blocked_models:
            if _matches(model, pattern):
                return f"the administrator blocks it (PolicySettings.blocked_models: {pattern})"
        allowed = self._settings.allowed_models
        if allowed and not any(_matches(model, pattern) for pattern in allowed):
            return f"the administrator allows only {', '.join(allowed)} (PolicySettings.allowed_models)"
        return None

    def import_rule(self, module: str) -> str | None:
        """The rule that blocks `module` (dotted), or None."""
        return next(
            (rule for rule in self._settings.blocked_imports if f"{module}.".startswith(f"{rule}.")), None
        )

    def check_output(self, kind: str) -> None:
        """Raise Forbidden where results of this kind may not be asked for."""
        allowed = self._settings.allowed_outputs
        if kind not in allowed:
            raise Forbidden(
                f"The administrator allows results as {' or '.join(allowed)} only, not as {kind} "
                "(PolicySettings.allowed_outputs).",
                field="output_preference",
            )

    def check_security(self, enabled: bool) -> None:
        """Raise Forbidden where the security scan may not be left out."""
        if self.security_forced and not enabled:
            raise Forbidden(
                "The administrator requires the security scan (PolicySettings.force_security_scan): ask "
                "again without leaving it out.",
                field="enable_security_scan",
            )


def _matches(model: str, pattern: str) -> bool:
    # Providers don't tell the case of a name apart, so a rule must not be got around by it.
    return fnmatchcase(model.lower(), pattern.lower())
