"""The codes SP5xx: what can be read and still cannot be meant (3, 4, 6, 9, 15, 17, 22, 23, 30)."""

from __future__ import annotations

from engine.protocol.codes.explanation import Explanation
from engine.protocol.problems import Severity


def _error(code: str, title: str, what: str, wrong: str, right: str) -> Explanation:
    return Explanation(code, Severity.ERROR, title, what, wrong, right)


_STEPS = (
    _error(
        "SP501",
        "A step without a way out",
        "A step is final, or some action leads out of it; otherwise a case would stand there for ever.",
        "steps: {waiting: {done_by: nurse, no_limit: by agreement}}",
        "steps: {waiting: {..., actions: {go_on: {goes_to: care}}}}",
    ),
    _error(
        "SP502",
        "A final step with something to do",
        "At a final step the track has ended: there are no actions, deadlines or tasks any more.",
        "closed: {final: closed, actions: {reopen: {goes_to: care}}}",
        "closed: {final: closed}",
    ),
    _error(
        "SP503",
        "Nothing opens the track",
        "The first track of a file opens with the case. Every other one says when, with `opens_when`.",
        "legal: {first_step: advice, steps: {...}}",
        "legal: {opens_when: response has reached screened, first_step: advice, steps: {...}}",
    ),
    _error(
        "SP504",
        "An action that leads nowhere",
        "Every action says where it leads: `goes_to` a step, or `stays: here`.",
        "examined: {required: [outcome]}",
        "examined: {goes_to: follow_up, required: [outcome]}",
    ),
    _error(
        "SP505",
        "An action that goes and stays",
        "`goes_to` begins a new visit with new clocks, `stays: here` keeps the visit. Both cannot be.",
        "examined: {goes_to: follow_up, stays: here}",
        "examined: {goes_to: follow_up}",
    ),
    _error(
        "SP512",
        "A step without a clock",
        "No open case may stand anywhere unwatched. A step has a deadline, or the reason why it has none.",
        "waiting: {done_by: nurse, actions: {...}}",
        "waiting: {done_by: nurse, no_limit: the court sets the date, actions: {...}}",
    ),
    _error(
        "SP520",
        "An action nobody may take",
        "Nobody may do anything unless it is written. `who_may` names the roles; by default it is "
        "who records the step.",
        "actions: {go_on: {goes_to: care}}   # at a step without roles",
        "actions: {go_on: {goes_to: care, who_may: nurse}}",
    ),
    _error(
        "SP521",
        "An action closes a track that it moves",
        "`closes` ends other tracks. The action's own track, and one that `goes_to` moves, end by "
        "reaching a final step.",
        "died: {goes_to: deceased, closes: [response]}   # in the track response",
        "died: {goes_to: deceased, closes: all}",
    ),
    _error(
        "SP527",
        "Nothing in it",
        "A protocol has at least one track, a track at least one step.",
        "tracks: {}",
        "tracks: {response: {first_step: reported, steps: {...}}}",
    ),
    _error(
        "SP540",
        "A success before the end",
        "Only an ending can be a success: `success` stands beside `final`.",
        "living: {success: yes, deadlines: {...}, actions: {...}}",
        "goals_met: {final: goals_met, success: yes}",
    ),
    _error(
        "SP541",
        "A success by silence",
        "Silence is never a success. An automatic action, an action that a deadline takes at its limit, or a track "
        "that opens by itself must not lead to an ending that counts as one.",
        "deadlines: {answer: {limit: reply, then: close}}\n"
        "actions: {close: {goes_to: closed}}   # closed: {final: helped, success: yes}",
        "actions: {close: {goes_to: unheard}, helped: {goes_to: closed}}   # unheard: {final: no_reply}",
    ),
)

