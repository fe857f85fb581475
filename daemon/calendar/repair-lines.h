#pragma once

/* Inside the calendar module: the lines of an object under repair, read, told of and written again. */

#include "calendar/repair-value.h"

enum { REPAIR_LINE_MAX_BYTES = 1024 * 1024 };

/* What is known of a property. */
typedef struct RepairProperty {
        const char *name;
        bool decides;        /* without the line the event would be another one, or at another time */
        RepairValue *repair; /* NULL: there is nothing to mend */
} RepairProperty;

/** repair_property() - the property's row; NULL for any other, which decides nothing. */
const RepairProperty *repair_property(const char *name);
bool repair_decides(const char *name);

typedef struct Repair Repair;

/* One content line. */
typedef struct Entry {
        ContentLine line;   /* without a name when it cannot be read */
        const char *name;   /* of any line, as far as it has one */
        const char *anew;   /* written in its place, unfolded */
        const char *behind; /* an added line behind it, unfolded */
        bool left_out;
} Entry;

/* A component directly below the VCALENDAR: its entries from BEGIN to END. */
typedef struct Block {
        size_t begin, end;
        Component component; /* what its lines say, as far as it was read */
} Block;

struct Repair {
        usec_t now;   /* for a missing DTSTAMP */
        Event *event; /* collects what the checks read; owns the memory */
        RepairContext context;
        Entry *entries;
        size_t n, allocated;
        Block *blocks;
        size_t n_blocks, blocks_allocated;
        int (*on_warning)(const InputError *warning, void *userdata);
        void *userdata;
};

/** repair_warn() - tell of a change: what was wrong, and what is done. Return: 0 or a negative errno. */
int repair_warn(const Repair *repair, const Entry *entry, const char *what, const char *done);

/** repair_read_line() - read one unfolded line; the copy is the event's. False when it is none. */
bool repair_read_line(Repair *repair, const char *text, size_t len, ContentLine *ret);

/** repair_read() - fill in entries and blocks. Return: 0, EVENT_E_INVALID for wrong nesting, negative errno. */
int repair_read(Repair *repair, const char *text, size_t len);

/**
 * repair_write() - append what is left
 * @lines: a size_t for each line written: its line in the text that was read
 */
int repair_write(const Repair *repair, Buffer *out, Buffer *lines);
