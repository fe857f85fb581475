#pragma once

/*
 * text-match, the condition on a text in the filters of CalDAV (RFC 4791, 9.7.5) and CardDAV (RFC 6352,
 * 10.5.4).
 */

#include "base/collation.h"
#include "dav/xml-reader.h"

enum {
        FILTER_E_INVALID = CONDITIONS_DAV + 50,     /* valid-filter */
        FILTER_E_UNSUPPORTED = CONDITIONS_DAV + 51, /* supported-filter */
        FILTER_E_COLLATION = CONDITIONS_DAV + 52,   /* supported-collation */
};

typedef struct FilterText {
        Collation collation;
        CollationMatch match; /* CalDAV has COLLATION_CONTAINS only; others by the attribute of CardDAV */
        bool negate;
        const char *folded; /* the text in the form that the collation compares */
        size_t len;
} FilterText;

/**
 * filter_text_read() - read the current element, which is a text-match
 * @collation: the one that is used if the element names none, or "default"
 * @arena:     owns the result
 *
 * An unknown match-type is ignored.
 * Return: 0, FILTER_E_*, XML_E_INVALID, -ENOMEM.
 */
int filter_text_read(XmlReader *reader, Collation collation, Arena *arena, FilterText **ret);

/**
 * filter_text_matches() - whether a value matches, before the negation. @folded: empty, for the folded value
 */
bool filter_text_matches(const FilterText *text, const char *value, size_t len, Buffer *folded);
