#pragma once

/*
 * The reason why a mail is not sent or has to wait, as a code that the ledger stores. A server's answer is
 * not a reason: it is the reply, which is stored beside the reason. Because the numbers are stored, no
 * number is ever used for another reason.
 */

#include <stddef.h>

typedef enum MailReason {
        MAIL_REASON_NONE = 0, /* no reason; see the reply */
        MAIL_REASON_OVERTAKEN = 1,
        MAIL_REASON_NOTICE = 2,
        MAIL_REASON_LATE = 3,
        MAIL_REASON_POINTLESS = 4,
        MAIL_REASON_REMINDERS_OFF = 5,
        MAIL_REASON_NO_ADDRESS = 6,
        MAIL_REASON_NOT_ASCII = 7, /* of earlier versions: MAIL_REASON_NO_UTF8 came in its place */
        MAIL_REASON_STOPPED = 8,
        MAIL_REASON_OPTED_OUT = 9,
        MAIL_REASON_SUPPRESSED = 10,
        MAIL_REASON_EVENT_MUTED = 11,
        MAIL_REASON_KIND_MUTED = 12,
        MAIL_REASON_DIGEST = 13,
        MAIL_REASON_CONTACT_GONE = 14,
        MAIL_REASON_EVENT_GONE = 15,
        MAIL_REASON_EVENT_MOVED = 16,
        MAIL_REASON_CHANGED_AGAIN = 17,
        MAIL_REASON_NO_DIGEST = 18,
        MAIL_REASON_NOTHING_TO_TELL = 19,
        MAIL_REASON_NOTHING_TO_CONFIRM = 20,
        MAIL_REASON_QUIET_HOURS = 21,
        MAIL_REASON_BAD_ADDRESS = 22,
        MAIL_REASON_NOT_COMPOSED = 23,
        MAIL_REASON_NO_REPLY = 24,
        MAIL_REASON_INTERRUPTED = 25,
        MAIL_REASON_INTERRUPTED_TWICE = 26,
        MAIL_REASON_RETURNED = 27, /* the reply has the status and text of the report */
        MAIL_REASON_TOO_LONG = 28,
        MAIL_REASON_CHANGED_SINCE = 29,
        MAIL_REASON_NO_BYTES = 30,
        MAIL_REASON_NOT_PUBLIC = 31,
        MAIL_REASON_NOT_LISTED = 32,
        MAIL_REASON_LATER_DIGEST = 33,
        MAIL_REASON_NO_KIND = 34,
        MAIL_REASON_RESTORED = 35, /* due between backup and restoration; it may have been sent */
        MAIL_REASON_OURS = 36,     /* the server refuses the sender, not the recipient */
        MAIL_REASON_SERVER = 37,   /* the server cannot be reached, or it refuses the session */
        MAIL_REASON_ZONE_RENAMED = 38,
        MAIL_REASON_DAMAGED = 39, /* a part of the store that the mail needs cannot be read */
        MAIL_REASON_UNTOLD = 40,  /* --notify=no: the state counts as told */
        MAIL_REASON_SETTLING = 41,
        MAIL_REASON_WITH_WHOLE = 42,
        MAIL_REASON_NO_UTF8 =
                        43, /* the server does not offer SMTPUTF8, which the address needs (RFC 6531) */
        MAIL_REASON_WITHDRAWN = 44, /* the office has stopped the mail */
        MAIL_N_REASONS
} MailReason;

/* The same values for the text of a statement. */
#define SQL_REASON_POINTLESS         "4"
#define SQL_REASON_DIGEST            "13"
#define SQL_REASON_QUIET_HOURS       "21"
#define SQL_REASON_INTERRUPTED       "25"
#define SQL_REASON_INTERRUPTED_TWICE "26"
#define SQL_REASON_RETURNED          "27"
#define SQL_REASON_CHANGED_SINCE     "29"
#define SQL_REASON_NO_BYTES          "30"
#define SQL_REASON_LATER_DIGEST      "33"
#define SQL_REASON_OURS              "36"
#define SQL_REASON_SERVER            "37"
#define SQL_REASON_UNTOLD            "40"
#define SQL_REASON_SETTLING          "41"
#define SQL_REASON_WITH_WHOLE        "42"
#define SQL_REASON_WITHDRAWN         "44"

/** mail_reason_name() - a stable identifier for programs and logs: "overtaken"; "" for none */
const char *mail_reason_name(MailReason reason);

/** mail_reason_text() - an English sentence, without a full stop; "" for none */
const char *mail_reason_text(MailReason reason);

/** mail_reason_write() - write the sentence, the reply, or both separated by a colon */
void mail_reason_write(MailReason reason, const char *reply, char *ret, size_t size);
