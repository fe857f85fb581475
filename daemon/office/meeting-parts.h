#pragma once

/* The parts that the pages of meetings share: the links between them, and the people of a meeting. */

#include "office/call.h"
#include "store/meeting.h"

typedef enum MeetingPart {
        MEETING_PART_REQUESTS,
        MEETING_PART_OFFERS,
        MEETING_PART_TIMETABLE,
        MEETING_PART_MATCH,
        MEETING_PARTS_N,
} MeetingPart;

/** meeting_parts_write_links() - write the links to the other pages of meetings. @current: this page */
void meeting_parts_write_links(OfficeCall *call, MeetingPart current);

/** meeting_parts_write_host() - write the name of a contact; @uid: the UID is written if it is gone */
void meeting_parts_write_host(OfficeCall *call, const char *uid);

/** meeting_parts_write_visitor() - write the name of a visitor or, without one, the address; and the rest */
void meeting_parts_write_visitor(OfficeCall *call, const MeetingVisitor *visitor);

/** meeting_parts_zone() - the zone of the host's clock */
const Zone *meeting_parts_zone(const OfficeCall *call, const Meeting *meeting);

/** meeting_parts_state() - the word for a state */
const char *meeting_parts_state(const OfficeCall *call, MeetingState state);
