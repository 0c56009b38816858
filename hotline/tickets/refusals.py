"""拒绝代码: every code that the rules of a ticket refuse with, and what it means.

Codes are stable: machines rely on them, and the message catalogues translate each one (a test
compares). `docs/refusals.md` is generated from this table.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # the door
        "no-such-ticket": "No ticket has this number.",
        "already-registered": "The number is taken; a ticket is registered once.",
        "archived": "An archived ticket is read only; a later fact is a new, linked ticket.",
        "merged": "The main ticket runs for this one.",
        "in-the-past": "The act would lie before something that already happened.",
        "wrong-stage": "The ticket does not stand where this may be done.",
        "wrong-kind": "This belongs to another kind of ticket.",
        "text-missing": "A text that must be on record is empty.",
        "person-required": "A named person must do this, not a programme.",
        # whose ticket, whose hands
        "not-your-ticket": "The ticket is not with this department.",
        "own-handling": "Whoever handled the ticket may not do this (S1).",
        "second-person-required": "Another person must do this than the one before (S1 to S5).",
        "handling-department": "The handling department may not do this (S2).",
        # intake
        "article-version-missing": "A direct answer names the version of its article.",
        "report-not-answered-directly": "A report of a violation is not answered in the call.",
        "report-stays-secret": "A report of a violation stays confidential.",
        "merge-into-itself": "A ticket cannot be merged into itself.",
        "merge-kind": "Only hotline tickets are merged, and into hotline tickets only.",
        "merge-secret": "A report or secret ticket is never merged.",
        "has-children": "The ticket leads a cluster; let its children go first.",
        "information-asked-before": "The citizen has been asked once already.",
        "nothing-to-correct": "The correction changes nothing.",
        "unknown-category": "The category stands in no published table.",
        # assignment
        "unknown-department": "No such department may be given work.",
        "department-named-twice": "Lead and assisting departments are different ones.",
        "department-duty": "The catalogue gives this to a functional department (66号).",
        "report-not-by-operator": "An operator may not assign a report of a violation.",
        "returned-by-department": "This department returned the ticket and was right.",
        "contact-way-missing": "The citizen is known, so the way of contact must be named.",
        "already-assisting": "The department is assisting already.",
        "not-assisting": "The department has no open part in this ticket.",
        # return and adjudication
        "return-too-late": "A return is asked for within its limit from assignment.",
        "return-barred": "The department used its return.",
        "return-after-redo": "A redo stays with the department that answered.",
        "adjudication-binds": "The adjudication is binding; no return is possible.",
        "departments-not-heard": "Both departments are heard before an adjudication (S3).",
        # extension and suspension
        "no-department-due": "No department's clock runs.",
        "extension-used": "The extensions of this ticket are used up.",
        "extension-days": "The extension is longer than allowed, or not a day long.",
        "extension-too-late": "An extension is asked for ahead of the due time.",
        "extension-needs-authority": "A second extension is granted by a leader (山东).",
        "suspension-used": "The suspensions of this ticket are used up.",
        "suspension-pending": "A suspension waits for its decision.",
        "no-suspension-asked": "No suspension was asked for.",
        "until-in-the-past": "The end of the suspension has passed.",
        # answer
        "evidence-missing": "The answer needs evidence of what was done.",
        "no-draft": "There is no draft to sign.",
        "assist-open": "An assisting department is not done yet.",
        "contact-missing": "The citizen has not been contacted.",
        "checklist-incomplete": "The answer passes only with every box ticked.",
        # closing
        "revisit-incomplete": "A call that connected says whether solved and how satisfied.",
        "mark-out-of-range": "A mark lies between 1 and 5.",
        "same-half-day": "Attempts are made on different half-days.",
        "redo-exhausted": "The redos of this ticket are used up.",
        "closure-code": "This is no ground for an explained closure.",
        "closure-proposed": "An explained closure is proposed already.",
        "nothing-proposed": "No explained closure is proposed.",
        "objection-decided": "The objection has been answered; further ways are outside.",
        "objection-too-late": "The objection window has ended.",
        "objection-window-open": "The citizen may still object.",
        # oversight
        "supervision-level": "Supervision has levels 1 to 3.",
        "supervision-not-higher": "A level only goes down by closing the supervision.",
        "no-supervision": "No supervision is open.",
        "exclusion-asked": "An exclusion has been asked for already.",
        "no-exclusion-asked": "No exclusion was asked for.",
        "already-held": "A legal hold is in place.",
        "not-held": "No legal hold is in place.",
        # the loop of a matter, 办不成事
        "real-name-required": "A matter is registered by real name.",
        "own-window": "The officer belongs to the window complained of.",
        "joint-review-required": "This matter goes to the joint review.",
        "triage-missing": "The matter has not been triaged.",
        "negative-report-missing": "A plain no needs a report.",
        "assists-missing": "A joint review needs assisting departments.",
        "not-at-the-table": "The department took no part in the joint review.",
        "beyond-ceiling": "The date lies beyond the ceiling of a matter.",
        "matter-result-missing": "The answer to a matter names its result.",
        "already-reviewed": "The answer has been reviewed.",
        "review-missing": "The answer has not been reviewed.",
        "not-assigned": "No department holds the matter.",
        "improvement-ordered": "An improvement is ordered already.",
        "improvement-not-ordered": "No improvement was ordered.",
        # the loop of a poor evaluation, 差评
        "role-forbidden": "This role may not do this.",
        "not-a-poor-evaluation": "The rating is not a poor one.",
        "return-ground-forbidden": "A poor evaluation is returned as the wrong department's only.",
        "finding-missing": "The verification names its finding.",
        "evaluator-not-reached": "The evaluator was not reached; try again.",
        "rated-department": "The rated department may not do this.",
        "appeals-exhausted": "The appeal was used.",
        "too-late": "The limit for this has passed.",
        "leader-required": "A complex or unfounded case is signed by the department's leader.",
        "appeal-required": "This result follows from an appeal only.",
        "already-rated-later": "The evaluator has rated once more already.",
        "rerate-window-open": "The evaluator may still rate once more.",
    }
)

CODES: Final = frozenset(REFUSALS)
