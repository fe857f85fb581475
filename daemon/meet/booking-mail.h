#pragma once

/*
 * Inside the meet module: adds the mails of a step to the ledger, in the transaction of the step. The token
 * of a mail identifies the meeting, the reader and the revision. A mail of an older revision is no longer
 * sent.
 */

#include "meet/booking-rules.h"
#include "meet/mail-kind.h"
#include "meet/work.h"
#include "store/meeting.h"

/** booking_mail_add() - add a mail to one side; MEET_MAIL_NONE adds nothing */
int booking_mail_add(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail mail);

/**
 * booking_mail_add_again() - add a mail of a kind that one revision may have several times
 * @cause: distinguishes these mails; for one cause the mail is added once
 */
int booking_mail_add_again(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail mail,
                const char *cause);

/** booking_mail_add_invitation() - send the invitation to the host once more, at the address on the card */
int booking_mail_add_invitation(const BookingWork *work, const Meeting *meeting);

/**
 * booking_mail_add_readdressed() - tell the former address of the host (meet/readdress.h) that the meeting
 * is cancelled or, if it stands, that the mails go to another address
 */
int booking_mail_add_readdressed(const BookingWork *work, const Meeting *meeting);

/**
 * booking_mail_add_step() - add the mails of a step to both sides and their delegates. For a booked meeting,
 * also add the reminders that are not due yet; for a request, a second one, which is due when half of the
 * time to answer is over.
 * @meeting: as the step has left it
 */
int booking_mail_add_step(const BookingWork *work, const Meeting *meeting, const BookingRule *rule);
