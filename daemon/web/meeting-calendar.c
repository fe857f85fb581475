#include "web/meeting-calendar.h"

#include "base/text.h"
#include "http/reply.h"
#include "meet/invitation.h"
#include "meet/strings.h"

enum { CALENDAR_BYTES = 256 * 1024 };

static int write_calendar(const MeetingView *meeting, const ObjectRecord *record, Buffer *out)
{
        CLEANUP(buffer_done) Buffer summary = BUFFER_INIT(CALENDAR_BYTES);
        const PageView *view = &meeting->view;
        int r = text_message(&summary, view->tag, meet_strings(language_of(view->tag))->summary,
                        TEXT_ARGUMENTS({ "other", meeting_view_other(meeting), 0 }));
        const MeetInvitation invitation = {
                .config = view->config,
                .meeting = meeting->meeting,
                .parties = &meeting->parties,
                .role = meeting->token.role,
                .method = "PUBLISH",
                .summary = buffer_text(&summary),
                .sequence = record->sequence,
                .stamp = record->changed,
        };
        return r != 0 ? r : invitation_print(&invitation, out);
}

int meeting_calendar_reply(HttpRequest *request, const MeetingView *meeting)
{
        static const HttpHeader headers[] = { { "Cache-Control", "private, no-store" },
                { "Content-Disposition", "attachment; filename=\"meeting.ics\"" },
                { "Referrer-Policy", "no-referrer" }, { NULL, NULL } };
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CALENDAR_BYTES);
        if (meeting->meeting->state != MEETING_BOOKED)
                return STORE_E_NOT_FOUND;
        int r = object_get_by_uid(meeting->store, COLLECTION_MEETINGS, meeting->meeting->uid, &record);
        if (r == 0)
                r = write_calendar(meeting, record, &text);
        return r != 0 ? r
                      : http_reply_send(request,
                                        &(HttpReply){ .status = 200,
                                                        .headers = headers,
                                                        .content_type = "text/calendar; charset=utf-8",
                                                        .bytes = buffer_text(&text),
                                                        .len = text.len });
}
