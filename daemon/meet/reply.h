#pragma once

/*
 * Answers to invitations, from the mailbox for returned mail (RFC 5546, 3.2.3 and RFC 6047). An answer
 * names its booking by UID. It was sent to an address with a secret that only the reader of the invitation
 * knows. An answer with another secret, from another attendee, to an earlier SEQUENCE or with a DTSTAMP
 * that is not later than that of the last one changes nothing (RFC 5546, 2.1.5); the journal says why. The
 * author of an answer to an earlier invitation gets the present one.
 */

#include "outbox/taker.h"

/**
 * meet_reply_taker - takes METHOD:REPLY, COUNTER and DECLINECOUNTER for a known booking. ACCEPTED and
 * TENTATIVE are kept as PARTSTAT; DELEGATED names a representative (meet/delegate.h); DECLINED cancels the
 * booking, so that its slot is free and the other side is told. A COUNTER with another time becomes a
 * proposal to the other side (meet/counter.h). Other messages are left in the mailbox for a person.
 */
extern const OutboxTaker meet_reply_taker;
