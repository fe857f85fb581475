#pragma once

/* How and why an object changes, for its history (store/history.h). */

enum { HISTORY_AUTHOR_SIZE = 256 };

/** How a change came. The numbers are stored. */
typedef enum HistoryWay {
        HISTORY_UNKNOWN = 0, /* before there was a history */
        HISTORY_DAEMON = 1,  /* the daemon itself, such as the deletion of an event that is told */
        HISTORY_COMMAND = 2, /* `convene`; the author is the user of the system */
        HISTORY_IMPORT = 3,  /* `convene import`; the same */
        HISTORY_DAV = 4,     /* CalDAV or CardDAV; the author is the account */
        HISTORY_OFFICE = 5,  /* a page of the office; the author is the account */
        HISTORY_READER = 6,  /* a public page, or a link in a mail; no author */
        HISTORY_MAILBOX = 7, /* a mail that came back; no author */
        HISTORY_N_WAYS,
} HistoryWay;

/** Why: an edit, or a text that was brought back. The numbers are stored. */
typedef enum HistoryCause { HISTORY_EDIT = 0, HISTORY_UNDO = 1, HISTORY_RESTORE = 2 } HistoryCause;
