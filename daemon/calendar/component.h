#pragma once

/*
 * Inside the calendar module: one VEVENT, VJOURNAL or VAVAILABILITY of an object (the master or an
 * override), or one VALARM of it. It has the content lines, and the values that the checks have read from
 * them. The event's arena owns the memory.
 */

#include "base/arena.h"
#include "base/contentline.h"
#include "calendar/event.h"

typedef struct LineList {
        ContentLine *items;
        size_t n, allocated;
} LineList;

typedef struct WhenList {
        When *items;
        size_t n, allocated;
} WhenList;

typedef struct Alarm {
        struct Alarm *next;
        size_t line; /* line number of its BEGIN */
        LineList lines;
        bool email;
        Lead *leads; /* the trigger and its repeats */
        size_t n_leads;
} Alarm;

/* A component inside a VEVENT or VJOURNAL: a PARTICIPANT or VLOCATION (RFC 9073). */
typedef struct ComponentPart {
        struct ComponentPart *next;
        const char *name; /* in capitals */
        size_t line;      /* line number of its BEGIN */
        LineList lines;
} ComponentPart;

typedef struct Component {
        bool is_draft;        /* a VJOURNAL */
        bool is_availability; /* a VAVAILABILITY */
        bool is_override;     /* it has a RECURRENCE-ID */
        bool is_range;        /* it has RANGE=THISANDFUTURE */
        size_t line;          /* line number of its BEGIN */
        LineList lines;
        Alarm *alarms; /* a list, in the order of the text */
        Alarm *last_alarm;
        ComponentPart *parts, *last_part; /* a list, as the alarms */
        bool has_own_properties;          /* it has a property that begins with X-CONVENED- */

        When recurrence_id, start, end;
        bool end_is_nominal; /* the end is a DURATION, whose days follow the wall clock */
        Duration duration;
        int sequence;
        usec_t stamp, modified; /* DTSTAMP; LAST-MODIFIED, 0 if not given */
        EventStatus status;
        EventClass class;
        const char *uid;
} Component;

/**
 * list_grow() - make room for one more item in an array of @n items. If the array must move, the old one
 * stays allocated until the arena is freed.
 * @allocated: the number of items for which there is room; updated
 * @size:      octets of one item
 *
 * Return: the array, NULL if there is no memory.
 */
void *list_grow(Arena *arena, void *items, size_t n, size_t *allocated, size_t size);

/** component_name() - return "VEVENT", "VJOURNAL" or "VAVAILABILITY". */
const char *component_name(const Component *component);

/** line_list_find() - find the @index-th line named @name, which is in capitals. Return: NULL if none. */
const ContentLine *line_list_find(const LineList *lines, const char *name, size_t index);

/** line_list_add() - append a copy of @line. Return: 0, -ENOMEM. */
int line_list_add(LineList *lines, Arena *arena, const ContentLine *line);

/**
 * content_line_unfold() - replace the content of @out by the unfolded line, without its line end. Only
 * `raw` of @line is used.
 */
void content_line_unfold(const ContentLine *line, Buffer *out);

/** when_list_add() - append a copy of @when. Return: 0, -ENOMEM. */
int when_list_add(WhenList *list, Arena *arena, const When *when);

/**
 * component_end() - compute the exclusive end of an instance of @component that starts at @start. If the
 * component has neither DTEND nor DURATION, this is the next day for a date, and @start for a time.
 * @fallback: zone of dates and floating times; borrowed, NULL for UTC
 */
When component_end(const Component *component, const When *start, const Zone *fallback);

/**
 * component_compare_versions() - compare two versions of one component by SEQUENCE, then by DTSTAMP (RFC
 * 5546, 2.1.5), then by LAST-MODIFIED; a version without LAST-MODIFIED is the older one
 *
 * Return: negative if @a is older, positive if it is newer, 0 if neither is.
 */
int component_compare_versions(const Component *a, const Component *b);

/**
 * component_refuse() - describe a fault
 * @property: the property at fault, whose line is reported; NULL for the whole component
 *
 * Return: EVENT_E_INVALID.
 */
int component_refuse(
                const Component *component, const char *property, const char *reason, InputError *ret_error);
