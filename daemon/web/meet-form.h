#pragma once

/* Inside of web/ only: one request for /meet/HOST, its form as sent, and its page. */

#include "meet/booking.h"
#include "web/meet-host.h"
#include "web/meet-times.h"
#include "web/visitor.h"

enum { MEET_LINE_SIZE = BOOKING_NAME_MAX + 1, MEET_TOPIC_SIZE = BOOKING_TEXT_MAX + 1 };

/** The visitor's texts that the form shows. */
typedef struct MeetFields {
        char name[MEET_LINE_SIZE], organisation[MEET_LINE_SIZE];
        char address[VISITOR_ADDRESS_SIZE];
        char topic[MEET_TOPIC_SIZE];
        char network[VISITOR_NETWORK_SIZE]; /* of the request, for the limits; not shown */
        Language language;
} MeetFields;

typedef struct MeetForm {
        PageView view;
        Store *store;
        MeetHost host;
        size_t offer; /* index of the chosen offer in `host` */
        MeetTimes times;
        MeetFields fields;
        BookingResult result; /* `nearest` is shown */
} MeetForm;

/** meet_form_write() - write the page; @notice: a plain sentence for its top; NULL for none */
void meet_form_write(Buffer *out, const MeetForm *form, const char *notice);

/** meet_form_write_done() - write the page after an accepted request, which says that a mail was sent */
void meet_form_write_done(Buffer *out, const MeetForm *form);
