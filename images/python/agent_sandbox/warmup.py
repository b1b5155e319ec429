"""Running a small session before the fork, so that what pytest imports late is there when the job comes."""

import io
import os
import shutil
import sys

import pytest

from . import users, worker
from .failure import Failure
from .silence import SilentTerminal

_TESTS = """
import pytest

@pytest.fixture
def three():
    yield 3

@pytest.mark.parametrize("number", [1, 2])
def test_passes(number, three, tmp_path, monkeypatch, capsys):
    assert number < three

def test_fails(three):
    assert [three, {"a": 1}] == [2, {"a": 2}]

def test_raises():
    with pytest.raises(ValueError, match="x"):
        raise ValueError("x")
    assert 0.1 + 0.2 == pytest.approx(0.3)

class TestClass:
    def test_text(self):
        assert "one\\ntwo" == "one\\nthree"
"""


def session(root="/tmp/warm-up"):
    """Collect, run, fail and report once, quietly, and leave nothing behind."""
    os.mkdir(root)
    with open(f"{root}/test_warm_up.py", "w", encoding="ascii") as file:
        file.write(_TESTS)
    modules, path = set(sys.modules), list(sys.path)
    try:
        pytest.main(
            [*worker.arguments(root, "/tmp/warm-up/base"), root], plugins=[SilentTerminal(), _Reporting()]
        )
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if name.startswith("test_warm_up"):
                del sys.modules[name]
        shutil.rmtree(root)


def matplotlib_folder(made="/opt/agent/matplotlib", target="/tmp/matplotlib"):
    """Lay matplotlib's list of fonts where it looks for it: writable, or it makes the list anew elsewhere."""
    with users.acting_as_agent():
        shutil.copytree(made, target, copy_function=shutil.copyfile)
        os.chmod(target, 0o777)


def data_libraries():
    """Import what data code uses and exercise it once: much of pandas loads at first use."""
    import pandas as pd

    frame = pd.DataFrame({"key": ["a", "b", "a"], "value": [1.0, 2.0, 3.0]})
    joined = frame.merge(frame.groupby("key", as_index=False).sum(), on="key")
    pd.read_csv(io.StringIO(joined.to_csv(index=False)))
    repr(joined.describe())


def plotting():
    """Draw once: much of matplotlib loads at first use."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([0, 1], label="line")
    axes.set_title("title")
    axes.legend()
    figure.savefig(io.BytesIO())
    plt.close(figure)


class _Reporting:
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if call.excinfo is not None:
            Failure(call.excinfo)
        return report
