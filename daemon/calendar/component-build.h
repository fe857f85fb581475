#pragma once

/*
 * Builds components: the objects of `convene add` and the heads of feeds. Properties and components are
 * made with libical, so a value of a known property has the form of its type. Lines are folded by
 * base/contentline, because libical folds inside combining sequences. An error is kept, and is latched in
 * the output Buffer when the component is printed.
 *
 * A property is always printed as one line, whatever its name, parameters and value contain. If libical
 * would print a value in another way, the value is kept as given (GEO with more than six digits, an RRULE
 * in another order, the second date of an EXDATE, an X- text with a comma). An invalid value is kept, too:
 * event_parse() refuses the object and gives the reason.
 */

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/time.h"

typedef struct ComponentBuild ComponentBuild;

/**
 * A property. `value` is in iCalendar's form unless `text` is set; then it is plain text and is escaped.
 */
typedef struct BuildProperty {
        const char *name;   /* in capitals */
        const char *params; /* `;TZID=Europe/Moscow`; NULL for none */
        const char *value;
        bool text;
} BuildProperty;

/**
 * component_build_new() - make an open VCALENDAR with VERSION and PRODID
 * Return: NULL if there is no memory.
 */
ComponentBuild *component_build_new(void);
ComponentBuild *component_build_free(ComponentBuild *build);
DEFINE_CLEANUP(ComponentBuild, component_build_freep, component_build_free)

/**
 * component_build_begin() - open a component inside the open one
 * @name: "VEVENT" or another name that libical knows
 */
void component_build_begin(ComponentBuild *build, const char *name);

/** component_build_end() - close the open component, unless it is the VCALENDAR. */
void component_build_end(ComponentBuild *build);

/** component_build_add() - append a property to the open component */
void component_build_add(ComponentBuild *build, const BuildProperty *property);

/** component_build_add_value(), component_build_add_text() - append a property without parameters */
void component_build_add_value(ComponentBuild *build, const char *name, const char *value);
void component_build_add_text(ComponentBuild *build, const char *name, const char *text);

/**
 * component_build_add_time() - append a property whose value is a time in UTC
 * @time: microseconds since the epoch
 */
void component_build_add_time(ComponentBuild *build, const char *name, usec_t time);

/** component_build_print() - append the whole calendar to @out */
void component_build_print(const ComponentBuild *build, Buffer *out);

/** component_build_print_open() - append the calendar to @out, but without END:VCALENDAR */
void component_build_print_open(const ComponentBuild *build, Buffer *out);

/**
 * component_build_line() - append one property to @out as a folded line, as component_build_print() does.
 */
void component_build_line(const BuildProperty *property, Buffer *out);
