#pragma once

/* One recipient of a bounce, common to all forms of bounces. */

#include <stdbool.h>

enum {
        BOUNCE_STATUS_SIZE = 16,
        BOUNCE_ADDRESS_SIZE = 320,
        BOUNCE_WORDS_SIZE = 2048,
};

/** The field Action of a report (RFC 3464, 2.3.3). */
typedef enum BounceAction {
        BOUNCE_FAILED,
        BOUNCE_DELAYED,
        BOUNCE_DELIVERED,
        BOUNCE_RELAYED,
        BOUNCE_EXPANDED,
} BounceAction;

typedef struct BounceRecipient {
        BounceAction action;
        char status[BOUNCE_STATUS_SIZE]; /* "5.1.1" (RFC 3463); "" for none */
        char words[BOUNCE_WORDS_SIZE];   /* the server's reply text, one line of UTF-8; "" for none */
        char final[BOUNCE_ADDRESS_SIZE], original[BOUNCE_ADDRESS_SIZE]; /* without their type; "" for none */
} BounceRecipient;

/**
 * bounce_says_no_mailbox() - whether a text for people says that a mailbox does not exist
 * bounce_says_delayed() - whether such a text says that the server will try again
 */
bool bounce_says_no_mailbox(const char *text);
bool bounce_says_delayed(const char *text);

/**
 * bounce_find_status() - find the first status code in a text such as "550 5.1.1 ..." or "(#5.1.1)".
 * Return: whether there is one.
 */
bool bounce_find_status(const char *text, char ret[static BOUNCE_STATUS_SIZE]);
