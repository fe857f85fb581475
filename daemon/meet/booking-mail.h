#pragma once

/*
 * Inside the meet module: adds the mails of a step to the ledger, in the transaction of the step. A mail's
 * token says its meeting, its reader and its revision; a mail of an older revision is not sent any more.
 */

#include "meet/booking-rules.h"
#include "meet/mail-kind.h"
#include "meet/work.h"
#include "store/meeting.h"

/** booking_mail_add() - add a mail to one side; MEET_MAIL_NONE adds nothing */
int booking_mail_add(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail mail);

/**
 * booking_mail_add_again() - add a mail that a revision may have several times
 * @cause: tells them apart; the same cause adds the mail once
 */
int booking_mail_add_again(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail mail,
                const char *cause);

/**
 * booking_mail_add_step() - add the mails of a step to both sides and their delegates; for a booking, the
 * reminders, too, except those already due
 * @meeting: as the step has left it
 */
int booking_mail_add_step(const BookingWork *work, const Meeting *meeting, const BookingRule *rule);
