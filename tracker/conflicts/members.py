"""What the comparison is told of a statement."""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tracker.domain.statements import Statement


class Member(NamedTuple):
    """A statement of an event with its vectors, and the day its document was published.

    `vector` is of the question encoder. `stance` is of the stance encoder; without it nothing is said of
    which side of a question the statement takes.
    """

    statement: Statement
    vector: NDArray[np.float32]
    published: date | None = None
    stance: NDArray[np.float32] | None = None
