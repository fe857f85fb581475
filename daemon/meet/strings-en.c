#include "meet/strings.h"

extern const MeetStrings meet_strings_en;

const MeetStrings meet_strings_en = {
        .mails = {
                [MEET_MAIL_VERIFY - MEET_MAIL_VERIFY] = {
                        "Confirm your meeting: {other}, {date}",
                        "Somebody, most likely you, asked for a meeting with {other} and gave this address. The time is kept for you until {until}.",
                },
                [MEET_MAIL_ASKED - MEET_MAIL_VERIFY] = {
                        "Your request was passed on: {other}, {date}",
                        "Your address is confirmed. {other} was asked to answer by {until}; until then the time is kept for you.",
                },
                [MEET_MAIL_REQUEST - MEET_MAIL_VERIFY] = {
                        "A meeting is asked for: {other}, {date}",
                        "{other} asks you for a meeting. Please answer by {until}; after that the time is free again.",
                },
                [MEET_MAIL_INVITE - MEET_MAIL_VERIFY] = {
                        "Meeting: {other}, {date}",
                        "The meeting is booked. The invitation for your calendar is attached.",
                },
                [MEET_MAIL_MOVED - MEET_MAIL_VERIFY] = {
                        "Meeting moved: {other}, {date}",
                        "The meeting has a new time. The changed invitation for your calendar is attached.",
                },
                [MEET_MAIL_PROPOSAL - MEET_MAIL_VERIFY] = {
                        "Another time is proposed: {other}",
                        "{other} cannot make it at the time that you chose and proposes another one. The proposed times are kept for you until {until}.",
                },
                [MEET_MAIL_DECLINED - MEET_MAIL_VERIFY] = {
                        "No meeting: {other}, {date}",
                        "Unfortunately, {other} cannot meet you at this time.",
                },
                [MEET_MAIL_CANCEL - MEET_MAIL_VERIFY] = {
                        "Meeting cancelled: {other}, {date}",
                        "The meeting will not take place.",
                },
                [MEET_MAIL_WITHDRAWN - MEET_MAIL_VERIFY] = {
                        "Request withdrawn: {other}, {date}",
                        "{other} no longer asks for this meeting. There is nothing to do.",
                },
                [MEET_MAIL_EXPIRED - MEET_MAIL_VERIFY] = {
                        "No answer: {other}, {date}",
                        "There was no answer in time, so the meeting is not booked and the time is free again.",
                },
                [MEET_MAIL_REMINDER - MEET_MAIL_VERIFY] = {
                        "Meeting soon: {other}, {date}",
                        "This is a reminder of your meeting.",
                },
                [MEET_MAIL_COUNTER - MEET_MAIL_VERIFY] = {
                        "Another time is proposed: {other}, {date}",
                        "{other} proposes another time for your meeting. Until you accept it, the meeting stays at the time that is booked.",
                },
                [MEET_MAIL_COUNTER_DECLINED - MEET_MAIL_VERIFY] = {
                        "The time stays: {other}, {date}",
                        "{other} cannot make it at the time that you proposed. The meeting stays at the time that is booked.",
                },
                [MEET_MAIL_COUNTER_TAKEN - MEET_MAIL_VERIFY] = {
                        "The time stays: {other}, {date}",
                        "The time that you proposed is not free. The meeting stays at the time that is booked; its page shows the free times.",
                },
                [MEET_MAIL_DELEGATED - MEET_MAIL_VERIFY] = {
                        "Your representative: {other}, {date}",
                        "The invitation was sent to your representative: {delegate}. You can still move or cancel the meeting.",
                },
                [MEET_MAIL_REPRESENTED - MEET_MAIL_VERIFY] = {
                        "A representative will come: {other}, {date}",
                        "{other} will be represented at the meeting: {delegate}. Time and place stay as they are.",
                },
                [MEET_MAIL_DELEGATE - MEET_MAIL_VERIFY] = {
                        "Meeting as a representative: {other}, {date}",
                        "{principal} asks you to come to this meeting instead. The invitation for your calendar is attached.",
                },
                [MEET_MAIL_RETURNED - MEET_MAIL_VERIFY] = {
                        "Your representative cannot come: {other}, {date}",
                        "Your representative cannot come to the meeting. Please come yourself, name another representative, or cancel the meeting.",
                },
                [MEET_MAIL_UNREPRESENTED - MEET_MAIL_VERIFY] = {
                        "The representative cannot come: {other}, {date}",
                        "The representative of {other} cannot come; {other} has been told. The meeting stays as it is.",
                },
                [MEET_MAIL_OUTDATED - MEET_MAIL_VERIFY] = {
                        "Please answer again: {other}, {date}",
                        "Your answer was to an earlier invitation and does not count, because the meeting has changed since. The present invitation is attached.",
                },
                [MEET_MAIL_REQUEST_AGAIN - MEET_MAIL_VERIFY] = {
                        "Not answered yet: {other}, {date}",
                        "{other} still waits for your answer. Please answer by {until}; after that the time is free again.",
                },
                [MEET_MAIL_READDRESSED - MEET_MAIL_VERIFY] = {
                        "Your address has changed: {other}, {date}",
                        "Mails about this meeting no longer go to this address; if you have a new one, the invitation was sent there. The attachment removes the meeting from the calendar of this address. The meeting itself takes place as it is booked.",
                },
                [MEET_MAIL_REFUSED - MEET_MAIL_VERIFY] = {
                        "Declined: {other}, {date}",
                        "{other} has declined the invitation in a calendar program. The time stays taken until you move or cancel the meeting.",
                },
                [MEET_MAIL_RELEASED - MEET_MAIL_VERIFY] = {
                        "No longer a representative: {other}, {date}",
                        "You no longer come to this meeting as a representative. The attachment removes the meeting from your calendar.",
                },
        },
        .links = {
                [MEET_LINK_CONFIRM] = "To confirm the address and the time, open this page and press its button:",
                [MEET_LINK_SEE] = "To see or withdraw the request, open this page:",
                [MEET_LINK_ANSWER] = "To accept, to decline or to propose other times, open this page:",
                [MEET_LINK_CHANGE] = "To move or to cancel the meeting, open this page:",
                [MEET_LINK_CHOOSE] = "To choose a time or to decline, open this page:",
                [MEET_LINK_COUNTER] = "To accept the proposed time or to keep the booked one, open this page:",
                [MEET_LINK_DELEGATE] = "To see the meeting, or to say that you cannot come, open this page:",
        },
        .not_you = "If it was not you, do nothing: without a confirmation there will be no meeting.",
        .summary = "Meeting: {other}",
        .own_summary = "Meeting: {host} and {visitor}",
        .when = "When",
        .where = "Where",
        .with = "With",
        .address = "Mail address",
        .represented_by = "Representative",
        .topic = "Topic",
        .proposed = "Proposed",
        .visitor = "a visitor",
        .some_delegate = "a representative",
        .your_clock = "By your clock",
        .why = "You get this mail because this address was given for a meeting.",
};
