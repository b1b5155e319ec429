"""hypothesis where a job's tests state laws: the same inputs every time, nothing kept, no clock."""

PROFILE = "sandbox"


def prepare(paths):
    """Import and set up hypothesis if one of these test files mentions it.

    Only then: it takes a fifth of a second and 15 MB, which every waiting container would pay for.
    """
    if not any(map(_mentions, paths)):
        return
    from hypothesis import HealthCheck, settings

    settings.register_profile(
        PROFILE,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    settings.load_profile(PROFILE)


def _mentions(path):
    with open(path, "rb") as file:
        return b"hypothesis" in file.read()