_LIMITS = (
    _error(
        "SP507",
        "Not exactly one number",
        "A limit has one duration under `limit`, or one for each answer of a field under `depends_on`.",
        "first_visit: {kind: default, source: proposed}",
        "first_visit: {limit: 24 hours, kind: default, source: proposed}",
    ),
    _error(
        "SP508",
        "Adopted, but by whom and when?",
        "What is adopted says which authority adopted it and on which day. Until then it is proposed (a limit) or a "
        "draft (a protocol).",
        "status: adopted",
        "status: adopted\nadopted_by: Ministry of Health\nadopted_on: 2027-01-31",
    ),
    _error(
        "SP509",
        "A limit cannot depend on this",
        "A limit depends on exactly one field with a choice of answers, or a yes/no question.",
        "depends_on: {remarks: {long: 24 hours, otherwise: 72 hours}}",
        "depends_on: {risk_level: {high: 24 hours, otherwise: 72 hours}}",
    ),
    _error(
        "SP510",
        "An answer without a limit",
        "Every answer of the field has a limit, also `unknown`; `otherwise` stands for all that are not listed, and "
        "for no answer yet.",
        "depends_on: {risk_level: {high: 24 hours}}",
        "depends_on: {risk_level: {high: 24 hours, otherwise: 72 hours}}",
    ),
    _error(
        "SP519",
        "The aim is longer than the limit",
        "An aim is a shorter time to aim for.",
        "{limit: 72 hours, aim: 5 days, kind: default, source: proposed}",
        "{limit: 72 hours, aim: 2 hours, kind: default, source: proposed}",
    ),
    _error(
        "SP522",
        "A number without kind or source",
        "Everybody can ask why it is 72 hours. A limit that is written at its deadline needs "
        "`kind` and `source` too.",
        "seen: {limit: 72 hours}",
        "seen: {limit: 72 hours, kind: default, source: proposed by the working group}",
    ),
    _error(
        "SP523",
        "The basis stands in two places",
        "A deadline that names a limit of the list takes its kind, source and status from there.",
        "seen: {limit: first_visit, kind: law}",
        "seen: {limit: first_visit}",
    ),
    _error(
        "SP525",
        "Not a date to count from",
        "Clocks and repeating tasks count from fields of the type date or moment.",
        "counts_from: remarks",
        "counts_from: last_exposure_at",
    ),
    _error(
        "SP526",
        "Two starts",
        "A limit before a date is counted back from that date; `counts_from` cannot name another start.",
        "{limit: hearing_preparation, counts_from: reported_at}   # 14 days before hearing_date",
        "{limit: hearing_preparation}",
    ),
    _error(
        "SP529",
        "The no-news limit needs calendar days",
        "Nothing stops the no-news limit, so it counts days, weeks or months, not hours or working time.",
        "no_news: {otherwise: 10 working days}",
        "no_news: {otherwise: 14 days}",
    ),
    _error(
        "SP533",
        "Deadlines that wait for each other",
        "One deadline counts from another, which counts from the first; none of them could ever begin.",
        "a: {limit: l, counts_from: b met}\nb: {limit: l, counts_from: a met}",
        "a: {limit: l}\nb: {limit: l, counts_from: a met}",
    ),
)

_RUNGS = (
    _error(
        "SP511",
        "Only the last rung repeats",
        "The last rung repeats until the clock ends; the ones before it come once.",
        "- {at: the limit, to: owner, repeat: 1 day}\n- {at: 1 day after the limit, to: supervisor}",
        "- {at: the limit, to: owner}\n- {at: 1 day after the limit, to: supervisor, repeat: 1 day}",
    ),
    _error(
        "SP518",
        "A rung comes after the window closes",
        "After a clinical or evidence window nothing can be done any more, so all rungs come before it closes.",
        "- {at: the limit, to: clinical_lead}",
        "- {at: 75 % of the time left, to: clinical_lead}",
    ),
    _error(
        "SP531",
        "Nobody is told",
        "Every deadline has an escalation: its own, or the one under `defaults`; and an escalation has rungs.",
        "escalations: {ordinary: []}",
        "escalations: {ordinary: [{at: the limit, to: supervisor}]}",
    ),
    _error(
        "SP534",
        "A limit cannot take this action",
        "An action that is taken at a limit needs no facts and no approval, because nobody is there to give them.",
        "then: close   # close needs `required: [reason]`",
        "then: close_unheard",
    ),
)

