"""What an evaluation means, in the reader's language: for pages and the terminal. Codes are those of `scoring`."""

from typing import Final

from contest.web.sentences import N_

GATE: Final[dict[str, str]] = {
    "helps": N_(
        "The jurors' scales were evened out: severity and spread differ, and the model foretells votes better than plain means do."
    ),
    "declared_on": N_("The jurors' scales were evened out, as was declared before judging."),
    "declared_off": N_("The plain mean decides, as was declared before judging."),
    "not_asked": N_("The declared way of counting needs no evening out of scales."),
    "pairs": N_("Works were compared in pairs; the strengths that explain the choices best decide."),
    "one_juror": N_("The plain mean decides: with a single juror there is nothing to even out."),
    "not_connected": N_(
        "The plain mean decides: some jurors share no work with the others, so their scales cannot be compared."
    ),
    "not_random": N_(
        "The plain mean decides: who judged what does not look like chance, so a strict juror cannot be told from weak works."
    ),
    "too_few": N_(
        "The plain mean decides: half of the jurors judged fewer than 30 works, too few to know their scales."
    ),
    "no_gain": N_("The plain mean decides: the jurors differ too little for evening out to help."),
}
RELIABILITY: Final[dict[str, str]] = {
    "poor": N_("poor"),
    "moderate": N_("moderate"),
    "good": N_("good"),
    "excellent": N_("excellent"),
    "unknown": N_("unknown"),
}
ZONES: Final[dict[str, str]] = {
    "sure": N_("sure"),
    "likely": N_("likely"),
    "open": N_("open"),
    "out": N_("out of reach"),
}
AGGREGATORS: Final[dict[str, str]] = {
    "calibrated_equal": N_("evened-out marks, all of equal weight"),
    "calibrated_weighted": N_("evened-out marks, reliable jurors weigh more"),
    "raw": N_("plain mean"),
    "trimmed": N_("mean without the highest and the lowest mark"),
    "sum": N_("sum of marks"),
    "z": N_("mean distance from each juror's own mean (z)"),
    "borda": N_("Borda count"),
    "copeland": N_("Copeland: duels won less duels lost"),
    "schulze": N_("Schulze method"),
    "majority": N_("majority judgment (median)"),
    "bradley_terry": N_("Bradley–Terry strengths"),
}
TIE_METHODS: Final[dict[str, str]] = {
    "extra_votes": N_("more votes by jurors who have not judged them"),
    "head_to_head": N_("a vote between them by all jurors"),
    "usual_judgment": N_("the marks around the median (usual judgment)"),
    "chair": N_("the chair, with a written reason"),
    "lot": N_("the lot drawn from the published seed"),
}
FLAGS: Final[dict[str, str]] = {
    "agreement": N_("agrees with the others far less than they do with each other"),
    "outfit_high": N_("marks scatter more than the panel's"),
    "outfit_low": N_("marks scatter less than the panel's"),
    "drift": N_("became stricter or milder on the way"),
    "affinity": N_("marks works of the own unit higher"),
    "hasty": N_("looked at many works for less than a second"),
    "modal": N_("gives nearly everything the same mark"),
}
# What a juror points out about a work.
REMARKS: Final[dict[str, str]] = {
    "ai": N_("made or altered by AI"),
    "composite": N_("put together from several pictures"),
    "plagiarism": N_("known from elsewhere"),
    "off_theme": N_("off the theme"),
    "author_visible": N_("shows who made it"),
}
# What `contest verify` found, by check and whether it holds; None where the form of the record does not show it.
CHECKS: Final[dict[tuple[str, bool | None], str]] = {
    ("signature", True): N_(
        "The signature is right: nothing in the file was changed since it was signed with its key."
    ),
    ("signature", False): N_("The signature is wrong: the file was changed, or another instance made it."),
    ("key", True): N_("It was signed with the key that you gave."),
    ("key", False): N_("It was signed with another key than the one that you gave."),
    ("key", None): N_(
        "Its key is %(public_key)s. Compare it with the one on the contest's page, or give that one with --key: "
        "anybody can sign a file with a key of their own."
    ),
    ("given_root", True): N_("A round has the root %(root)s that you gave."),
    ("given_root", False): N_("No round has the root %(root)s that you gave."),
    ("page", None): N_(
        "Compare it with the contest's page, which has to show the root %(root)s and the fingerprints %(digests)s."
    ),
    ("rounds", False): N_("It holds no round, or one round twice."),
    ("terms", False): N_("It lacks what the round was bound to before its first vote."),
    ("left_out", None): N_(
        "These works are not ranked: %(numbers)s. That they left the contest or are held back was decided apart from "
        "the votes; compare it with the minutes."
    ),
    ("term_rules", True): N_("The rules are those committed to on %(at)s."),
    ("term_rules", False): N_("The rules are not those committed to on %(at)s."),
    ("term_rules", None): N_("The rules committed to on %(at)s are not shown here."),
    ("term_entries", True): N_("The works are those committed to on %(at)s."),
    ("term_entries", False): N_("The works are not those committed to on %(at)s."),
    ("term_entries", None): N_("The list of works committed to on %(at)s is not shown here."),
    ("term_jurors", True): N_("The jurors are those committed to on %(at)s."),
    ("term_jurors", False): N_("The jurors are not those committed to on %(at)s."),
    ("term_jurors", None): N_("The list of jurors committed to on %(at)s is not shown here."),
    ("seed", True): N_("The seed, which orders works and draws lots, is the one fixed before the first vote."),
    ("seed", False): N_("The seed, which orders works and draws lots, is not the one fixed before the first vote."),
    ("ledger", False): N_("Juror %(juror)s: the chain breaks at line %(line)s."),
    ("ledger_all", True): N_("The jurors' chains hold, %(lines)s lines, and end in the votes that were counted."),
    ("ledger_all", False): N_("The jurors' chains do not hold: votes were changed, added or taken away."),
    ("ledger_all", None): N_("The jurors' chains are not shown here."),
    ("table", True): N_(
        "What was said at the panel's table holds, %(lines)s lines; the minutes show the last one's fingerprint: %(seal)s"
    ),
    ("table", False): N_("What was said at the panel's table was changed, added to or cut from line %(line)s on."),
    ("table_empty", None): N_("Nothing was said at the panel's table, says the record; compare with the minutes."),
    ("table", None): N_("What each juror answered at the panel's table is not shown here."),
    ("root", True): N_("The votes are those whose root was written down when the round closed."),
    ("root", False): N_("The votes are not those whose root was written down when the round closed."),
    ("root", None): N_("The single votes are not shown here, so their root cannot be worked out again."),
    ("ranking", True): N_("The ranking comes out of the votes again, to the last bit."),
    ("ranking", False): N_("Another ranking than the record's comes out of the votes."),
    ("ranking", None): N_("The official scores cannot be worked out again without the single votes."),
    ("means", True): N_("The plain means come out of the scores again."),
    ("means", False): N_("The plain means do not come out of the scores."),
    ("proof", True): N_(
        "These %(votes)s votes are among those with the root %(root)s; compare it with the contest's page."
    ),
    ("proof", False): N_("Not all of these votes are among those with the root %(root)s."),
    ("means", None): N_("The plain means are of more than the marks of this round."),
}
