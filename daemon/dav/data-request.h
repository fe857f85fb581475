#pragma once

/*
 * The request of a report for the text of an object: the elements calendar-data (RFC 4791, 9.6) and
 * address-data (RFC 6352, 10.4) in its list of properties.
 */

#include "base/time.h"
#include "dav/xml-reader.h"

enum {
        DATA_E_RANGE = CONDITIONS_DAV + 30, /* a time range that is no range of UTC times with start < end */
};

enum {
        DATA_PROPERTIES_MAX = 500 /* in one request, because each line of an object is compared with them */
};

/** A property that is wanted. */
typedef struct DataProperty {
        const char *name;
        bool without_value; /* novalue="yes" */
        const struct DataProperty *next;
} DataProperty;

/** A component of which a part is wanted (RFC 4791, 9.6.1). */
typedef struct DataComponent {
        const char *name;
        bool all_properties, all_components;
        const DataProperty *properties;
        const struct DataComponent *components;
        const struct DataComponent *next;
} DataComponent;

typedef struct DataRange {
        bool is_set;
        usec_t from, to; /* [from, to) */
} DataRange;

/** All strings are owned by the arena with which the request was read. */
typedef struct DataRequest {
        bool is_wanted;           /* the list of properties has the element */
        const char *content_type; /* its attributes; NULL if not given */
        const char *version;
        const DataComponent *component; /* calendar-data: VCALENDAR; NULL for the whole text */
        const DataProperty *properties; /* address-data; NULL for the whole text */
        DataRange expand;               /* at most one of expand and recurrences is set */
        DataRange recurrences;          /* limit-recurrence-set */
        DataRange free_busy;            /* limit-freebusy-set */
} DataRequest;

/**
 * data_request_read() - read the current element, if it is calendar-data or address-data
 * @arena: owns the strings
 * @ret:   unchanged if the element is another one
 *
 * Return: 0, DATA_E_RANGE, XML_E_INVALID (also for more than DATA_PROPERTIES_MAX properties), -ENOMEM.
 */
int data_request_read(XmlReader *reader, Arena *arena, DataRequest *ret);

/**
 * data_range_read() - read the attributes `start` and `end` of the current element (RFC 4791, 9.9)
 * @open: whether one of them may be missing: then the range begins at INT64_MIN or ends at USEC_INFINITY
 * Return: 0, DATA_E_RANGE.
 */
int data_range_read(XmlReader *reader, bool open, DataRange *ret);
