#pragma once

/*
 * The filter of an addressbook-query (RFC 6352, 10.5), and whether a card matches it. dav/card-filter-read
 * reads it. All its parts are in the arena of the request.
 */

#include "dav/filter-text.h"

#include <stddef.h>

enum {
        CARD_FILTER_TEXT_BYTES = 2 * 1024 * 1024,
        /* conditions in one filter, so that a request's work on each card is bounded */
        CARD_FILTER_PARTS_MAX = 100,
};

/** param-filter (10.5.2) */
typedef struct CardFilterParam {
        const char *name; /* in capitals */
        bool is_not_defined;
        const FilterText *text; /* NULL: any value */
        const struct CardFilterParam *next;
} CardFilterParam;

/** A text-match in the list of its prop-filter */
typedef struct CardFilterText {
        const FilterText *text;
        const struct CardFilterText *next;
} CardFilterText;

/** prop-filter (10.5.1) */
typedef struct CardFilterProperty {
        const char *group; /* NULL: any group, or none */
        const char *name;  /* in capitals */
        const char *twin;  /* the name in the other version of vCard; NULL if it is the same */
        bool is_not_defined;
        bool all; /* test="allof" */
        const CardFilterText *texts;
        const CardFilterParam *params;
        const struct CardFilterProperty *next;
} CardFilterProperty;

typedef struct CardFilter {
        bool all; /* test="allof" */
        const CardFilterProperty *properties;
        size_t n; /* of them; at most CARD_FILTER_PARTS_MAX */
} CardFilter;

/**
 * card_filter_matches() - whether a card matches a filter
 * @text: a card; one that cannot be read matches nothing
 *
 * A filter without a prop-filter matches every card. A prop-filter holds if one property with its name
 * satisfies its conditions together; with negate-condition, if one has another value. A parameter with
 * several values matches if one of them does. Properties are found under their names in both versions of
 * vCard, whatever version is stored.
 * Return: 0 or negative errno.
 */
int card_filter_matches(const CardFilter *filter, const char *text, size_t len, bool *ret);
