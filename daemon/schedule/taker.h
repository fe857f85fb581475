#pragma once

/*
 * Answers of participants outside of the office, from the mailbox for returned mail (RFC 6047). An answer
 * must be sent to the address with the secret of the participant, by the participant or by another person
 * for the participant. It is put into the inbox of the organizer, whose object gets the PARTSTAT.
 */

#include "outbox/taker.h"

/**
 * schedule_answer_taker - takes METHOD:REPLY and COUNTER with the tag of an invitee (store/invitee.h) about
 * its meeting. An answer with another secret, from another sender, to an earlier SEQUENCE, or not newer than
 * the last one changes nothing (RFC 5546, 2.1.5), and the journal says why. A COUNTER is only put into the
 * inbox.
 */
extern const OutboxTaker schedule_answer_taker;
