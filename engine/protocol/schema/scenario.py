"""The keys of a scenario: a story that a protocol must live through. Read as strictly as the protocols themselves."""

from __future__ import annotations

from engine.protocol.schema.kinds import LINE, NAME, NAMES, WORDING
from engine.protocol.schema.shapes import Choice, Several
from engine.protocol.schema.tables import ByKind, Key, Listing, Pairs, Record

_YES = Choice("yes")
_ANSWERS = Pairs(NAMES)
_LISTS = Pairs(Several())
_GOES_ON = Choice("open", "closed", meanings=("Something in it goes on.", "It has ended."))
_DATE = "2027-03-01 09:00"

#: What must hold at a point of the story.
THEN = Record(
    "then",
    {
        "at": Key(Pairs(NAME), "Open tracks, each with the step it stands at.", "{response: triaged}"),
        "unopened": Key(NAMES, "Tracks that were never opened.", "[legal]"),
        "ended": Key(Pairs(NAME), "Tracks that ended, each with its outcome.", "{legal: not_wanted}"),
        "closed": Key(NAMES, "Tracks that another track's action closed.", "[shelter]"),
        "case": Key(_GOES_ON, "Whether the case goes on."),
        "outcome": Key(NAME, "The outcome of the protocol's run.", "goals_met"),
        "facts": Key(_ANSWERS, "Answers as they now are; `none`: not known.", "{exam_outcome: examined}"),
        "clocks": Key(
            Pairs(LINE), "All clocks that are open, each with its limit, or `waits`.", f"{{plan: {_DATE}}}"
        ),
        "due": Key(Pairs(LINE), "Some of the open clocks, each with its limit.", f"{{plan: {_DATE}}}"),
        "no_clock": Key(NAMES, "Deadlines without an open clock.", "[toxicology]"),
        "met": Key(NAMES, "Deadlines whose newest clock was met.", "[triage]"),
        "missed": Key(NAMES, "Deadlines whose newest clock was missed.", "[triage]"),
        "void": Key(NAMES, "Deadlines whose newest clock was void.", "[triage]"),
        "told": Key(
            _LISTS, "All messages since the last look, each with its recipients.", "{plan.reminder: [nurse]}"
        ),
        "heard": Key(_LISTS, "Some of the messages since the last look.", "{plan.reminder: [nurse]}"),
        "quiet": Key(NAMES, "Messages that nobody was sent since the last look.", "[alarm.adult_held]"),
        "sent": Key(Pairs(LINE), "When some of them were sent first.", f"{{plan.supervisor: {_DATE}}}"),
        "offers": Key(_LISTS, "Actions, each with all that stands in its way, or `allowed`.", "{stop: allowed}"),
        "asked_for": Key(NAMES, "All protocols that are asked for and not started yet.", "[repatriation]"),
        "tasks": Key(_LISTS, "Open tasks, each with its due dates, or `open`; `none`.", "{visit: [2027-04-01]}"),
        "readers": Key(_LISTS, "Fields or tracks, each with all roles that may know.", "{notes: [lawyer]}"),
    },
)

