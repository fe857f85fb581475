#pragma once

/*
 * These functions read the lines of an object that is repaired, report changes, and write the lines. Inside
 * the calendar module only.
 */

#include "calendar/repair-value.h"

enum { REPAIR_LINE_MAX_BYTES = 1024 * 1024 };

/* A property and its repair. */
typedef struct RepairProperty {
        const char *name;
        bool decides;        /* the line determines which event it is, or when it takes place */
        RepairValue *repair; /* NULL if no repair is known */
        /* the line that replaces an unreadable one; NULL if it is left out or refused */
        const char *fallback;
} RepairProperty;

/** repair_property() - find the property's row. Return: NULL for other properties, which decide nothing. */
const RepairProperty *repair_property(const char *name);
/** repair_decides() - whether a property determines which event it is, or when it takes place. */
bool repair_decides(const char *name);

/**
 * repair_status_may_cancel() - whether a STATUS line contains the word CANCELLED, in one of its spellings
 * @text: the line or its value
 */
bool repair_status_may_cancel(const char *text, size_t len);

typedef struct Repair Repair;

/* One content line. */
typedef struct Entry {
        ContentLine line; /* has no name if the line cannot be read */
        /* the property's name, also if the line cannot be read; "" if the line does not begin with a name */
        const char *name;
        const char *given; /* the octets of the line in the file, although `line` may have been replaced */
        size_t given_len;
        const char *replacement; /* the line that replaces this one, unfolded */
        const char *added;       /* lines that are added after this one, unfolded */
        bool left_out;
        bool is_corrected; /* repair_own_zone() has written the replacement */
} Entry;

/* A component directly below the VCALENDAR: its entries from BEGIN to END. */
typedef struct Block {
        size_t begin, end;
        Component component; /* the values of its lines, as far as they were read */
} Block;

struct Repair {
        usec_t now;   /* for a missing DTSTAMP */
        Event *event; /* collects the values that the checks read; owns the memory */
        RepairContext context;
        Entry *entries;
        size_t n, allocated;
        void *kept; /* the lines of a component that are not omitted, by their octets: a tree of tsearch() */
        Block *blocks;
        size_t n_blocks, blocks_allocated;
        int (*on_warning)(const InputError *warning, void *userdata);
        void *userdata;
};

/**
 * repair_warn() - report a change
 * @entry: has the line number and the name
 * @what:  the error, in English or already in the reader's language
 * @done:  what was done about it, in the same way
 *
 * Return: the result of on_warning().
 */
int repair_warn(const Repair *repair, const Entry *entry, const char *what, const char *done);

/**
 * repair_read_line() - read one unfolded line into the event's arena. Return: false if it cannot be read.
 */
bool repair_read_line(Repair *repair, const char *text, size_t len, ContentLine *ret);

/**
 * repair_read() - fill in entries and blocks. Return: 0, EVENT_E_INVALID for wrong nesting, negative errno.
 */
int repair_read(Repair *repair, const char *text, size_t len);

/**
 * repair_write() - append the remaining lines
 * @lines: gets, for each written line, its line number in the original text, as a size_t
 */
int repair_write(const Repair *repair, Buffer *out, Buffer *lines);
