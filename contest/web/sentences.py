"""What people read when something is refused: one sentence a code, saying what happened and what to do.

Codes come from `ContestError`s raised anywhere below. The English sentence is the message id; the Chinese one is in
the catalogue. ``%(name)s`` places hold the error's facts. A guard test fails when a raised code has no sentence.
"""

import gettext
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

LOCALE: Final = Path(__file__).parent.parent / "locale"


def N_(text: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a message id that is translated later."""
    return text


SENTENCES: Final[dict[str, str]] = {
    # The service itself
    "page": N_("There is no such page. Check the address, or start again from the front page."),
    "contest": N_("There is no such contest. Check the address, or start again from the front page."),
    "contest.not_now": N_("This is not possible at this stage of the contest."),
    "request.foreign": N_(
        "This request came from another website and was not carried out. Open the page here and try again."
    ),
    "request.host": N_(
        "This service is not reached by this name. It is at %(address)s; if you run it, set CONTEST_ADDRESS to the address that people type."
    ),
    "request.stale": N_("The form was open too long or in another sign-in. Reload the page and send it again."),
    "request.method": N_("This address does not take that kind of request."),
    "request.malformed": N_("The request was not complete, and nothing was changed. Please try again."),
    "request.too_large": N_("This is larger than the service accepts. Send a smaller file or less text."),
    "request.too_many": N_("That was too often in a short time. Wait %(minutes)s minutes and try again."),
    "service.failed": N_(
        "Something went wrong on our side, and nothing was changed. Please try again; if it stays, tell the organizer the time and this page."
    ),
    "picture.not_decodable": N_("This picture cannot be opened. Please upload it again from the original."),
    "sandbox.timed_out": N_("Inspecting the picture took too long. It will be tried again."),
    "sandbox.crashed": N_("Inspecting the picture failed. It will be tried again."),
    "sandbox.faulty": N_("Inspecting the picture failed. It will be tried again."),
    "sandbox.unavailable": N_("Pictures cannot be inspected at the moment. Please tell the administrator."),
    "service.busy": N_("The service is busy at this moment and nothing was changed. Please try again in a minute."),
    "settings.unusable": N_(
        "The setting %(name)s cannot be “%(given)s”. See the list of settings in the documentation."
    ),
    # starting it
    "address.taken": N_(
        "Port %(port)s at %(host)s is taken already, maybe by this very service. Stop what runs there, or choose another PORT."
    ),
    "address.unusable": N_(
        "The service cannot listen at %(host)s, port %(port)s: %(reason)s. Choose another HOST or PORT."
    ),
    "data.not_writable": N_(
        "Nothing can be written into %(folder)s. Mend the owner and the rights of the data folder, or choose another CONTEST_DATA."
    ),
    "database.foreign": N_(
        "The database %(place)s belongs to another program. Choose another CONTEST_DATA or CONTEST_DATABASE. Nothing was changed."
    ),
    "database.newer": N_(
        "This database is of a newer version of the service (revision %(here)s; this version knows %(known)s and older ones). Start the newer version. Nothing was changed."
    ),
    "database.unusable": N_("The database %(place)s cannot be used: %(reason)s"),
    "sign_in.first": N_("You are not signed in any more. Sign in, then send it again."),
    # platform
    "file": N_("There is no such file any more."),
    "file.exists": N_("There is already another file of that name, and files are never overwritten."),
    "file.key": N_("“%(key)s” cannot be the name of a stored file."),
    "job": N_("There is no failed job of that number; it may be running again already."),
    "mail.unusable": N_("This letter cannot be sent: its %(field)s is not usable."),
    "mail.not_private": N_(
        "The mail server %(host)s offers no encryption, so the password was not sent to it. Use smtps:// or a server with STARTTLS."
    ),
    "demo.half_built": N_(
        "An earlier demonstration was cut off half way, and its contest “demo” is in the way. Start with an empty CONTEST_DATA."
    ),
    # accounts
    "link": N_(
        "This link is not valid any more: it was used already, is too old, or the code was wrong too often. Ask for a new one."
    ),
    "code.wrong": N_("This is not the code from the letter. Check it and try again."),
    "email.unusable": N_("This is not an e-mail address that a letter could reach. Check it for typing errors."),
    "letters.too_many": N_("Many letters were asked for in a short time. Wait %(minutes)s minutes and ask again."),
    "password.wrong": N_(
        "Address and password do not belong together. Try again, or leave the password empty to get a link."
    ),
    "password.present_wrong": N_(
        "This is not the password in use now. Forgotten? Sign out and sign in by a link; then it is not asked for 15 minutes."
    ),
    "password.too_short": N_(
        "A password has at least %(least)s characters here. Three or four words in a row are good."
    ),
    "password.too_long": N_("A password has at most %(most)s characters here."),
    "password.common": N_("This password is among the first that anybody would guess. Choose another one."),
    "passwords.too_many": N_(
        "There were too many wrong passwords. Wait %(minutes)s minutes, or leave the password empty to get a link."
    ),
    "person": N_("There is no such person here."),
    "set_up.done": N_("This service has its administrator already. Sign in instead."),
    # calls
    "contest.needs_name": N_("The contest has no name yet. Give it one in Chinese or English."),
    "contest.needs_notice": N_(
        "The notice is empty. Write it in Chinese or English, so that people know what this is about."
    ),
    "contest.needs_category": N_("There is no category yet. Add at least one."),
    "contest.needs_tier": N_("There is no prize tier yet. Add at least one, with the number of works that win it."),
    "contest.needs_future": N_("The closing date has passed already. Choose a later one."),
    "contest.needs_organizer": N_("Nobody organizes this contest. Add an organizer on the page People."),
    "contest.needs_one_side": N_(
        "Somebody organizes this contest and sits on its panel. End one of the two tasks, or let one organizer settle the result and announce it."
    ),
    "contest.changed": N_(
        "Somebody changed these settings while you were editing, maybe you in another tab. What you typed is still here; what is kept now stands in the page “Settings” when you open it anew. Save again to replace it."
    ),
    "contest.name_taken": N_("The short name “%(given)s” is taken or kept for the service. Choose another one."),
    "contest.short_name": N_(
        "A short name has 2 to 40 small letters a–z, digits and hyphens, and starts with a letter, such as lianmei-2026."
    ),
    "contest.rules_settled": N_("Rules can be changed only in a draft: people have entered under these."),
    "contest.reason": N_("Say in a few words why (at most %(limit)s characters)."),
    "contest.preset": N_("There is no preset of this name."),
    "date.unusable": N_("Give a time between 00:00 and 24:00, such as 18:30."),
    "dates.order": N_("Entries must open before they close, and the later dates must follow."),
    "deadline.earlier": N_("A deadline can only be moved to a later moment, and not into the past."),
    "originals": N_("No original was asked for here. Look under “My works” for what is asked of you."),
    "originals.not_taking_part": N_("Originals can be asked for of works that take part. Accept the work first."),
    "originals.due_past": N_("Choose a day that is still to come, so that there is time to send the file."),
    "originals.too_late": N_(
        "The time in which the original could be sent is over. Please write to the organizer and give the entry number."
    ),
    "originals.settled": N_("The organizer has decided on this original already; nothing more is needed."),
    "originals.nothing_sent": N_("No file was sent. Choose “not sent”, or wait for the file."),
    "originals.no_file": N_("Choose the original file first."),
    "terms.either": N_("Where one of the two is enough, give both: the smallest file and the long side."),
    "terms.region": N_(
        "Give the region a name and one shape: a centre with a radius, or all four edges, the southern one below the northern, or an outline."
    ),
    "terms.outline": N_(
        "Write each corner on a line of its own as latitude and longitude, such as 35.12, 119.32; three corners at least."
    ),
    "number.range": N_("The smaller number must come first."),
    "zone.unknown": N_("There is no such time zone. Choose one such as Asia/Shanghai or Europe/Paris."),
    "colour.unusable": N_("A colour looks like #8c2f1b."),
    "colour.pale": N_("White letters on this colour would be hard to read. Choose a darker one."),
    "list.both_names": N_("Give each line a name in Chinese or English."),
    "tier.count": N_("Give the number of works that win this prize, at least 1."),
    "role.taken": N_("This person has this task already."),
    "role.two_sides": N_(
        "Who organizes a contest cannot judge it, and the other way round: the organizer sees who took which picture. Ask somebody else, or end the other task first. Only where one organizer may settle the result and announce it can she join the panel, while the contest is a draft."
    ),
    "role.secretary_votes": N_(
        "Who judges in a contest is not its secretary: the secretary writes down what others say."
    ),
    "role.delegate_judges": N_(
        "This person judges, and works of that unit may be among those given to her. Choose somebody else, or no unit."
    ),
    "role.last_organizer": N_("A contest needs an organizer. Add another one first."),
    "role.needs_unit": N_(
        "A delegate speaks for a unit. Choose it; add it to the list of units first if it is missing."
    ),
    "role.at_work": N_("The panel cannot be changed like this while a round is open or after it."),
    "role": N_("There is no such task any more; somebody may have ended it just now."),
    "unit": N_("There is no such unit in this contest."),
    "unit.taken": N_("There is a unit of this name already."),
    "unit.in_use": N_("People or entries belong to this unit. It cannot be taken off the list."),
    # entries
    "entry": N_("There is no such work here. Check the address, or look under “My works”."),
    "author": N_("There is no such author in your unit. Choose one from the list or enter a new name."),
    "category": N_("This contest has no such category. Choose one from the list."),
    "archive.name": N_("Give the archive a name of up to %(limit)s characters, such as “2025 winners”."),
    "archive": N_("Nothing is indexed as “%(archive)s”. “contest archive list” shows the names."),
    "folder": N_("There is no folder %(folder)s. Check the path."),
    "pair": N_("There is no such pair. One of the two may have been withdrawn; go back to the look-alikes."),
    "pair.verdict_missing": N_("Say what the two are to each other: the same picture, related, or unrelated."),
    "finding": N_("There is no such finding. Reload the page; the picture may have been examined again."),
    "entry.too_early": N_("This contest takes no works yet. The opening date is on its home page."),
    "entry.closed": N_(
        "Entries are closed; nothing was changed. Works handed in before the deadline are safe under “My works”."
    ),
    "entry.not_editable": N_("This work cannot be changed any more."),
    "entry.not_withdrawable": N_("This work cannot be withdrawn: it no longer takes part."),
    "entry.not_withdrawn": N_("This work has not been withdrawn; there is nothing to put back."),
    "entry.wrong_number": N_("To confirm, type the entry number %(number)s exactly as shown."),
    "entry.full": N_("A work has at most %(most)s pictures here. Remove one first, then add the new one."),
    "entry.no_picture": N_("A picture is missing. Add one first."),
    "entry.series_size": N_(
        "A series has %(least)s to %(most)s pictures; this one has %(given)s. Add or remove some, or keep a single one."
    ),
    "entry.single_only": N_("This contest takes single pictures only; this work has %(given)s. Keep one of them."),
    "entry.rejected_picture": N_(
        "A picture does not meet the terms; the sentence below it says why. Replace or remove it."
    ),
    "entry.no_title": N_("The title is missing. Write it in Chinese, in English or in both."),
    "country.unknown": N_(
        "“%(given)s” is no country or region that we know. Write its name in Chinese or in English, or its code of two letters, such as FR."
    ),
    "entry.no_author": N_("The author’s name is missing. Write it in Chinese, in English or in both."),
    "entry.no_declaration": N_("Tick the declaration: without it the work cannot be handed in."),
    "entry.cap": N_(
        "This author has handed in %(given)s of %(most)s possible works. Withdraw one first; the draft is kept."
    ),
    "entry.reason_missing": N_("Write a reason: the entrant reads it."),
    "entry.not_screenable": N_("This work cannot be screened at this stage."),
    "entry.not_examined": N_(
        "A picture of this work is still being examined or could not be read. Wait a moment, or send the work back."
    ),
    "entry.still_rejected": N_("A finding forbids this work to take part. Waive it with a reason first."),
    "entry.not_disqualified": N_("This work is not disqualified: there is nothing to take back."),
    "entry.not_disqualifiable": N_("Only a work that was handed in can be disqualified."),
    "text.tells": N_(
        "This could tell who made the work: %(words)s. Take it out, or say that it tells nobody, then release the text."
    ),
    "text.too_long": N_("This text has %(given)s characters; at most %(most)s are possible. Shorten it."),
    "upload": N_("There is no such upload any more. Choose the file again."),
    "upload.empty": N_("The file is empty. Choose it again on your device; it may not have been copied completely."),
    "upload.too_large": N_("The file has %(given_mib)s MB; at most %(limit_mib)s MB are taken. Export it smaller."),
    "upload.longer": N_("More bytes arrived than the file was said to have. Please send it again."),
    "upload.bad_hash": N_("The check sum that came with the file is none. Please send the file again."),
    "upload.differs": N_("The file changed on its way, so it was not taken. Please send it again."),
    "upload.not_a_photo": N_("This file is not a photograph, whatever its name says. Choose the photograph itself."),
    "upload.format": N_(
        "This is a %(given)s file; taken are: %(accepted)s. Export the picture again in that format."
    ),
    "upload.already_yours": N_("You have already handed over this very file: %(number)s. Choose another one."),
    "upload.offset": N_("Sender and service disagree on how much has arrived. Please go on with the upload."),
    "upload.incomplete": N_("The file has not arrived completely. Choose it again to go on with it."),
    "upload.expired": N_("The time for this upload is over. While entries are open, choose the file again."),
    "upload.again": N_("The file could not be kept at that moment. Please send it again."),
    "upload.no_room": N_(
        "The service has no room for files at the moment; nothing was lost. Please tell the organizer, and try again later."
    ),
    "upload.none": N_("No file arrived. Choose one or several photographs, then send again."),
    "upload.not_yours": N_("Somebody else began to send this file. Choose it again to send it yourself."),
    "upload.no_length": N_("The size of the file was not told, so it was not taken. Please choose the file again."),
    "tus.version": N_("This way of sending is not spoken here; version %(version)s of tus is."),
    "tus.body_type": N_("The bytes of an upload were not marked as such. Please reload the page and try again."),
    "tus.header": N_("The header %(name)s is missing or malformed. Please reload the page and try again."),
    "receipt.not_ours": N_("This receipt was not given by this service, or a letter of it was changed."),
    # import
    "import.no_sheet": N_("There is no file %(sheet)s. Check the path after --sheet."),
    "import.no_folder": N_("There is no folder %(folder)s. Check the path after --files."),
    "import.no_organizer": N_(
        "This contest has no organizer with the address %(email)s. Give the address of one with --organizer."
    ),
    "import.sheet_kind": N_("%(sheet)s is neither .xlsx nor .csv. Save the roster as one of them."),
    "import.sheet_too_large": N_("%(sheet)s is too large for a roster. Save it without pictures, or in parts."),
    "import.sheet_unreadable": N_(
        "%(sheet)s could not be read; it may be damaged or of another kind than its name says. Save it again as .xlsx."
    ),
    "import.encoding": N_(
        "The characters of %(sheet)s are neither UTF-8, UTF-16 nor GBK. Save it again as .xlsx, or as CSV UTF-8."
    ),
    "import.columns": N_("These columns are missing: %(missing)s. The headings found are: %(found)s."),
    "import.no_rows": N_("The roster has headings but no rows below them."),
    "import.too_many_rows": N_("The roster has more than %(most)s rows. Divide it."),
    "import.formula": N_("Cell %(cell)s holds a formula. Replace it by its value (copy, paste as values)."),
    "import.cell_error": N_("Cell %(cell)s shows an error. Write the value itself."),
    "import.category": N_("There is no category “%(given)s”. The contest has: %(known)s."),
    "import.row_twice": N_("This row repeats row %(row)s: the same author with the same files."),
    "import.no_files": N_("The row names no file. Write the file names of the work’s pictures."),
    "import.file_missing": N_("The file %(name)s is not in the folder. Add it, or correct its name in the roster."),
    "import.file_outside": N_("%(name)s leads out of the folder. Put the file itself into it."),
    "import.file_unclear": N_("Several files are called %(name)s. Write the subfolder before the name."),
    "import.file_twice": N_("The row names the file %(name)s twice."),
    "import.file_changed": N_(
        "The file %(name)s is not the one that was imported before. Replace the picture on the page of work %(number)s."
    ),
    # judging
    "ballot": N_("There is no such work among yours. Go on with the next one."),
    "picture": N_("There is no such picture."),
    "judging.no_mark": N_("Choose a mark."),
    "judging.off_scale": N_("A mark lies between %(low)s and %(high)s, in steps of %(step)s."),
    "judging.criterion_missing": N_("Give every criterion a mark; together they make up the work's mark."),
    "judging.no_room": N_("Only %(room)s works can stand here. Take one away first."),
    "judging.held": N_("This work is on hold until the chair has decided about it. Go on with the next one."),
    "judging.dropped": N_("You are not on the panel of this round any more. The marks you gave are kept."),
    "judging.flag_kind": N_("Choose what the chair should look at."),
    "judging.note": N_("Say it in at most %(limit)s characters."),
    "judging.request_key": N_("The request was not complete, and nothing was changed. Please try again."),
    "judging.key_reused": N_("The page got out of step with the service. Reload it; your marks are kept."),
    "judging.closed": N_("The round is closed: no mark is taken any more."),
    "judging.paused": N_("The round is paused. Your marks are kept; go on when it is resumed."),
    "judging.late": N_("The time for judging is over: no mark is taken any more."),
    "judging.recused": N_("You have declared a conflict for this work, so it takes no mark from you."),
    "judging.left": N_("This work has left the contest and is not judged any more."),
    "judging.scored": N_("This work has your mark already. Change it, or take it back first."),
    "judging.reason": N_("Say in a few words why you should not judge this work (at most %(limit)s characters)."),
    "judging.nothing_to_undo": N_("There is nothing to take back."),
    "judging.no_jurors": N_("Nobody on the panel votes yet. Add jurors on the page People."),
    "judging.no_entries": N_("No work has been admitted to judging yet. Do the screening first."),
    "judging.none_went_on": N_("No work went on to this round yet. Let works go on from round %(before)s first."),
    "judging.texts_unreleased": N_(
        "The jurors of this round read titles or captions, and those of %(count)s works are not released yet. Look at the texts, then open the round."
    ),
    "judging.pictures_unready": N_(
        "%(count)s works are not ready: their pictures are still being prepared or cannot be read. Look at them in the screening list."
    ),
    "judging.nobody_for": N_(
        "%(count)s works could be judged by nobody, because every juror is tied to them. Add a juror from elsewhere."
    ),
    "judging.closes_in_the_past": N_("The end of judging must lie in the future."),
    "round": N_("There is no such round. Go back to the list of rounds."),
    "judging.not_draft": N_("The round has been opened already. Reload the page."),
    "judging.not_open": N_("The round is not open. Somebody may have closed it just now."),
    "judging.not_paused": N_("The round is not paused. Somebody may have resumed it just now."),
    "judging.not_closed": N_("The round is not closed. Somebody may have opened it again or sealed the result."),
    "judging.followed": N_("A later round has opened with works from this one, so it stays closed."),
    "judging.reopen_reason": N_("Say in a few words why the round is opened again (at most %(limit)s characters)."),
    "juror": N_("There is no such person on this panel. Add her on the page People first."),
    "judging.seated": N_("This person is on the round's panel already."),
    "judging.returns": N_("This person left the round's panel. Let her return instead."),
    "judging.last_juror": N_("Nobody would be left to judge. Put somebody in this person's place instead."),
    "judging.panel_reason": N_("Say in a few words why (at most %(limit)s characters)."),
    "judging.limit": N_("Give a number of works, 0 or more, or leave it empty."),
    "judging.quorum_above": N_("%(quorum)s jurors cannot judge each work: the panel has only %(jurors)s."),
    "judging.from_source": N_("This round took its works from an earlier one, so no other works can come in."),
    "judging.nothing_late": N_("Every work that is admitted to judging is in the round already."),
    "judging.held_already": N_("The work is on hold already. Reload the page."),
    "judging.not_held": N_("The work is not on hold. Reload the page."),
    "judging.sealed": N_("The result is sealed; nothing in its rounds changes any more."),
    "judging.no_flags": N_("No remark about this work is open. Reload the page."),
    "judging.remark_tied": N_("You are tied to this work, so somebody else must decide about it."),
    "judging.advance_rule": N_("Say how many works go on, or how many jurors must have chosen them."),
    "judging.advance_share": N_("Give a percentage above 0, at most 100."),
    "judging.advance_entries": N_("A work on the list is not in this round. Choose among the works shown."),
    "judging.list_unknown": N_(
        "No work of this round has the code “%(work)s”. Compare it with the jury desk, where every work stands with its code."
    ),
    "judging.list_ambiguous": N_("More than one work has the code “%(work)s”. Tick the one that you mean."),
    "judging.list_empty": N_("Tick works or write their codes, then try it."),
    "judging.nobody_advances": N_("No work would go on. Choose a lower line."),
    "judging.advanced": N_("The next round has its works already. Reload the page."),
    "judging.only_orders": N_(
        "This was another vote on works that tie: its order counts in the round before it. Let works go on from there."
    ),
    "judging.revote_waits": N_(
        "Another vote on works that tie has not ended. Close it, or take it out on the page of its settings."
    ),
    "judging.preset": N_("Choose one of the ways to judge in the list."),
    "judging.planned": N_(
        "There are rounds already. Take those out of the plan that have not opened, or go on from the last one."
    ),
    "judging.line": N_(
        "Line %(line)s of the list cannot be read. Write: Chinese name | English name | whole number, at most 99999."
    ),
    "judging.too_many_pairs": N_(
        "At most %(limit)s works can be compared in pairs. Let fewer advance, or choose marks."
    ),
    "judging.scale_order": N_("The highest mark must be above the lowest, and the lowest not below 0."),
    "judging.scale_steps": N_("The step must divide the scale evenly, into at most 100 steps."),
    "judging.criteria_mode": N_("Criteria belong to rounds in which works get marks. Remove them, or choose marks."),
    "judging.criteria": N_("Give at most six criteria, each with a name of its own and a weight from 1 to 99999."),
    "judging.chips": N_("Give every juror at least one chip."),
    "judging.tiers": N_(
        "A light table has 2 to 9 tiers, each with a name, and 1 to 99999 places or no number; the last one without one."
    ),
    "judging.quorum": N_("At least one juror must judge each work. Leave it empty for everybody."),
    "judging.quorum_mode": N_(
        "On a light table, with chips and in pairs everybody judges everything. Leave the number empty."
    ),
    "judging.aggregator": N_("Choose one of the ways in the list."),
    "judging.winners": N_("Say how many works are chosen, at least one, or leave it empty."),
    "judging.repeats": N_("Between 0 and 10 percent of the works can be shown twice."),
    "judging.practice": N_("Between 0 and 50 works can be shown for practice."),
    "judging.session": N_("A break can be proposed after 1 to 240 minutes; 0 means never."),
    "judging.grace": N_("Marks can be taken for 0 to 1,440 minutes after the end."),
    "judging.ties": N_("Choose at least one way to break ties."),
    "scoring.aggregator": N_("This way of counting is not known. There are: %(known)s."),
    "scoring.top": N_("Ask for at least one place at the top."),
    "scoring.too_many_to_compare": N_(
        "More than %(limit)s works cannot be compared in pairs. Choose another way of counting, or a round before it."
    ),
    "scoring.twice": N_("Juror %(juror)s has two marks for work %(entry)s in one round. Keep one of them."),
    "scoring.not_a_number": N_("The mark of juror %(juror)s for work %(entry)s is not a number. Write it in digits."),
    "scoring.mixed": N_(
        "Marks and comparisons of pairs cannot be counted together. Count them in rounds of their own."
    ),
    "record.no_file": N_("There is no file %(file)s. Check its name and where it lies."),
    "record.not_one": N_(
        "This file is not the record of a judging, or it is damaged. Download the record again from the contest's pages, and do not open and save it with another program."
    ),
    "marks.no_file": N_("There is no file %(file)s. Check its name and where it lies."),
    "marks.file_kind": N_("%(file)s is neither .csv nor .xlsx. Save the table as one of them."),
    "marks.columns": N_("These columns are missing: %(missing)s. The headings found are: %(found)s."),
    "marks.none": N_("The table has headings but no mark below them."),
    "marks.too_many": N_("The table has more than %(limit)s marks. Divide it."),
    "marks.no_judge": N_("Line %(line)s does not say whose mark it is. Fill in the juror."),
    "marks.no_entry": N_("Line %(line)s does not say which work it is about. Fill in the work."),
    "marks.no_score": N_("Line %(line)s has no mark. Fill it in, or remove the line."),
    "marks.not_a_number": N_(
        "Line %(line)s, juror %(judge)s: “%(given)s” is not a mark. Write a number, such as 8 or 8.5."
    ),
    "marks.not_a_round": N_("Line %(line)s: “%(given)s” is not the number of a round. Write 1, 2 and so on."),
    "marks.twice": N_(
        "Line %(line)s: juror %(judge)s has a mark for work %(entry)s in line %(first)s already. Keep one of them."
    ),
    "marks.other_unit": N_(
        "Line %(line)s: the unit of %(named)s is “%(given)s” here, but “%(unit)s” in line %(first)s. Write the same one in both."
    ),
    "judging.nobody_late": N_("Everybody has judged everything; there is nobody to remind."),
    "judging.gaps": N_(
        "%(votes)s marks of %(jurors)s jurors are still missing. Wait for them, or give the reason why you close without them."
    ),
    "judging.pairs_for_all": N_(
        "In pairs everybody compares all works that she may judge: nobody's part can be limited."
    ),
    "judging.short": N_(
        "%(works)s works are judged by fewer jurors than the round asks for, and nobody is left for them. Change the panel or the number of jurors, or give the reason why you close all the same."
    ),
    # marks from paper
    "paper.mode": N_(
        "Which of two works is better cannot be taken from paper, for each juror has pairs of her own. Pairs are judged in the judging room."
    ),
    "paper.too_large": N_("The sheet is larger than %(limit)s MB. Leave everything out but works, jurors and marks."),
    "paper.expired": N_("The page is no longer current, and nothing was taken. Choose the sheet again."),
    "paper.no_juror": N_(
        "Line %(line)s: “%(juror)s” is no juror of this round, or could be two. Write the name as on the page People, or the e-mail address."
    ),
    "paper.no_work": N_(
        "Line %(line)s: no work of this round has the code “%(work)s”. Copy it from the contact sheet."
    ),
    "paper.not_assigned": N_("Line %(line)s: %(juror)s does not judge work %(work)s. Remove the mark."),
    "paper.off_scale": N_(
        "Line %(line)s, juror %(juror)s: %(given)s is no mark of this round. Marks go from %(low)s to %(high)s in steps of %(step)s."
    ),
    "paper.other_mark": N_(
        "Line %(line)s: %(juror)s has given work %(work)s another mark already. Only she can change it, in the judging room."
    ),
    # the panel's table
    "item": N_("There is no such question. Go back to the deliberation."),
    "table.one_work": N_("Choose one work for this question."),
    "table.works": N_("Choose %(least)s to %(most)s works for this question."),
    "table.words": N_("Say it in a few words, at most %(limit)s characters."),
    "table.open_item": N_("The question before this one is not decided yet. Decide it or set it aside first."),
    "table.answer": N_("Choose one of the answers."),
    "table.order": N_("Give every one of these works a place of its own: 1, 2, 3 and so on."),
    "table.revealed": N_("The votes lie open already, so none is taken any more. Reload the page."),
    "table.no_vote": N_(
        "This is not yours to vote on: you are tied to one of these works, or not on the panel of this round."
    ),
    "table.no_answer": N_("Nobody has voted yet. Wait for the votes, or set the question aside."),
    "table.not_revealed": N_("Show the votes first, then write down what was decided."),
    "table.went_on": N_(
        "The next round has opened, so whether a work stays in is decided there. Choose another question, or “nothing: look at them together”."
    ),
    "table.decided": N_("This question is decided already. Reload the page."),
    "table.tied": N_(
        "You are tied to one of these works, so somebody else must decide. Set the question aside; the organizer can settle the order on the page Results."
    ),
    # awards
    "awards.planned": N_(
        "These rounds are planned and were not held: %(rounds)s. Let works go on to them, or take them out on the page"
        " of their settings; then work the prizes out."
    ),
    "awards.no_round": N_("There is no closed round to give prizes from."),
    "awards.no_draft": N_("The prizes have not been worked out yet. Do that first."),
    "awards.open_tie": N_(
        "Works share rank %(rank)s across a prize line. The jury must decide their order before the result is sealed."
    ),
    "awards.stale": N_(
        "Something has changed since the prizes were worked out, such as a withdrawal. Work them out again and look at the result."
    ),
    "awards.no_tie": N_(
        "No tie has to be decided at this rank by this way. Load the page again and look at what is open."
    ),
    "awards.last_way": N_("No other way follows this one: put the works in order."),
    "awards.order": N_("Give every one of these works a place of its own: 1, 2, 3 and so on."),
    "awards.reason": N_("Say in a few words how the jury decided (at most %(limit)s characters)."),
    "awards.ruling_conflict": N_(
        "You are tied to one of these works, so somebody else must write down the decision."
    ),
    "awards.not_typed": N_("Type %(expected)s to confirm."),
    "awards.ledger_broken": N_(
        "The record of marks does not agree with itself: somebody changed the database by hand. Tell the administrator; nothing was sealed."
    ),
    "awards.not_sealed": N_("There is no sealed result to announce. Somebody may have announced it just now."),
    "awards.not_announced": N_("There is no public result to take back. Somebody may have done so just now."),
    "awards.two_people": N_(
        "Whoever sealed the result cannot announce it as well in this contest. Ask another organizer."
    ),
    # publishing
    "gallery": N_("The result is not public yet."),
    "gallery.work": N_("No awarded work has this number. Look for it in the gallery."),
    "gallery.picture": N_("There is no such picture in the gallery."),
    "gallery.category": N_("This contest has no such category."),
    "result": N_("There is no sealed result yet. The chair seals it after the deliberation."),
    "album": N_("There is no album to download yet."),
    "build": N_("There is no such album. It may belong to another contest."),
    "build.not_ready": N_("This album is not finished. Wait for it, or order it again if it failed."),
    "build.over": N_("This album is not being built any more."),
    "build.stopped": N_("It was stopped before it was finished. Order it again when you want it."),
    "build.failed": N_(
        "The album could not be built, for a reason on our side. Try again; if it stays, tell the administrator the time."
    ),
    "album.nothing_awarded": N_("No work has won a prize, so there is nothing to print."),
    "album.accent_invalid": N_(
        "The contest's colour “%(accent)s” cannot be printed. Choose another in the settings."
    ),
    "album.draft_changed": N_(
        "Somebody else has changed this album since you opened the page. Look at how it stands now, then make your change again."
    ),
    "album.nothing_to_undo": N_("The album is as it was laid out by itself; there is nothing to take back."),
    "album.move_elsewhere": N_(
        "A work stays among the works of its prize. Put it on a page that shows works of the same prize."
    ),
    "album.move_nowhere": N_("This work is the first or the last of its prize and cannot go further."),
    "album.page_locked": N_("This page is locked, or the work is on a locked page. Unlock it first."),
    "album.page": N_("The album has no such page any more. Go back to the album and choose one there."),
    "album.work": N_("The album shows no work of this number any more. Go back to the album and choose one there."),
    "album.section_unknown": N_("The album has no section “%(section)s”. Choose from the list."),
    "album.override_impossible": N_(
        "A page cannot take the %(field)s that was chosen. Pages and places count from 1, a page holds at most four works, "
        "a picture is shown at 30 to 100 percent, and at most 60 mm stay white on each side."
    ),
    "album.design_impossible": N_("The album's %(field)s cannot be printed as chosen."),
    "album.edition_unknown": N_("There is no such edition. Choose one from the list."),
    "album.printer_impossible": N_("The printer's %(field)s must be between %(least)s and %(most)s."),
    "album.plan_unreadable": N_(
        "The file %(file)s is not an album plan of this version: %(said)s. Save the plan anew with --save-plan."
    ),
    "album.moment_unreadable": N_("SOURCE_DATE_EPOCH must be a number of seconds since 1970, not “%(given)s”."),
    "profile": N_("There is no such colour profile in this contest. Upload the printer's profile first."),
    "profile.too_large": N_(
        "A colour profile has at most %(mib)s MiB. Ask the printer for its ICC profile, as a file ending in .icc."
    ),
    "profile.unreadable": N_(
        "This file is not a colour profile that can be used. Ask the printer for its ICC profile, as a file ending in .icc."
    ),
    "profile.not_for_press": N_(
        "This profile is not for a press of four inks: its class is “%(kind)s” and its colours are %(space)s. Ask the printer for the output profile, of class prtr and CMYK."
    ),
    "consent": N_("No consent is recorded for this work."),
    "consent.not_taking_part": N_(
        "Work %(work)s was withdrawn or disqualified; a consent does not bring it back. Leave it out of the book."
    ),
    "larger": N_("No larger file of this picture is there. Ask the entrant for one first."),
    "larger.differs": N_(
        "This file was found to show another picture, so it cannot be printed. Change the verdict under “Original files”, or ask again."
    ),
    "larger.replaced": N_("Another file has been sent in place of this one. Look at it, then decide again."),
    "larger.unreadable": N_(
        "This file cannot be read for printing; a raw file cannot either. Ask the entrant for a JPEG or TIFF at full size."
    ),
    "larger.shape": N_(
        "This file of %(width_px)s × %(height_px)s px has other proportions than the judged one. Ask the entrant for the whole picture as it was entered."
    ),
    "larger.not_larger": N_(
        "This file of %(width_px)s × %(height_px)s px is no larger than the judged one. Ask the entrant for the full size."
    ),
    "larger.other_picture": N_(
        "This file does not look like the judged picture: its colours or what it shows differ. Ask the entrant for the picture as it was entered, at full size."
    ),
    "acceptance.finding": N_("This album has no such warning. Errors cannot be accepted; they have to be put right."),
    "acceptance.nothing_ticked": N_("Tick the warnings that you accept, or choose a whole kind of them."),
    "acceptance.reason_missing": N_("Say why the book may be printed all the same; the reason stays in the report."),
    "print.size_unknown": N_("There is no size “%(size)s” of this. Choose one of: %(sizes)s."),
    "print.language_unknown": N_("Choose Chinese, English, or both."),
    "print.per_page": N_("Choose from %(least)s to %(most)s works on a page."),
    "print.boxes": N_("Choose from %(least)s to %(most)s boxes beside each work."),
    "print.nothing": N_("There is nothing to print: no work is awarded, or the round has no works yet."),
    "print.kind_unknown": N_("Choose what to print: certificates, exhibition panels or labels."),
    "print.round_unknown": N_("Choose one of the rounds."),
    "print.seal_unreadable": N_(
        "The seal is no picture that can be read. Save it as PNG or JPEG, on white or on nothing, and choose that file."
    ),
    "print.seal_too_large": N_("A seal's picture has at most %(mib)s MiB. Save it smaller, and choose that file."),
    "seal": N_("This seal is not kept any more. Choose its picture anew."),
    "release.done": N_("This file has been released to the printer already."),
    "release.not_for_printers": N_("This edition is for readers. Release the inside for the printer, or the cover."),
    "release.has_errors": N_(
        "The preflight found %(count)s errors. Put them right and build the album again; then it can be released."
    ),
    "release.has_warnings": N_(
        "%(count)s warnings have not been accepted by anybody. Look at each, accept it with a reason or put it right, and release then."
    ),
    "album.plan_outdated": N_("The result has changed since this album was laid out. Order it again."),
    "album.original_missing": N_(
        "The original of work %(work)s is not in the store. Bring it back from a backup, then order the album again."
    ),
    "album.original_changed": N_(
        "The original of work %(work)s is not the file that was judged. Bring it back from a backup, then order the album again."
    ),
    "album.picture_unreadable": N_(
        "The original of work %(work)s cannot be read for printing. Ask the author for the file once more."
    ),
    "album.picture_shape": N_(
        "The original of work %(work)s has not the proportions that were judged (%(width_px)s × %(height_px)s px found)."
    ),
    "album.typeset_failed": N_("Setting the type failed. Tell the administrator this: %(said)s"),
    "album.too_large": N_("The album would be larger than a PDF can be. Award fewer works, or split it by category."),
    "export.folder_taken": N_("The folder %(folder)s is not empty. Name a new one, so that nothing is overwritten."),
}


def sentence(code: str, facts: Mapping[str, Any], language: str) -> str:
    """Say what an error means, in ``language`` ("zh_Hans" or "en").

    Raises:
        KeyError: the code has no sentence, or the sentence names a fact that the error does not carry.
    """
    return translate(SENTENCES[code], language) % facts


def translate(message: str, language: str) -> str:
    """Give a message id in ``language``; needs no request, so the command line speaks as pages do."""
    return gettext.translation("messages", LOCALE, [language], fallback=True).gettext(message)
