#pragma once

/* The mail that asks the owner of an address to confirm a subscription. */

#include "calendar/event.h"
#include "letter/letter.h"
#include "store/signup.h"

/** A request for a subscription; borrowed. */
typedef struct Confirm {
        const Signup *signup;
        const Event *event; /* of the request; NULL if the request is not for a single event */
        bool is_listed;     /* the address is listed already, so there is nothing to confirm */
} Confirm;

/**
 * compose_confirm() - append the mail. Return: 0, -EINVAL if the sender or the recipient has no valid
 * address, or another negative errno.
 */
int compose_confirm(const Confirm *confirm, const LetterOptions *options, Buffer *out);
