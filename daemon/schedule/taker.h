#pragma once

/*
 * Answers of participants outside of the office, from the mailbox for returned mail (RFC 6047). An answer
 * must be sent to the address with the secret of the participant; it counts as the participant's whatever
 * sender it has. It is put into the inbox of the organizer, whose object gets the PARTSTAT.
 */

#include "outbox/taker.h"

/**
 * schedule_answer_taker - takes METHOD:REPLY and COUNTER with the tag of an invitee (store/invitee.h) about
 * its meeting. An answer that is not newer than the last one changes nothing (RFC 5546, 2.1.5). A COUNTER is
 * only put into the inbox.
 */
extern const OutboxTaker schedule_answer_taker;
