#pragma once

/*
 * The filter in the address of a page, with which a reader chooses events: by kind, by place, by words,
 * and upcoming or past ones.
 */

#include "catalog/search.h"
#include "web/page.h"

enum { FILTER_TEXT_BYTES = 200, FILTER_FIELDS_MAX = 5, FILTER_PAGES_MAX = 10000 };

typedef struct Filter {
        char kind[64];                 /* "" for all */
        char place[FILTER_TEXT_BYTES]; /* as typed; "" for all */
        char words[FILTER_TEXT_BYTES]; /* as typed; "" for all */
        bool past;
        int page; /* from 1 */
} Filter;

/** filter_read() - read the filter from the request's query; an invalid field is ignored. */
void filter_read(Filter *filter, HttpRequest *request);

/** filter_is_empty() - whether no kind, place and words are chosen; `past` is not considered */
bool filter_is_empty(const Filter *filter);

/** filter_key() - append the canonical form, which is the same for equal filters. */
void filter_key(const Filter *filter, Buffer *out);

/**
 * filter_fields() - list the fields of the filter for the query of a page. The list ends with a field
 * without a name. The strings are literals or borrowed from @filter and @page.
 * @page: set to the number of the page as text
 */
void filter_fields(const Filter *filter, char page[static 12], PageField ret[static FILTER_FIELDS_MAX + 1]);

/** filter_write_link() - append "/?kind=...", ready for an attribute. */
void filter_write_link(const Filter *filter, Buffer *out);

/** A filter prepared for matching many events. */
typedef struct FilterMatch {
        const Filter *filter;
        bool is_search;     /* words or a place are chosen */
        CatalogFound found; /* if `is_search` */
} FilterMatch;

/**
 * filter_match_init() - prepare a filter, borrowed for the life of @match, for filter_matches(). Return: 0
 * or negative errno. In every case the caller must call filter_match_done().
 */
int filter_match_init(FilterMatch *match, const Filter *filter, const Catalog *catalog);
void filter_match_done(FilterMatch *match);

/** filter_match_found() - return what the search has found; NULL if neither words nor a place are chosen */
const CatalogFound *filter_match_found(const FilterMatch *match);

/**
 * filter_matches() - whether an event has the kind, place and words of the filter; `past` is not considered
 */
bool filter_matches(const FilterMatch *match, const CatalogEvent *event);