#: What can happen in a story; each item does one of them, or only looks.
DEEDS = {
    "open": Key(NAME, "A case is opened with this protocol.", "rescue"),
    "stand": Key(NAME, "A track is put at a step, `TRACK.STEP`, as if it had come there.", "medical.triage"),
    "enrol": Key(NAME, "Another protocol begins in the same case.", "reintegration"),
    "reopen": Key(NAME, "A closed case goes on with this protocol.", "reintegration"),
    "start": Key(NAME, "A request for this protocol is granted: a linked case is opened.", "repatriation"),
    "decline": Key(NAME, "A request for this protocol is refused.", "repatriation"),
    "do": Key(NAME, "An action is taken: `ACTION` or `TRACK.ACTION`.", "triage_done"),
    "try": Key(NAME, "An action is tried and refused, for the reasons behind `because`.", "triage_done"),
    "ask": Key(NAME, "An approval is asked for.", "plan_agreed"),
    "agree": Key(NAME, "An approval, a review or a transfer that was asked for is given.", "plan_agreed"),
    "disagree": Key(NAME, "It is refused.", "plan_agreed"),
    "record": Key(_ANSWERS, "What happened is recorded.", "{risk_level: high}"),
    "consent": Key(NAMES, "Consents are given.", "[medical_exam]"),
    "refuse": Key(NAMES, "Consents are refused or withdrawn.", "[medical_exam]"),
    "task": Key(NAME, "A task is done.", "follow_up"),
    "hold": Key(Record("hold", {"until": Key(LINE, "Its end.", _DATE), "reason": Key(LINE, "Why.", "she is ill")},
                       ("until", "reason")), "The case is put on hold.", f"{{until: {_DATE}, reason: she is ill}}"),
    "confirm_hold": Key(_YES, "The supervisor confirms it."),
    "end_hold": Key(_YES, "It is ended."),
    "promise": Key(NAME, "Somebody promises to act on a deadline, `by` a time.", "plan"),
    "extend": Key(NAME, "A deadline is extended.", "plan"),
    "withdraw": Key(NAME, "The last action of a track is taken back.", "response"),
    "assign": Key(NAME, "Somebody (`to`) holds a role from now on.", "case_manager"),
    "hand_over": Key(NAME, "A role is offered to somebody (`to`).", "case_manager"),
    "erase": Key(_YES, "What is known about people is erased."),
    "wait": Key(LINE, "So much time passes.", "2 hours"),
    "until": Key(LINE, "Time passes until then.", _DATE),
    "anew": Key(LINE, "Another scene begins at this time, with nothing of those before.", _DATE),
    "mark": Key(NAME, "A place at which another scenario may go on.", "reflection"),
}  # fmt: skip

ITEM = Record(
    "item",
    {
        "say": Key(LINE, "Words for the reader.", "A neighbour calls the hotline."),
        **DEEDS,
        "case": Key(NAME, "Which case (default `case`).", "sister"),
        "protocol": Key(NAME, "Which of the case's protocols.", "rescue"),
        "track": Key(NAME, "Whose clocks are looked at (default those of all tracks).", "medical"),
        "as": Key(NAMES, "Who does it (default the first who may).", "case_manager"),
        "facts": Key(_ANSWERS, "The answers given with it.", "{risk_level: high}"),
        "happened": Key(LINE, "When it happened (default now).", _DATE),
        "approved_by": Key(NAME, "The role that approves in the same moment.", "supervisor"),
        "reason": Key(LINE, "The reason given.", "She asked for it."),
        "exception": Key(_YES, "It is done under the action's lawful exception."),
        "contact": Key(_YES, "It was a contact with her."),
        "correction": Key(_YES, "It had always been so."),
        "because": Key(ByKind(text=NAMES, items=NAMES), "All reasons of a refusal.", "[exam_outcome]"),
        "by": Key(LINE, "Until when somebody promises to act.", _DATE),
        "to": Key(NAME, "Who takes a role over.", "dara"),
        "at_step": Key(NAME, "Where an opened case begins, as in an import.", "safe_space"),
        "case_opened": Key(NAME, "What a linked case is called.", "daughter"),
        "then": Key(THEN, "What must hold now.", "{at: {response: triaged}}"),
    },
)  # fmt: skip

SCENARIO = Record(
    "scenario",
    {
        "spean": Key(Choice("1"), "The version of the language."),
        "scenario": Key(NAME, "Its name, like the file's.", "pep_after_the_examination"),
        "title": Key(WORDING, "What it shows, in one line.", "Medicine is started after the examination"),
        "proves": Key(NAMES, "Rows of the source that it proves.", "[D20]"),
        "begins": Key(LINE, "The local time of the first item.", _DATE),
        "continues": Key(
            ByKind(
                text=NAME,
                table=Record(
                    "continues",
                    {
                        "scenario": Key(NAME, "The other scenario.", "from_report_to_case"),
                        "until": Key(NAME, "The mark in it at which this one goes on.", "reflection"),
                    },
                    ("scenario",),
                ),
            ),
            "Another scenario that is lived through first, without its checks.",
            "from_report_to_case",
        ),
        "story": Key(
            Listing(ITEM), "What happens, in order.", "[{do: triage_done, as: intake_officer}, {wait: 2 hours}]"
        ),
    },
    ("spean", "scenario", "title", "story"),
)
