"""The codes SP6xx: valid but dangerous (29)."""

from __future__ import annotations

from engine.protocol.codes.explanation import Explanation
from engine.protocol.problems import Severity


def _warning(code: str, title: str, what: str, wrong: str, right: str) -> Explanation:
    return Explanation(code, Severity.WARNING, title, what, wrong, right)


WARNINGS: tuple[Explanation, ...] = (
    _warning(
        "SP601",
        "A step that no case reaches",
        "No action leads to this step. Perhaps an action names another one, or the step was left over.",
        "steps: {a: {actions: {on: {goes_to: c}}}, b: {...}, c: {final: closed}}",
        "steps: {a: {actions: {on: {goes_to: b}}}, b: {...}, c: {final: closed}}",
    ),
    _warning(
        "SP602",
        "A dead end",
        "From this step a case can move, but never to the end of its track.",
        "a: {actions: {on: {goes_to: b}}}\nb: {actions: {back: {goes_to: a}}}",
        "b: {actions: {back: {goes_to: a}, close: {goes_to: closed}}}",
    ),
    _warning(
        "SP603",
        "An escalation without a person",
        "Every rung goes to roles without an account: letters would go out, and nobody in the system would know.",
        "court: [{at: the limit, to: prosecutor, as: letter}]",
        "court: [{at: the limit, to: prosecutor, as: letter}, {at: 5 days after the limit, to: supervisor}]",
    ),
    _warning(
        "SP604",
        "The last rungs stay in one house",
        "The last two rungs go to different ministries and one of them outside the state, so that "
        "no single chain can "
        "let a case lie. A list that goes to the owner alone tells only who has not done it.",
        "- {at: the limit, to: supervisor}\n- {at: 1 day after the limit, to: director}",
        "- {at: the limit, to: supervisor}\n- {at: 1 day after the limit, to: independent_lead}",
    ),
    _warning(
        "SP605",
        "A track hidden from those who act in it",
        "`seen_by` hides the track from a role that records one of its steps.",
        "seen_by: [nurse]   # and a step with recorded_by: doctor",
        "seen_by: [nurse, doctor]",
    ),
    _warning(
        "SP606",
        "A role nobody can hold",
        "All roles that may take this action have no account, so nobody can take it.",
        "granted: {goes_to: care, who_may: prosecutor}   # account: no",
        "granted: {goes_to: care, who_may: [prosecutor, court_liaison]}",
    ),
    _warning(
        "SP607",
        "A gap between actions",
        "All actions of the step go by one question, and one of its answers opens none of them.",
        "yes_: {goes_to: a, only_if: answer is agreed}\n"
        "no_: {goes_to: b, only_if: answer is declined}   # and later?",
        "no_: {goes_to: b, only_if: answer is one of declined, later}",
    ),
    _warning(
        "SP608",
        "Actions that overlap",
        "All actions of the step go by one question, and one of its answers opens two of them.",
        "a: {goes_to: x, only_if: answer is agreed}\nb: {goes_to: y, only_if: answer is one of agreed, later}",
        "b: {goes_to: y, only_if: answer is later}",
    ),
    _warning(
        "SP609",
        "A track without an exit",
        "People refuse, disappear and die at any step. The track has no action for that, and no "
        "other track closes it.",
        "tracks: {care: {first_step: triage, steps: {...}}}",
        "at_any_step: {died: {goes_to: deceased, closes: all}}",
    ),
    _warning(
        "SP610",
        "Holidays that nobody has fixed",
        "Working days are counted in a year whose holidays are only projected or missing. Its limits may move.",
        "years: {2027: {status: projected, holidays: {...}}}",
        "years: {2027: {status: official, source: sub-decree, holidays: {...}}}",
    ),
    _warning(
        "SP611",
        "A rung order that turns round",
        "For this limit a rung that stands later in the list would be due earlier. The earlier ones are then brought "
        "forward to it, and all come at once.",
        "[{at: 10 days after the start, to: owner}, {at: the limit, to: supervisor}]   # a limit of 7 days",
        "[{at: 50 % of the limit, to: owner}, {at: the limit, to: supervisor}]",
    ),
    _warning(
        "SP612",
        "A visible action on a hidden fact",
        "Whoever may take the action can learn from it what they may not see: an answer, or whether a consent was "
        "given.",
        "refer: {goes_to: clinic, who_may: driver, only_if: test is positive}   # seen_by: nurse",
        "refer: {goes_to: clinic, who_may: nurse, only_if: test is positive}",
    ),
    _warning(
        "SP613",
        "An outside label that tells",
        "Mails are read over shoulders. An outside label says how urgent something is, never what.",
        "outside_label: {en: HIV test result}",
        "outside_label: {en: Time-critical task}",
    ),
    _warning(
        "SP614",
        "The Khmer text is missing",
        "This protocol is written in both languages; here one is missing and people would read English.",
        "title: {en: First visit}",
        'title: {en: First visit, km: "..."}',
    ),
    _warning(
        "SP615",
        "No outside label",
        "Mails about this step go out and would have nothing to say.",
        "triage: {title: Triage, deadlines: {...}}",
        "triage: {title: Triage, outside_label: {en: Urgent task}, deadlines: {...}}",
    ),
    _warning(
        "SP616",
        "A protocol that is not here",
        "An action asks for another protocol, and no file of its name lies beside this one.",
        "starts: {protocol: repatriatoin}",
        "starts: {protocol: repatriation}",
    ),
    _warning(
        "SP617",
        "All clocks depend on conditions",
        "With none of the conditions true a case stands at this step without a clock. Two deadlines with opposite "
        "conditions leave no gap, and are not warned of.",
        "deadlines: {seen: {applies_when: risk is high, limit: first_visit}}",
        "deadlines: {seen: {limit: first_visit}}",
    ),
    _warning(
        "SP620",
        "A success that tells of something else",
        "An ending counts as a success, but its outcome or title speaks of loss, silence, death, or of an end that "
        "came from outside (money, a trial). Such endings are never a success.",
        "lost: {title: Out of touch, final: lost_contact, success: yes}",
        "lost: {title: Out of touch, final: lost_contact}",
    ),
    _warning(
        "SP621",
        "An adopted protocol with a part that is not",
        "The protocol is adopted, but includes a file whose own authority has not adopted it. Until then no real "
        "case can begin with the protocol.",
        "status: adopted\ninclude: [lanes/medical.yaml]   # there: authority: Ministry of Health, status: draft",
        "status: adopted\ninclude: [lanes/medical.yaml]   # there: status: adopted, adopted_by, adopted_on",
    ),
    _warning(
        "SP622",
        "A number that stands twice",
        "A deadline counts a limit from this date, and a condition says the same length of time by its number. "
        "Whoever changes the limit would change only one of the two.",
        "only_if: at least 90 days have passed since assessed_on   # assessment_validity: 90 days",
        "only_if: at least assessment_validity has passed since assessed_on",
    ),
    _warning(
        "SP623",
        "A consent that lets in who cannot come",
        "Somebody is asked to help by her account. A role without one (`account: no`) gets letters and is not asked.",
        "sharing: {opens_to: [interpreter]}   # interpreter: {account: no}",
        "sharing: {opens_to: [legal_counsel]}",
    ),
)
