"""Figures in which nothing is drawn."""

import sys
import weakref


class PlotWatch:
    """Looks at each figure of the job when it is saved or shown, and when the code leaves it.

    A line whose figures are empty every time is a finding: one that draws for some inputs works.
    """

    def __init__(self, sources, findings, leaving):
        self._sources = sources
        self._findings = findings
        self._leaving = leaving
        self._figures = []
        self._drawn = {}

    def watch(self, pyplot, returns):
        """Begin."""
        figure = sys.modules["matplotlib.figure"].Figure
        returns.watch(figure.__init__.__code__, self._made)
        returns.watch(figure.savefig.__code__, lambda frame, _: self._look(frame.f_locals["self"]))
        returns.watch(pyplot.show.__code__, lambda *_: self._look_at(self._open()))
        self._leaving.listeners.append(self._left)

    def finish(self):
        """Tell which lines never drew anything."""
        for place, drawn in self._drawn.items():
            if not drawn:
                message = "the figure is empty: nothing is drawn in it, or only missing values."
                self._findings.add("empty_plot", place, message)

    def _made(self, frame, _value):
        caller = self._sources.nearest(frame)
        if caller is not None:
            self._figures = [known for known in self._figures if known[0]() is not None]
            self._figures.append((weakref.ref(frame.f_locals["self"]), self._sources.place(caller)))
            self._leaving.expect(caller)

    def _left(self, left):
        """Figures that stay: those still open, and those that were returned or kept."""
        kept = [getattr(item, "figure", item) for item in left.objects() if _of_matplotlib(item)]
        self._look_at([*self._open(), *kept])

    @staticmethod
    def _open():
        managers = sys.modules["matplotlib._pylab_helpers"].Gcf.figs.values()
        return [manager.canvas.figure for manager in managers]

    def _look_at(self, figures):
        for figure in figures:
            self._look(figure)

    def _look(self, figure):
        for known, place in self._figures:
            if known() is figure:
                self._drawn[place] = self._drawn.get(place, False) or is_drawn(figure)


def is_drawn(figure):
    """Does any of its axes show something, and none only missing values?"""
    axes = [each for each in figure.axes if each.get_visible()]
    states = [_state(each) for each in axes]
    if "nothing to see" in states:
        return False
    return "drawn" in states or bool(figure.images or figure.lines or figure.patches or figure.artists)


def _state(axes):
    """``blank``: nothing was drawn; ``nothing to see``: only data that is empty or missing."""
    if axes.texts or axes.tables or axes.artists:
        return "drawn"
    artists = [*axes.lines, *axes.patches, *axes.collections, *axes.images]
    if any(map(_shows, artists)):
        return "drawn"
    return "nothing to see" if artists else "blank"


def _shows(artist):
    """Has it at least one point that is finite? What is unknown is taken to show something."""
    if type(artist).__module__.startswith("mpl_toolkits."):
        return True
    if hasattr(artist, "get_xydata"):
        return _finite(artist.get_xydata())
    if isinstance(artist, sys.modules["matplotlib.collections"].PathCollection):
        return _finite(artist.get_offsets())
    if getattr(artist, "get_array", lambda: None)() is not None:
        return _finite(artist.get_array().reshape(-1, 1))
    if hasattr(artist, "get_paths"):
        return any(_finite(path.vertices) for path in artist.get_paths())
    if hasattr(artist, "get_width") and hasattr(artist, "get_height"):
        return _finite([[artist.get_width(), artist.get_height()]]) and artist.get_height() != 0
    return True


def _finite(points):
    """Is one of these points (rows) finite in all coordinates?"""
    numpy = sys.modules["numpy"]
    filled = numpy.ma.filled(numpy.ma.asarray(points, dtype=float), numpy.nan)
    return bool(numpy.isfinite(filled).all(axis=-1).any())


def _of_matplotlib(item):
    return type(item).__module__.startswith("matplotlib.")
