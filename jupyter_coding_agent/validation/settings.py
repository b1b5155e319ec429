"""Settings of the validation room."""

from __future__ import annotations

from traitlets import Bool, Float, Int

from ..core.settings import Settings


class ValidationSettings(Settings):
    """What is asked of code, and how much of it is taken at the door."""

    enable_security_scan = Bool(True, help="Judge the security signal where it is asked for.").tag(
        config=True, env="ENABLE_SECURITY_SCAN"
    )
    block_high_severity = Bool(True, help="A high-severity security finding fails the verdict.").tag(
        config=True, env="BLOCK_HIGH_SEVERITY"
    )
    timeout_seconds = Float(
        120, min=0.1, max=600, help="Seconds a run may take unless the request says."
    ).tag(config=True, env="EXECUTION_TIMEOUT_SECONDS")
    challenge_seconds = Float(
        1,
        min=0.1,
        help="Seconds that challenging the tests of passing code may take; 1.5 times the verdict's if more.",
    ).tag(config=True)
    max_files = Int(200, min=1, help="Most files and tests in one request.").tag(config=True)
    max_file_bytes = Int(1024 * 1024, min=1, help="Most bytes of one file.").tag(config=True)
    max_total_bytes = Int(10 * 1024 * 1024, min=1, help="Most bytes of all files and tests together.").tag(
        config=True
    )
    max_tests_bytes = Int(
        2 * 1024 * 1024, min=1, help="Most bytes of all tests together: the host parses every one of them."
    ).tag(config=True)
    max_requirements = Int(50, min=0, help="Most requirements in one request.").tag(config=True)
    max_examples = Int(200, min=0, help="Most hard examples in one request.").tag(config=True)
    match_kernel_packages = Bool(
        False,
        help="Prove code with the notebook's own versions of the packages that it imports, where they differ from "
        "the image's in a way that may matter: they are installed once, in a cached layer. Off: the difference is "
        "shown on the receipt.",
    ).tag(config=True)
    cache_size = Int(256, min=0, help="Verdicts kept in memory; 0 keeps none.").tag(config=True)
