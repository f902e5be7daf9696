"""The codes SP3xx: names that nothing has."""

from __future__ import annotations

from engine.protocol.codes.explanation import Explanation
from engine.protocol.problems import Severity


def _error(code: str, title: str, what: str, wrong: str, right: str) -> Explanation:
    return Explanation(code, Severity.ERROR, title, what, wrong, right)


NAMES: tuple[Explanation, ...] = (
    _error(
        "SP301",
        "No such step",
        "A step is named that its track does not have. A step of another track is written `TRACK.STEP`.",
        "goes_to: traige",
        "goes_to: triage",
    ),
    _error(
        "SP302",
        "No such track",
        "A track is named that this protocol does not have.",
        "closes: [legall]",
        "closes: [legal]",
    ),
    _error(
        "SP303",
        "No such action",
        "`then` takes an action of its own step or one of its track's `at_any_step`; `blocks` "
        "takes any action of the "
        "protocol, alone or as TRACK.STEP.ACTION, and the word `erasing`.",
        "then: close",
        "then: closed",
    ),
    _error(
        "SP304",
        "No such field",
        "A question is named that is not declared under `fields`, here or in an included file.",
        "collect: [exam_outcom]",
        "collect: [exam_outcome]",
    ),
    _error(
        "SP305",
        "No such consent",
        "A consent is named that is not declared under `consents`.",
        "required: [consent to medical_exams]",
        "required: [consent to medical_exam]",
    ),
    _error(
        "SP306",
        "No such role",
        "A role is named that is not declared under `roles`. In the rungs of an escalation `owner` "
        "is whoever records "
        "the step.",
        "done_by: nurs",
        "done_by: nurse",
    ),
    _error(
        "SP307",
        "No such limit",
        "A deadline names a limit of the list under `limits`, or says a duration itself, with its kind and source.",
        "limit: first_vist",
        "limit: first_visit",
    ),
    _error(
        "SP308",
        "No such escalation",
        "An escalation is named that is not declared under `escalations`.",
        "escalation: ordinry",
        "escalation: ordinary",
    ),
    _error(
        "SP309",
        "No such exception",
        "A lawful exception is named that is not declared under `exceptions`.",
        "exception: live_saving_care",
        "exception: life_saving_care",
    ),
    _error(
        "SP310",
        "No such letter",
        "A rung that sends a letter has the id of the letter, so that its text is found under `letters`.",
        "{id: leter, at: the limit, to: prosecutor, as: letter}",
        "{id: letter, at: the limit, to: prosecutor, as: letter}",
    ),
    _error(
        "SP311",
        "No such task",
        "A missed deadline opens a task that no step has.",
        "if_missed: {task: explain_window}",
        "if_missed: {task: explain_missed_window}",
    ),
    _error(
        "SP312",
        "No such deadline",
        "A deadline can count from another one of the same step: `ID met` or `ID limit`.",
        "counts_from: triaged met",
        "counts_from: triage met",
    ),
    _error(
        "SP313",
        "No such answer",
        "The field has no such code. The answer `unknown` is always possible for a choice.",
        "set: {outcome: gone}",
        "set: {outcome: lost}",
    ),
    _error(
        "SP314",
        "No such code list",
        "A list of answers is named that is not declared under `code_lists`.",
        "code_list: answers_to_offers",
        "code_list: answer_to_an_offer",
    ),
    _error(
        "SP315",
        "Neither a field nor a task",
        "`required` names facts, tasks of the step and consents. A consent is written `consent to ID`.",
        "required: [medical_exam]",
        "required: [consent to medical_exam]",
    ),
    _error(
        "SP316",
        "A field and a task with one name",
        "`required` names something that is a field and a task of the step, and it is not clear which must be there.",
        "required: [visit]   # there is a field and a task of this name",
        "required: [visit_report]",
    ),
)
