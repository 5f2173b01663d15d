"""The contest's history as its organizer reads it: in words, filtered by the address, and as a table to keep."""

import csv
import io
import re
from datetime import datetime

import pytest
from sqlalchemy import update

from contest.accounts.models import RoleKind
from contest.calls.models import Contest
from contest.judging import actions, queries
from contest.kernel.permissions import State
from tests.makers import make_role
from tests.web.test_awards_pages import Result, decided, judged

__all__ = ["decided", "judged"]

PAGE = "/contests/cup/desk/audit"
ROW = re.compile(r"<tr>\s*<td class=\"num\">.*?</tr>", re.DOTALL)


def test_the_history_is_told_in_words_of_both_languages_and_filtered_by_the_address(decided: Result) -> None:
    desk = decided.visit("organizer")
    english = desk.get(PAGE).get_data(as_text=True)
    of_round = desk.get(f"{PAGE}?round=1&action=round.close").get_data(as_text=True)
    odd = desk.get(f"{PAGE}?round=x&action=nothing&person=nobody&page=-1").get_data(as_text=True)
    chinese = desk.speak("zh_Hans").get(PAGE).get_data(as_text=True)
    chair = str(decided.people["chair"].id)

    assert len(ROW.findall(english)) == 7
    assert "Tie decided" in english
    assert "Reason: Show of hands" in english
    assert decided.people["chair"].name_en in english
    assert [("Round closed · Round 1" in row) for row in ROW.findall(of_round)] == [True]
    assert '<option value="1" selected>Round 1</option>' in of_round
    assert len(ROW.findall(odd)) == 7
    assert "同分裁定" in chinese
    for page in (english, chinese):
        assert re.findall(r">[^<]*\b(?:round|result|contest)\.[a-z_]+[^<]*<", page.split("</form>")[-1]) == []
    assert len(ROW.findall(desk.get(f"{PAGE}?person={chair}").get_data(as_text=True))) == 2


def test_pages_and_the_table_keep_the_filter_and_no_cell_is_a_formula(decided: Result, now: datetime) -> None:
    with decided.database.changing() as work:
        (round_id,) = [one.id for one in queries.rounds(work.session, decided.contest_id)]
        for _turn in range(30):
            actions.reopen(work, round_id=round_id, actor_id=decided.people["chair"].id, at=now, reason="=1+1")
            actions.close(work, round_id=round_id, actor_id=decided.people["chair"].id, at=now)
    desk = decided.visit("organizer")

    first = desk.get(f"{PAGE}?round=1").get_data(as_text=True)
    last = desk.get(f"{PAGE}?round=1&page=2").get_data(as_text=True)
    table = desk.get(f"{PAGE}.csv?round=1&action=round.reopen").get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))

    assert "page 1 of 2" in first
    assert f'href="{PAGE}?page=2&amp;round=1"' in first
    assert f'href="{PAGE}.csv?round=1"' in first
    assert f'href="{PAGE}?page=1&amp;round=1"' in last
    assert len(rows) == 1 + 30
    assert {tuple(row[4:]) for row in rows[1:]} == {("Round opened again", "Round 1", "Reason: =1+1")}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "Audit record downloaded" in desk.get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize("name", ["chair", "juror", "secretary"])
def test_nobody_but_the_organizer_reads_it(decided: Result, name: str) -> None:
    assert decided.visit(name).get(PAGE).status_code == 404
    assert decided.visit(name).get(f"{PAGE}.csv").status_code == 404


def test_an_organizer_on_the_panel_reads_it_once_the_result_is_public(decided: Result) -> None:
    with decided.database.changing() as work:
        contest = work.session.get_one(Contest, decided.contest_id)
        make_role(work, contest, decided.people["organizer"], RoleKind.JUROR)
    before = decided.visit("organizer").get(PAGE).status_code
    with decided.database.changing() as work:
        work.session.execute(update(Contest).values(state=State.ANNOUNCED))

    assert (before, decided.visit("organizer").get(PAGE).status_code) == (403, 200)
