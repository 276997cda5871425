"""The calls that read parties."""

from typing import Final

from tracker.api import examples
from tracker.api.desk import ApiDesk
from tracker.api.list_answers import PartyList, PartyObject, SinglePartyAnswer
from tracker.api.list_representation import represent_party, represent_single_party
from tracker.api.operation import Answered, Call, Link, Operation, PathParameter, Reply, Tag
from tracker.api.reading_on import LINK, LIST_PROBLEMS, read_on
from tracker.api.requests import Paged
from tracker.domain.dossiers import PartyCounts, PartyFilter
from tracker.domain.errors import NotFoundError
from tracker.domain.parties import Party
from tracker.domain.reading_lists import Slice

PARTY_CODE: Final = PathParameter("code", "The code of a party.", "GNA")


def parties(desk: ApiDesk, call: Call) -> Reply:
    """The parties of the registry."""
    asked = call.asked(Paged)

    def read(after: str | None, size: int) -> Slice[Party]:
        codes = sorted(code for code in desk.parties if after is None or code > after)
        rows = tuple(desk.parties[code] for code in codes[:size])
        return Slice(rows, codes[size - 1] if len(codes) > size else None)

    rows, cursor, headers = read_on(desk, call, "parties", asked, read)
    return Reply(PartyList(parties=[_row(desk, one) for one in rows], next=cursor), headers=headers)


def party(desk: ApiDesk, call: Call) -> Reply:
    """One party."""
    found = desk.parties.get(call.path["code"])
    if found is None:
        raise NotFoundError(f"no party has the code {call.path['code']}")
    dossier = desk.dossiers.dossier(PartyFilter(found.code))
    return Reply(represent_single_party(found, _row(desk, found), dossier.numbers, dossier.clashes))


def _row(desk: ApiDesk, one: Party) -> PartyObject:
    counts = desk.dossiers.parties().get(one.code, PartyCounts())
    return represent_party(one, counts, desk.dossiers.conflicts().get(one.code, 0))


PARTIES: Final = (
    Operation(
        name="parties",
        method="GET",
        path="/parties",
        tag=Tag.PARTIES,
        summary="List the parties, by code",
        handler=parties,
        answers={
            200: Answered(
                "Parties",
                PartyList,
                headers=(LINK,),
                example=examples.PARTY_LIST,
                links=(Link("party", "code", "/parties/0/code"),),
            )
        },
        query=Paged,
        problems=LIST_PROBLEMS,
    ),
    Operation(
        name="party",
        method="GET",
        path="/parties/{code}",
        tag=Tag.PARTIES,
        summary="One party: its names, its speakers, against whom it stands",
        handler=party,
        answers={200: Answered("The party", SinglePartyAnswer, example=examples.SINGLE_PARTY)},
        ids=(PARTY_CODE,),
    ),
)
