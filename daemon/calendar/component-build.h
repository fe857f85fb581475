#pragma once

/*
 * Components that this program makes: objects of `convene add`, heads of feeds, and whatever a later guest
 * sends (iTIP, VFREEBUSY, VAVAILABILITY). Properties and components are libical's, so a value of a known
 * property has its type's form; the text is folded by base/contentline, because libical folds inside of
 * combining sequences. An error is remembered, as in a Buffer, and reported when the component is printed.
 *
 * A property stays one line whatever its name, parameters and value contain. A value that libical would
 * print differently (GEO with more than six digits, an RRULE in another order, the second date of an
 * EXDATE, an X- text with a comma) is kept as given, and so is a value that is not of its type:
 * event_parse() refuses the object with a reason.
 */

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/time.h"

typedef struct ComponentBuild ComponentBuild;

/**
 * One property: `value` is in iCalendar's own form unless `text` is set, then it is plain text and is
 * escaped.
 */
typedef struct BuildProperty {
        const char *name;   /* in capitals */
        const char *params; /* `;TZID=Europe/Moscow`; NULL for none */
        const char *value;
        bool text;
} BuildProperty;

/**
 * component_build_new() - a VCALENDAR with VERSION and PRODID, which is open.
 * Return: NULL when there is no memory.
 */
ComponentBuild *component_build_new(void);
ComponentBuild *component_build_free(ComponentBuild *build);
DEFINE_CLEANUP(ComponentBuild, component_build_freep, component_build_free)

/**
 * component_build_begin() - open a component within the open one. @name: "VEVENT" or another that libical
 * knows.
 */
void component_build_begin(ComponentBuild *build, const char *name);

/** component_build_end() - close the open component; not the VCALENDAR. */
void component_build_end(ComponentBuild *build);

/**
 * component_build_add() - append a property to the open component
 * component_build_add_value(), component_build_add_text() - one without parameters
 * component_build_add_time() - one whose value is a time in UTC; @time: microseconds since the epoch
 */
void component_build_add(ComponentBuild *build, const BuildProperty *property);
void component_build_add_value(ComponentBuild *build, const char *name, const char *value);
void component_build_add_text(ComponentBuild *build, const char *name, const char *text);
void component_build_add_time(ComponentBuild *build, const char *name, usec_t time);

/**
 * component_build_print() - append the whole calendar; component_build_print_open() - without its
 * END:VCALENDAR.
 */
void component_build_print(const ComponentBuild *build, Buffer *out);
void component_build_print_open(const ComponentBuild *build, Buffer *out);

/** component_build_line() - append one property as a folded line, as the others print it. */
void component_build_line(const BuildProperty *property, Buffer *out);
