#pragma once

/* The changes of a scheduling message in the recipient's calendar (RFC 5546, 3.2; RFC 6638, 4). Pure. */

#include "schedule/itip.h"

/** The participants and instances that messages are about. */
typedef struct Receipt {
        ItipObject *message;
        ItipObject *kept; /* the recipient's object; NULL if there is none */
        const char *user; /* the key: of the recipient or, for a REPLY, of the author */
} Receipt;

/** receive_is_stale() - whether a REQUEST or CANCEL is older than the kept object (RFC 5546, 2.1.5) */
bool receive_is_stale(const Receipt *receipt);

/** receive_is_old_answer() - whether an answer is to an earlier SEQUENCE of its instance or of the series */
bool receive_is_old_answer(const ItipObject *kept, const ItipComponent *given);

/**
 * receive_request() - append the object that the recipient has after a REQUEST
 *
 * Alarms, and other properties that are the recipient's own, stay. A request with the master has all
 * instances of the recipient; one without it changes or adds its instances only.
 * Return: 0, -ENOMEM.
 */
int receive_request(const Receipt *receipt, Buffer *out);

/**
 * receive_cancel() - append the object after a CANCEL: without a RECURRENCE-ID the meeting, with it the
 * instances take no place. `kept` must be there.
 */
int receive_cancel(const Receipt *receipt, Buffer *out);

/**
 * receive_reply() - change the object of the organizer after a REPLY of a participant
 * @ret:         whether it was changed
 * @ret_removed: whether others were removed from it (delegate_ensure())
 *
 * An answer to an instance makes an override of it. An answer to an earlier SEQUENCE, or of somebody who is
 * not invited, changes nothing. A delegate for whom there is no room is named, but takes no part.
 * Return: 0, -ENOMEM, other negative errno.
 */
int receive_reply(const Receipt *receipt, bool *ret, bool *ret_removed);

/**
 * receive_answers() - set the answers of the other participants in a participant's copy
 * @receipt: `message` is the object of the organizer, `user` the owner of the copy
 */
int receive_answers(const Receipt *receipt, bool *ret);
