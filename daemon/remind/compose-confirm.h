#pragma once

/* The mail that asks the owner of an address to confirm that it is to be listed. */

#include "calendar/event.h"
#include "letter/letter.h"
#include "store/signup.h"

/** A request to be listed, as its mail tells it; borrowed. */
typedef struct Confirm {
        const Signup *signup;
        const Event *event; /* that it is for; NULL when it is for no single event */
        bool is_listed;     /* already: there is nothing to confirm */
} Confirm;

/**
 * compose_confirm() - append the mail. Return: 0, -EINVAL (no address to write to or from), other negative
 * errno.
 */
int compose_confirm(const Confirm *confirm, const LetterOptions *options, Buffer *out);
