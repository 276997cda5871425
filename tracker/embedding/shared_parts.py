"""Parts of an encoder that are equal in several: held in memory once in a process.

Our encoders have one base, so their word pieces and the embeddings of these are the same to the byte. They
take 50 MB each, and a process that takes documents in has three encoders open.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

Part = TypeVar("Part")


class SharedParts(Generic[Part]):
    """Parts by what they are made of. Nobody may change a part. Safe to use from several threads.

    Keeps nothing alive by itself: a part that no encoder holds any more is gone, and made anew when wanted.
    """

    def __init__(self) -> None:
        self._held: WeakValueDictionary[Hashable, Part] = WeakValueDictionary()
        self._making = threading.Lock()

    def one(self, content: Hashable, make: Callable[[], Part]) -> Part:
        """The part made of this content, such as a digest: one that is held already, or what `make` gives."""
        # The lock is held while a part is made: threads that open two encoders at once share it as well.
        with self._making:
            part = self._held.get(content)
            if part is None:
                part = self._held[content] = make()
            return part
