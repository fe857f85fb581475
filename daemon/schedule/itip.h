#pragma once

/*
 * A calendar object as scheduling sees it (RFC 5546; RFC 6638): its components by instance, with lines that
 * can be changed one by one. Lines that nobody changes keep their bytes. Pure: the store is not read.
 */

#include "base/arena.h"
#include "base/buffer.h"
#include "base/contentline.h"
#include "calendar/object-tree.h"
#include "calendar/when.h"
#include "calendar/zone.h"

enum {
        ITIP_E_INVALID = CONDITIONS_SCHEDULE + 1, /* the text is no calendar object */
        ITIP_E_MANY = CONDITIONS_SCHEDULE + 6,    /* there are ITIP_ATTENDEES_MAX already */
        ITIP_USER_SIZE = 400,
        ITIP_ATTENDEES_MAX = 500,         /* ATTENDEEs of one component */
        ITIP_MAX_BYTES = 2 * 1024 * 1024, /* of a printed object */
};

/** A property. */
typedef struct ItipLine {
        ContentLine content;
        const char *user; /* of an ORGANIZER or ATTENDEE: the key of the calendar user; otherwise NULL */
} ItipLine;

/** A VEVENT, VTODO or VJOURNAL. */
typedef struct ItipComponent {
        struct ItipComponent *next;
        const char *name;     /* "VEVENT" */
        const char *instance; /* the key of the RECURRENCE-ID (itip_instance()); "" for the master */
        ItipLine *lines;
        size_t n_lines, n_allocated;
        const char *inner; /* its VALARMs and other components, as in the text */
        size_t inner_len;
} ItipComponent;

typedef struct ItipZone {
        struct ItipZone *next;
        const char *name;
        Zone *zone; /* NULL if it cannot be read */
} ItipZone;

typedef struct ItipObject {
        Arena arena; /* owns all strings and lines */
        char *text;
        ObjectTree *tree;
        ZoneTable *zones;    /* borrowed */
        ItipZone *own_zones; /* the VTIMEZONEs */
        const ObjectNode *root;
        const struct ItipObject *more_zones; /* itip_print() also writes its time zones; NULL for none */
        ItipComponent *components;           /* in the order of the text */
} ItipObject;

/**
 * Finds the key of a calendar user, which is the same for all addresses of one person.
 * @address: as it is written
 * @ret:     at most ITIP_USER_SIZE bytes
 * Return: 0, negative errno, or another value that itip_object_new() returns.
 */
typedef int ItipUser(const char *address, char ret[static ITIP_USER_SIZE], void *userdata);

/** itip_address_user() - the ItipUser that compares addresses only: a mailto URI as address_fold() has it */
int itip_address_user(const char *address, char ret[static ITIP_USER_SIZE], void *userdata);

/**
 * itip_object_new() - read an object
 * @text: copied
 * @zones: borrowed, must outlive the result
 * Return: 0, ITIP_E_INVALID, the result of @user, negative errno.
 */
int itip_object_new(ZoneTable *zones, const char *text, size_t len, ItipUser *user, void *userdata,
                ItipObject **ret);
ItipObject *itip_object_free(ItipObject *object);
DEFINE_CLEANUP(ItipObject, itip_object_freep, itip_object_free)

/** itip_uid() - the UID; "" if there is none */
const char *itip_uid(const ItipObject *object);

/** itip_when() - read a date or time of a property. Return: whether it can be read. */
bool itip_when(const ItipObject *object, const ContentLine *line, const char *value, When *ret);

/**
 * itip_instance() - write the key of a date or time, which is the same in all zones
 * @value: one of the line's values, for example of an EXDATE
 */
void itip_instance(
                const ItipObject *object, const ContentLine *line, const char *value, char ret[static 32]);

/** itip_has_date() - whether an EXDATE or RDATE (@name) of a component has an instance */
bool itip_has_date(const ItipObject *object, const ItipComponent *component, const char *name,
                const char *instance);

/** itip_find() - the component of an instance; NULL if there is none */
ItipComponent *itip_find(ItipComponent *components, const char *instance);

/** itip_line() - the first line with a name, or the next one after @after; NULL if there is none */
ItipLine *itip_line(const ItipComponent *component, const char *name, const ItipLine *after);

/** itip_value() - the value of the first line with a name; "" if there is none */
const char *itip_value(const ItipComponent *component, const char *name);

/** itip_number() - the same as a number */
long itip_number(const ItipComponent *component, const char *name);

/** itip_attendee() - the ATTENDEE line of a user; NULL if there is none */
ItipLine *itip_attendee(const ItipComponent *component, const char *user);

/** itip_count_attendees() - the number of ATTENDEE lines */
size_t itip_count_attendees(const ItipComponent *component);

/** itip_param() - a parameter of a line; "" if there is none */
const char *itip_param(const ItipLine *line, const char *name);

/** itip_copy() - copy a component, so that its lines can be changed; without its inner components */
ItipComponent *itip_copy(Arena *arena, const ItipComponent *component);

/** itip_set_param() - set a parameter of a line or, with NULL, remove it. Return: 0, -ENOMEM. */
int itip_set_param(Arena *arena, ItipLine *line, const char *name, const char *value);

/** itip_set_value() - set the value of a line, in iCalendar's form. Return: 0, -ENOMEM. */
int itip_set_value(Arena *arena, ItipLine *line, const char *value);

/**
 * itip_set() - replace all lines with a name by one
 * @text: the whole line, without its end; NULL: only remove
 */
int itip_set(Arena *arena, ItipComponent *component, const char *name, const char *text);

/** itip_rename() - make a line with another name, but the same parameters and value */
int itip_rename(Arena *arena, const ItipLine *line, const char *name, ItipLine *ret);

/** itip_add() - append a line. @line: shares its strings */
int itip_add(Arena *arena, ItipComponent *component, const ItipLine *line);

/** itip_remove() - remove a line */
void itip_remove(ItipComponent *component, ItipLine *line);

/**
 * itip_print() - append an object with other components
 * @object: has the lines of the VCALENDAR and its time zones
 * @method: the METHOD; NULL for none
 */
void itip_print(const ItipObject *object, const ItipComponent *components, const char *method, Buffer *out);
