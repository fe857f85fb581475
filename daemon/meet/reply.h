#pragma once

/*
 * Answers to invitations, from the mailbox for returned mail (RFC 5546, 3.2.3 and RFC 6047). An answer
 * names its booking by UID. It must be sent to an address with a secret that only the reader of the
 * invitation knows. An answer with another secret, of another attendee, from another sender,
 * to an earlier SEQUENCE, or with a
 * DTSTAMP that is not later than that of the last answer that counted, changes nothing (RFC 5546, 2.1.5);
 * the journal says why. The author of an answer to an earlier invitation gets the present invitation.
 */

#include "outbox/taker.h"

/**
 * meet_reply_taker - takes METHOD:REPLY, COUNTER and DECLINECOUNTER for a known booking. ACCEPTED and
 * TENTATIVE are kept as PARTSTAT; DELEGATED names a delegate (meet/delegate.h). DECLINED from a side
 * cancels the booking: its slot becomes free and the other side gets a mail. DECLINED from a delegate
 * ends the delegation. A COUNTER with another time becomes a proposal to the other side (meet/counter.h). A
 * DECLINECOUNTER changes nothing. Other messages are left in the mailbox for a person.
 */
extern const OutboxTaker meet_reply_taker;
