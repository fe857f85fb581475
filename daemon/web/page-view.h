#pragma once

/* A reader's choice of language and zone, from the address, a cookie, or the browser's settings. */

#include "base/text-dates.h"
#include "config/config.h"
#include "http/request.h"
#include "web/strings.h"
#include "web/style.h"

/** The parts of a page that are the same for every reader. */
typedef struct PageBase {
        Config *config;   /* referenced */
        Style *style;     /* referenced */
        ZoneTable *zones; /* borrowed */
        usec_t now;
} PageBase;

void page_base_done(PageBase *base);

/** One reader's view of pages: language and zone, and everything that depends on them. */
typedef struct PageView {
        Language language;
        const char *tag;           /* of the language: "ru" */
        const WebStrings *strings; /* in the language */
        bool language_chosen;      /* by the reader on this site, not by the browser's settings */
        const Zone *zone;          /* the reader's choice; NULL: each event in its own */
        Config *config;            /* referenced */
        Style *style;              /* referenced */
        ZoneTable *zones;          /* borrowed */
        TextDates *dates;          /* in the language; made by page_view_init() */
        usec_t now;
} PageView;

/**
 * page_view_init() - take language and zone from `?lang=` and `?zone=`, else from the cookies of these
 * names; the language else from Accept-Language
 *
 * The reply sets a cookie for a choice in the query. An unknown language or zone is ignored.
 *
 * Return: 0 or negative errno; page_view_done() in any case.
 */
int page_view_init(PageView *view, const PageBase *base, HttpRequest *request);
void page_view_done(PageView *view);

/**
 * page_view_set_language() - set everything in the view that depends on the language.
 *
 * Return: 0 or -ENOMEM.
 */
int page_view_set_language(PageView *view, Language language);

/**
 * page_view_suggest_language() - use a language unless the reader has chosen one. @language: a tag; an
 * unknown tag changes nothing.
 */
int page_view_suggest_language(PageView *view, const char *language);

/** page_view_language() - the @index-th language for lists of languages: the calendar's own is first. */
Language page_view_language(const PageView *view, int index);

/**
 * page_view_find_language() - find the language of exactly this tag, which forms and cookies contain.
 *
 * Return: 0 or -ENOENT.
 */
int page_view_find_language(const char *tag, Language *ret);
