"""A text stream that keeps what passes through."""

import io


class Tee(io.TextIOBase):
    """Keeps what is printed and passes it on."""

    MAX_CHARACTERS = 10 * 1024 * 1024

    def __init__(self, through):
        self.through = through
        self._parts = []
        self._size = 0

    def write(self, text):
        """Keep it, up to the limit, and pass all of it on."""
        if self._size < self.MAX_CHARACTERS:
            self._parts.append(text)
            self._size += len(text)
        return self.through.write(text)

    def flush(self):
        """Flush what is behind."""
        self.through.flush()

    def writable(self):
        """Always."""
        return True

    def fileno(self):
        """The descriptor behind."""
        return self.through.fileno()

    @property
    def encoding(self):
        """The encoding behind."""
        return self.through.encoding

    @property
    def buffer(self):
        """The bytes behind: what is written there is not kept."""
        return self.through.buffer

    def getvalue(self):
        """What was kept."""
        return "".join(self._parts)
