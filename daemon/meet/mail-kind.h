#pragma once

/* The kinds of mail about meetings. meet/mails.c has their table for the outbox. */

typedef enum MeetMail {
        MEET_MAIL_NONE,
        MEET_MAIL_VERIFY,           /* to the visitor: confirm the address */
        MEET_MAIL_ASKED,            /* to the visitor: the host was asked */
        MEET_MAIL_REQUEST,          /* to the host: somebody asks */
        MEET_MAIL_INVITE,           /* to both: booked */
        MEET_MAIL_MOVED,            /* to both: booked for another time */
        MEET_MAIL_PROPOSAL,         /* to the visitor: the host proposes other times */
        MEET_MAIL_DECLINED,         /* to the visitor: the host declined */
        MEET_MAIL_CANCEL,           /* to both: a booking was cancelled */
        MEET_MAIL_WITHDRAWN,        /* to the host: the visitor has withdrawn the request */
        MEET_MAIL_EXPIRED,          /* to the visitor: the hold ended without an answer */
        MEET_MAIL_REMINDER,         /* to both */
        MEET_MAIL_COUNTER,          /* to one side: the other proposes another time */
        MEET_MAIL_COUNTER_DECLINED, /* to the side that proposed a time: the other keeps the booked one */
        MEET_MAIL_COUNTER_TAKEN,    /* to the side that proposed a time: it cannot be booked */
        MEET_MAIL_DELEGATED,        /* to the side that has named somebody who comes in its place */
        MEET_MAIL_REPRESENTED,      /* to one side: the other has named somebody who comes in its place */
        MEET_MAIL_DELEGATE,         /* to the person who was named */
        MEET_MAIL_RETURNED,         /* to the side whose delegate does not come */
        MEET_MAIL_UNREPRESENTED,    /* to one side: the delegate of the other side does not come */
        MEET_MAIL_OUTDATED,      /* to the author of an answer to an earlier invitation: the present one */
        MEET_MAIL_REQUEST_AGAIN, /* to the host: a request is not answered yet */
        MEET_MAIL_READDRESSED,   /* to the former address of the host, which is not invited any more */
        MEET_MAIL_REFUSED,       /* to the host: the visitor has declined, and the time is kept */
        MEET_MAIL_RELEASED,      /* to a former delegate, who has said on the page not to come */
        MEET_MAIL_N,
} MeetMail;

/**
 * meet_mail_name() - return the name of a kind in the ledger: "meeting-verify", ...; "meeting" for a
 * reminder
 */
const char *meet_mail_name(MeetMail mail);
