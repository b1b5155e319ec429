"""What was found: each kind once per line, the weightiest kept."""

MAX_FINDINGS = 50
MAX_MESSAGE = 300


class Findings:
    """Collects findings until the end of the run."""

    def __init__(self):
        self._found = {}
        self._meant = set()

    def add(self, kind, place, message, weight=1):
        """Keep it; of several of one kind in one line the one with the largest weight (rows, values) stays."""
        key = (kind, *place)
        known = self._found.get(key)
        if known is None and len(self._found) >= MAX_FINDINGS:
            return
        if known is None or weight > known[0]:
            self._found[key] = (weight, " ".join(message.split())[:MAX_MESSAGE])

    def meant(self, kind, place):
        """A test speaks of just this: it is no finding, whoever else meets it."""
        self._meant.add((kind, *place))

    def all(self):
        """The findings as messages, in the order of the lines."""
        for key, (_, message) in sorted(self._found.items(), key=lambda item: (item[0][1], item[0][2])):
            if key not in self._meant:
                kind, path, line = key
                yield {"kind": kind, "message": message, "path": path, "line": line}
