"""Settings of the template library."""

from __future__ import annotations

from pathlib import Path

from traitlets import Float, Int, Unicode

from ..core.settings import Settings


class TemplateSettings(Settings):
    """Where your own templates lie, and what one of them may use."""

    folder = Unicode(
        "",
        help="Folder of your own templates, one folder each. Empty: 'templates' in the data directory.",
    ).tag(config=True)
    timeout_seconds = Float(
        10.0, min=0.1, help="How long one of your own templates may take to be read, filled or rendered."
    ).tag(config=True)
    memory_mb = Int(1024, min=256, help="Memory of the process that renders your own templates.").tag(
        config=True
    )
    max_output_kb = Int(
        512, min=1, max=10_240, help="What a template may render, all files and tests together (KiB)."
    ).tag(config=True)

    def path(self, data: Path) -> Path:
        """The folder, for an engine of this data directory."""
        return Path(self.folder).expanduser() if self.folder else data / "templates"
