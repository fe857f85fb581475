#pragma once

/*
 * Converts one line of a vCard to another version, by one table of properties. Private to this module.
 *
 * A property or parameter that the other version does not have gets a name of its own there: the one that
 * programs use (X-ADDRESSBOOKSERVER-KIND, X-ANNIVERSARY), or its name after `X-`. If this does not say all
 * of the line, the converted line has the beginning of the line as a parameter, its last:
 *
 *     TEL;VALUE=uri;TYPE=cell:tel:+1-555-0100
 *     TEL;TYPE=cell;X-CONVENED-HEAD="TEL;VALUE=uri;TYPE=cell:tel:":+1-555-0100
 *
 * With the value behind it, this beginning is the line as it was. X-CONVENED-LINE has the whole line; it is
 * for values that do not end the line as it was. On the way back the parameter is used only if the line that
 * it gives is converted to the present line: a program may have changed this one, and kept the parameter.
 */

#include "contact/card-line.h"
#include "contact/version.h"

enum { CONVERT_PROPERTIES_MAX = 64 };

/* The state that a line needs: the lines before it, and those with its name. */
typedef struct ConvertContext {
        LineMemory *memory;
        CardVersion to;
        /* of the properties that version 4.0 allows once: the ALTID, or "" without one; NULL if not seen */
        const char *seen[CONVERT_PROPERTIES_MAX];
        bool preferred; /* no other line with this name has a lower PREF */
} ConvertContext;

/** convert_line() - convert a line, and mark its property as seen */
CardLine convert_line(ConvertContext *context, const CardLine *line);

/**
 * convert_name() - the name that a property of version 4.0 without a change of its value has in 3.0
 * convert_name_4() - the reverse
 */
const char *convert_name(const char *name_4);
const char *convert_name_4(const char *name_3);

enum { CONVERT_PREFERENCE_NONE = 101 };

/**
 * convert_preference() - the PREF of a line of version 4.0, 1 to 100; CONVERT_PREFERENCE_NONE without one
 */
int convert_preference(const CardLine *line);
