"""Characters that cannot be seen but change what is: in words from elsewhere they are named, not obeyed.

A quote with an override of direction in it reads backwards on a page; here it reads "[U+202E]" instead.
"""

import re
from typing import Final

# Controls, halves of surrogate pairs, and the marks that force a direction on others' words (embeddings,
# overrides, isolates). The marks that only help letters to their place, such as U+200F, stay.
_HIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def name_hidden(text: str) -> str:
    """A text with each hidden character as its code point: "[U+202E]". Tabs and line breaks stay."""
    return _HIDDEN.sub(lambda hidden: f"[U+{ord(hidden[0]):04X}]", text)
