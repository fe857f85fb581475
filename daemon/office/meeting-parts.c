#include "office/meeting-parts.h"

#include "store/object.h"
#include "web/page.h"

static const OfficeWord states[MEETING_EXPIRED + 1] = {
        [MEETING_HELD] = OFFICE_WORD(meeting_held),
        [MEETING_ASKED] = OFFICE_WORD(meeting_asked),
        [MEETING_PROPOSED] = OFFICE_WORD(meeting_proposed),
        [MEETING_BOOKED] = OFFICE_WORD(meeting_booked),
        [MEETING_DECLINED] = OFFICE_WORD(meeting_declined),
        [MEETING_CANCELLED] = OFFICE_WORD(meeting_cancelled),
        [MEETING_EXPIRED] = OFFICE_WORD(meeting_expired),
};

static const struct {
        const char *path;
        OfficeWord title;
} parts[MEETING_PARTS_N] = {
        [MEETING_PART_REQUESTS] = { "/office/meetings", OFFICE_WORD(section_meetings) },
        [MEETING_PART_OFFERS] = { "/office/offers", OFFICE_WORD(offers_title) },
        [MEETING_PART_TIMETABLE] = { "/office/timetable", OFFICE_WORD(timetable_title) },
        [MEETING_PART_MATCH] = { "/office/match", OFFICE_WORD(match_title) },
};

void meeting_parts_write_links(OfficeCall *call, MeetingPart current)
{
        buffer_printf(&call->out, "<nav class=\"parts\" aria-label=\"%s\"><ul>\n",
                        call->strings->section_meetings);
        for (size_t i = 0; i < MEETING_PARTS_N; i++)
                buffer_printf(&call->out, "<li><a href=\"%s\"%s>%s</a></li>\n", parts[i].path,
                                i == current ? " aria-current=\"page\"" : "",
                                office_word(call->strings, parts[i].title));
        buffer_puts(&call->out, "</ul></nav>\n");
}

void meeting_parts_write_host(OfficeCall *call, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *host = NULL;
        bool is_known = object_find(call->store, uid, &host) == 0;
        page_write_text(&call->out, &call->view, is_known ? host->name : uid);
}

void meeting_parts_write_visitor(OfficeCall *call, const MeetingVisitor *visitor)
{
        page_write_text(&call->out, &call->view, *visitor->name ? visitor->name : visitor->address);
        if (*visitor->organisation) {
                buffer_puts(&call->out, ", ");
                page_write_text(&call->out, &call->view, visitor->organisation);
        }
        if (*visitor->topic) {
                buffer_puts(&call->out, "<br><span class=\"note\">");
                page_write_text(&call->out, &call->view, visitor->topic);
                buffer_puts(&call->out, "</span>");
        }
}

const Zone *meeting_parts_zone(const OfficeCall *call, const Meeting *meeting)
{
        const Zone *zone = NULL;
        return zone_table_get(call->parts->zones, meeting->zone, &zone) == 0 ? zone
                                                                             : call->view.config->time_zone;
}

const char *meeting_parts_state(const OfficeCall *call, MeetingState state)
{
        return office_word(call->strings, states[state]);
}
