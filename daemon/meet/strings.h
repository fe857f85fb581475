#pragma once

/*
 * Every sentence of a mail about a meeting, by language: one file strings-LANGUAGE.c each (base/language.h).
 * Texts with arguments in braces are patterns of text_message(). Every field is a string.
 */

#include "base/language.h"
#include "meet/mail-kind.h"

/**
 * The texts of one kind of mail: {other} (the reader's partner), {date}, {until}, {delegate}, {principal} (the
 * side that a delegate represents)
 */
typedef struct MeetMailStrings {
        const char *subject, *text; /* `text` is a sentence */
} MeetMailStrings;

/** The sentences above a link, which say what it is for */
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
        const char *not_you; /* a sentence below the link to confirm */
        const char *summary; /* of the calendar entry: {other}; of the office's own: {host}, {visitor} */
        const char *own_summary;
        const char *when, *where, *with, *topic, *proposed; /* labels */
        const char *representative;                         /* instead of {delegate} without a name */
        const char *your_clock;                             /* label of the time by the reader's clock */
        const char *why;                                    /* the footer */
} MeetStrings;

/** meet_strings() - return the texts in a language; static */
const MeetStrings *meet_strings(Language language);
