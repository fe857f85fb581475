#pragma once

/*
 * Inside the meet module: adds the mails of a step to the ledger, in the transaction of the step. A mail's
 * token says its meeting, its reader and its revision; a mail of an older revision is not sent any more.
 */

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

/** booking_mail_add_reminders() - add the reminders of a booking to both sides, except those already due */
int booking_mail_add_reminders(const BookingWork *work, const Meeting *meeting);
