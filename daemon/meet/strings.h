#pragma once

/*
 * The sentences of the mails about meetings. Each language has a file strings-LANGUAGE.c (base/language.h).
 * A text with arguments in braces is a pattern of text_message(). Every field is a string.
 */

#include "base/language.h"
#include "meet/mail-kind.h"

/**
 * The texts of one kind of mail. Their arguments: {other} (the name of the other side), {date} (the start
 * of the meeting), {until} (the end of the hold), {delegate}, {principal} (the name of the side that the
 * reader is, or represents)
 */
typedef struct MeetMailStrings {
        const char *subject, *text; /* `text` is a sentence */
} MeetMailStrings;

/** The purposes of a link; a sentence above the link explains its purpose. */
typedef enum MeetLink {
        MEET_LINK_CONFIRM,
        MEET_LINK_SEE,
        MEET_LINK_ANSWER,
        MEET_LINK_CHANGE,
        MEET_LINK_CHOOSE,
        MEET_LINK_COUNTER,
        MEET_LINK_DELEGATE,
        MEET_LINK_N,
        MEET_LINK_NONE = MEET_LINK_N,
} MeetLink;

typedef struct MeetStrings {
        MeetMailStrings mails[MEET_MAIL_N - MEET_MAIL_VERIFY]; /* the first is that of MEET_MAIL_VERIFY */
        const char *links[MEET_LINK_N];
        const char *not_you;     /* a sentence below the link to confirm */
        const char *summary;     /* of the calendar entry in a mail: {other} */
        const char *own_summary; /* of the calendar entry in the store: {host}, {visitor} */
        const char *when, *where, *with, *topic, *proposed; /* labels */
        const char *address;                                /* label of the mail address of the other side */
        const char *represented_by; /* label of the name of the other side's delegate */
        const char *visitor;        /* instead of the name of a visitor without one */
        const char *some_delegate;  /* {delegate}, if the delegate has no name that the reader may see */
        const char *your_clock;     /* label of the time in the reader's zone */
        const char *why;            /* the footer */
} MeetStrings;

/** meet_strings() - return the texts in a language; static */
const MeetStrings *meet_strings(Language language);
