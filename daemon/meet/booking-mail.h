#pragma once

/*
 * Inside the meet module: adds the mails of a step to the ledger, in the transaction of the step. The token
 * of a mail identifies the meeting, the role of the reader and the revision. Once the meeting has a later
 * revision, the mail is no longer sent. A mail that the ledger has already is not added again.
 *
 * Return of all functions: 0, a condition of the store, negative errno.
 */

#include "meet/booking-rules.h"
#include "meet/mail-kind.h"
#include "meet/work.h"
#include "store/ledger.h"
#include "store/meeting.h"

/** booking_mail_add() - add a mail to the person in a role, due now; MEET_MAIL_NONE adds nothing */
int booking_mail_add(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail mail);

/**
 * booking_mail_add_again() - add a mail of a kind that one revision may have several times
 * @cause: a text that distinguishes these mails: each cause has one mail
 */
int booking_mail_add_again(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail mail,
                const char *cause);

/**
 * booking_mail_has_cause() - whether booking_mail_add_again() has added a mail with this cause
 * @meeting: in the revision of the mail
 */
int booking_mail_has_cause(const Meeting *meeting, const MailRecord *mail, const char *cause, bool *ret);

/**
 * booking_mail_add_invitation() - add the invitation to the host once more, for the address that is now on
 * the card; nothing if the card has none, or if an invitation waits that will go to that address
 */
int booking_mail_add_invitation(const BookingWork *work, const Meeting *meeting);

/**
 * booking_mail_add_readdressed() - add a mail to the former address of the host (meet/readdress.h): the
 * meeting is cancelled or, if it is still booked, its mails go to another address
 */
int booking_mail_add_readdressed(const BookingWork *work, const Meeting *meeting);

/**
 * booking_mail_add_released() - add a mail to a former delegate, whose calendar would keep the meeting
 * @role:    of the delegate
 * @address: of the former delegate; nothing is added for ""
 */
int booking_mail_add_released(
                const BookingWork *work, const Meeting *meeting, MeetingRole role, const char *address);

/**
 * booking_mail_add_step() - add the mails of a step to both sides and their delegates. If the meeting is
 * booked, also add the reminders that are not due yet. If the host was asked, also add a second request to
 * the host, which is due when half of the time to answer is over.
 * @meeting: as the step has left it
 * @rule:    the rule of the step, which names the mails
 */
int booking_mail_add_step(const BookingWork *work, const Meeting *meeting, const BookingRule *rule);
