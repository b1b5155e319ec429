"""Silent failures of data code, watched while it runs: warnings only, which the code could also hide.

Functions of pandas, matplotlib and subprocess are watched as they return (`returns`); nothing is patched, so
the code sees the libraries as they are. What looks wrong is held as a suspicion until the code is done with it,
and counts only if the code leaves it so (`left`).
"""

from .. import magics
from .findings import Findings
from .installs import InstallWatch
from .leaving import Leaving
from .plots import PlotWatch
from .returns import Returns
from .sources import Sources
from .suspicions import Suspicions
from .tables import Tables
from .transformations import TransformationWatch


class DataWatch:
    """Watches one job; reports at its end, each kind of failure once per line of the job's own code."""

    def __init__(self, channel):
        self._channel = channel
        self._returns = Returns()
        self._findings = Findings()
        self._leaving = self._suspicions = self._plots = None

    def start(self, sources):
        """Begin; `sources` are the absolute paths of the job's code."""
        own = Sources(sources)
        self._leaving = Leaving(own, self._returns)
        self._suspicions = Suspicions(own, self._findings, self._leaving)
        self._plots = PlotWatch(own, self._findings, self._leaving)
        self._returns.start()
        self._returns.once_imported("pandas", "pandas/__init__.py", self._watch_pandas)
        self._returns.once_imported("matplotlib.pyplot", "matplotlib/pyplot.py", self._plots.watch)
        InstallWatch(own, self._findings).watch(self._returns, magics)

    def test_begins(self, function):
        """What came before is done with; `function` is the test's own."""
        if self._suspicions is not None:
            self._leaving.cell_begins(None)
            self._suspicions.test_begins(function)

    def cell_begins(self, path):
        """The notebook cell at this absolute path runs until `cell_ends`."""
        if self._leaving is not None:
            self._leaving.cell_begins(path)

    def cell_ends(self, namespace, displayed):
        """It ended without an error and left these names and displayed objects."""
        if self._leaving is not None:
            self._leaving.cell_ends(namespace, displayed)

    def finish(self):
        """End, and report."""
        if self._leaving is None:
            return
        self._returns.stop()
        self._plots.finish()
        for finding in self._findings.all():
            self._channel.send("data_finding", **finding)

    def _watch_pandas(self, pandas, returns):
        tables = Tables(pandas)
        self._leaving.tables = tables
        TransformationWatch(tables, self._suspicions).watch(pandas, returns)