_FLOW = (
    _error(
        "SP513",
        "Two automatic actions could both be taken",
        "Of the automatic actions of one step at most one may be possible. It must be certain from their conditions: "
        "different answers of one question, numbers that do not overlap, or one the opposite of the other.",
        "a: {goes_to: x, automatic: yes, only_if: risk is high}\n"
        "b: {goes_to: y, automatic: yes, only_if: safe is no}",
        "a: {..., only_if: risk is high}\nb: {..., only_if: risk is low}",
    ),
    _error(
        "SP514",
        "A circle without a person",
        "Automatic actions lead back to where they began. A person, or a limit in which time "
        "passes, must stand between.",
        "x: {actions: {on: {goes_to: y, automatic: yes, ...}}}\n"
        "y: {actions: {back: {goes_to: x, automatic: yes, ...}}}",
        "y: {actions: {back: {goes_to: x}}}",
    ),
    _error(
        "SP515",
        "An automatic action without a condition",
        "It would be taken at once, always; its step would have no purpose.",
        "on: {goes_to: y, automatic: yes}",
        "on: {goes_to: y, automatic: yes, only_if: outcome is known}",
    ),
    _error(
        "SP516",
        "Two actions with one event",
        "A log names events. Where two actions of a step have the same event, it does not say which was taken.",
        "a: {event: Closed, goes_to: x}\nb: {event: Closed, goes_to: y}",
        "a: {event: Closed, goes_to: x}\nb: {event: Withdrawn, goes_to: y}",
    ),
    _error(
        "SP517",
        "It cannot be known when this turns true",
        "The condition turns true when some time has passed since a date that has one answer for "
        "each occurrence of a "
        "task. Say which is meant: `last F` reads the newest.",
        "only_if: at least 3 days have passed since visited_on",
        "only_if: at least 3 days have passed since last visited_on",
    ),
    _error(
        "SP524",
        "The answer does not fit the field",
        "What `set` records must be an answer of the field: a number, a date, yes or no, or one of its codes.",
        "set: {persons_found: many}",
        "set: {persons_found: 3}",
    ),
    _error(
        "SP542",
        "Not a number to count by",
        "`one_per` names a number field, such as how many persons were found: so many cases are asked for.",
        "starts: {protocol: rescue, one_per: remarks}",
        "starts: {protocol: rescue, one_per: persons_found}",
    ),
    _error(
        "SP543",
        "Bounds that no answer fits",
        "`lowest` and `highest` say which numbers are answers, both included. Other types have no bounds, and the "
        "lowest number is not above the highest.",
        "rating: {type: number, lowest: 5, highest: 1}",
        "rating: {type: number, lowest: 1, highest: 5}",
    ),
    _error(
        "SP544",
        "Running cases cannot be moved yet",
        "The protocol says that it applies to all cases. No running case is moved to another version by this version "
        "of Spean: it keeps the rules it began with, and so would be led otherwise than the order says.",
        "commencement: {in_force: 2027-01-01, applies_to: all cases}",
        "commencement: {in_force: 2027-01-01, applies_to: new cases}",
    ),
    _error(
        "SP528",
        "Codes in no way or in two",
        "A choice has its codes in exactly one way: `codes` or `code_list`. Other types have none.",
        "outcome: {type: choice}",
        "outcome: {type: choice, codes: [well, lost]}",
    ),
    _error(
        "SP532",
        "A task that repeats in two ways",
        "A task repeats on dates (`on`) or in a rhythm (`every`); `from: last_done` belongs to a rhythm.",
        "visit: {on: 1 week after moved_on, every: 2 weeks}",
        "visit: {every: 2 weeks until outcome is known}",
    ),
)

MEANING: tuple[Explanation, ...] = (*_STEPS, *_LIMITS, *_RUNGS, *_FLOW)
