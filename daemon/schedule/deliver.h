#pragma once

/* Delivers scheduling messages: to accounts into their inbox and their calendar, to others by mail. */

#include "schedule/message.h"
#include "schedule/user.h"
#include "store/collection.h"

/* SCHEDULE-STATUS (RFC 6638, 3.2.9) */
#define DELIVER_STATUS_SENT      "1.1"
#define DELIVER_STATUS_DELIVERED "1.2"
#define DELIVER_STATUS_INVALID   "3.7"

/**
 * The property of an inbox that names the calendar for invitations (RFC 6638, 9.2). In the store, its value
 * is the key of the calendar, so that the calendar may get another address; one that is gone counts as none.
 */
#define DELIVER_DEFAULT_PROPERTY "schedule-default-calendar-URL"

/** deliver_status() - what deliver_message() will be able to say of a recipient; static */
const char *deliver_status(const ScheduleMessage *message);

/**
 * deliver_message() - deliver a message in the transaction of the caller
 * @sender: the account, as account_login() writes it
 *
 * A recipient without a valid address gets nothing (DELIVER_STATUS_INVALID).
 * Return: 0, a condition of the store, negative errno.
 */
int deliver_message(const ScheduleWork *work, const char *sender, const ScheduleMessage *message);

/**
 * deliver_text() - deliver a printed message, which has a METHOD, to an account
 * @user: the recipient of a REQUEST or CANCEL, the author of a REPLY
 */
int deliver_text(const ScheduleWork *work, const char *login, const char *user, const char *method,
                const char *text, size_t len);

/**
 * deliver_is_stale() - find whether all instances of an answer are to an earlier SEQUENCE than that of the
 * organizer's object; false if the organizer has none
 * @message: not changed
 */
int deliver_is_stale(const ScheduleWork *work, const char *login, ItipObject *message, bool *ret);

/**
 * deliver_organized() - read the object of an organizer with an account; free it with itip_object_free()
 * @login:  of the organizer
 * @object: has the UID of the meeting
 * @ret:    NULL if the organizer has no such meeting of its own
 */
int deliver_organized(
                const ScheduleWork *work, const char *login, const ItipObject *object, ItipObject **ret);

/**
 * deliver_default_calendar() - the calendar that takes the invitations of an account: one named "calendar",
 * or else the first that takes events
 * @makes: make one if there is none
 * Return: 0, STORE_E_NOT_FOUND, COLLECTION_E_MANY, another condition of the store, negative errno.
 */
int deliver_default_calendar(const ScheduleWork *work, const char *login, bool makes, Collection *ret);
