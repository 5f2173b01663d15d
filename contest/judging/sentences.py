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
