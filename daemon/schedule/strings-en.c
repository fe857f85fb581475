#include "schedule/strings.h"

extern const ScheduleStrings schedule_strings_en;

const ScheduleStrings schedule_strings_en = {
        .request = { "Invitation: {what}",
                        "You are invited to a meeting. Organizer: {who}. The invitation for your calendar is attached." },
        .update = { "Changed invitation: {what}",
                        "A meeting to which you are invited has changed. Organizer: {who}. The changed invitation for your calendar is attached." },
        .cancel = { "Cancelled: {what}",
                        "The meeting does not take place, or not with you. Organizer: {who}. The attached file updates your calendar." },
        .accepted = { "Accepted: {what}", "The invitation was accepted. Participant: {who}." },
        .tentative = { "Tentative: {what}", "The invitation was accepted tentatively. Participant: {who}." },
        .declined = { "Declined: {what}", "The invitation was declined. Participant: {who}." },
        .answered = { "Answer: {what}", "The answer to the invitation has changed. Participant: {who}." },
        .what = "What",
        .when = "When",
        .where = "Where",
        .unnamed = "meeting",
        .why = "You receive this mail because you take part in this meeting.",
};
