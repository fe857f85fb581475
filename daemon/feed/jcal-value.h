#pragma once

/* Private to feed/jcal*.c: the values of iCalendar's types as JSON (RFC 7265, 3.6). */

#include "base/buffer.h"

#include <stdbool.h>

typedef enum JcalType {
        JCAL_UNKNOWN,
        JCAL_TEXT,
        JCAL_TEXT_LIST,
        JCAL_URI,
        JCAL_CAL_ADDRESS,
        JCAL_BINARY,
        JCAL_BOOLEAN,
        JCAL_INTEGER,
        JCAL_FLOAT,
        JCAL_GEO,
        JCAL_DATE,
        JCAL_DATE_TIME,
        JCAL_TIME,
        JCAL_DURATION,
        JCAL_PERIOD,
        JCAL_RECUR,
        JCAL_UTC_OFFSET,
        JCAL_REQUEST_STATUS,
} JcalType;

/** jcal_type() - find the type that a VALUE parameter names, in any letter case; JCAL_UNKNOWN for none */
JcalType jcal_type(const char *name);

/** jcal_type_name() - return the name of a type in jCal */
const char *jcal_type_name(JcalType type);

/**
 * jcal_value_write() - append the values of one content line, separated by commas
 * Return: false if a value is not valid for the type; @out may then contain a part of the values.
 */
bool jcal_value_write(JcalType type, const char *value, size_t len, Buffer *out);
