"""The audit record of one contest, filtered and paged."""

from datetime import datetime
from uuid import UUID

from contest.accounts.models import RoleKind
from contest.calls.queries import OTHERS, SERVICE, HistoryFilters, history, history_choices
from contest.kernel import audit
from contest.kernel.db import Database
from tests.makers import make_contest, make_person, make_role


def test_the_history_is_read_by_round_act_and_person_and_in_pages(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, other = make_contest(work), make_contest(work)
        organizer, entrant = make_person(work), make_person(work)
        make_role(work, contest, organizer, RoleKind.ORGANIZER)

        def line(action: str, actor: UUID | None, thing: str, **facts: object) -> int:
            told = audit.record(
                work, action=action, at=now, actor_id=actor, thing=thing, contest_id=contest.id, **facts
            )
            return told.seq

        entered = line("entry.submit", entrant.id, "entry A-1")
        first = line("round.open", organizer.id, "round 1", jurors=3)
        text = line("text.release", organizer.id, "entry A-1", round=1)
        second = line("round.open", organizer.id, "round 12")
        swapped = line("round.swap_juror", organizer.id, "round 2", juror=str(entrant.id), reason="ill")
        built = line("album.ready", None, "build 7")
        audit.record(work, action="round.open", at=now, actor_id=organizer.id, thing="round 1", contest_id=other.id)
        contest_id, organizer_id, entrant_id = contest.id, organizer.id, entrant.id

    with database.reading() as session:

        def numbers(page: int = 1, size: int = 50, **given: object) -> list[int]:
            found = history(session, contest_id, HistoryFilters(**given), page=page, size=size)  # type: ignore[arg-type]
            return [one.number for one in found.lines]

        assert numbers() == [built, swapped, second, text, first, entered]
        assert numbers(round=1) == [text, first]
        assert numbers(action="round.open") == [second, first]
        assert numbers(person=SERVICE) == [built]
        assert numbers(person=OTHERS) == [entered]
        assert numbers(person=str(organizer_id), round=2) == [swapped]
        assert numbers(page=2, size=4) == [first, entered]
        page = history(session, contest_id, HistoryFilters(round=2), page=1)
        assert (page.found, page.people.keys()) == (1, {organizer_id, entrant_id})
        choices = history_choices(session, contest_id)
        assert choices.rounds == [1, 2, 12]
        assert choices.actions == {"entry.submit", "round.open", "text.release", "round.swap_juror", "album.ready"}
        assert [person.id for person in choices.people] == [organizer_id]
