"""Statements already read, made of anything that reading can find."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from conflict_examples import SIRTE, TRIPOLI, said, toll
from hypothesis import strategies as st

from tracker.conflicts.aspects import Aspects, Control, Telling
from tracker.domain.conflicts import ConflictType
from tracker.domain.documents import Span
from tracker.domain.statements import FigureKind, Polarity
from tracker.language.counting import Group

ALLIES: Mapping[str, frozenset[str]] = {"GNA": frozenset({"TUR"}), "TUR": frozenset({"GNA"})}
AS_ALIKE = np.array([1.0, 0.0], dtype=np.float32), np.array([0.5, 0.866], dtype=np.float32)
"""Vectors of two statements, with a cosine of a half."""

_SIDES = st.sampled_from([None, "LNA", "GNA", "TUR"])
TOLLS = st.builds(
    lambda kind, low, more, group, side, *, opposing: toll(
        low,
        None if more is None else low + more,
        kind,
        group=group,
        party=None if opposing else side,
        against=side if opposing else None,
    ),
    st.sampled_from([FigureKind.KILLED, FigureKind.INJURED, FigureKind.CAPTURED, FigureKind.DISPLACED]),
    st.integers(0, 50),
    st.none() | st.integers(0, 20),
    st.sampled_from([None, *Group]),
    _SIDES,
    opposing=st.booleans(),
)
_HERE = Telling("words", Span(0, 5))

ASPECTS = st.builds(
    lambda party, polarity, tolls, place, topics, control, spoken_of: Aspects(
        statement=replace(
            said(party, "words", *(one.figure for one in tolls), place=place), polarity=polarity
        ),
        topics=dict.fromkeys(topics, _HERE),
        control=dict.fromkeys(control, _HERE),
        named=frozenset(spoken_of),
        denial=None,
        tolls=tuple(tolls),
    ),
    party=st.sampled_from(["LNA", "GNA", "TUR", "MEDIA"]),
    polarity=st.sampled_from(Polarity),
    tolls=st.lists(TOLLS, max_size=3),
    place=st.sampled_from([None, SIRTE, TRIPOLI]),
    topics=st.lists(st.sampled_from(ConflictType), unique=True),
    control=st.lists(st.sampled_from(Control), unique=True),
    spoken_of=st.sets(st.sampled_from(["LNA", "GNA", "TUR"])),
)
"""Aspects of statements of any party."""
