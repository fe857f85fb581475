#pragma once

/*
 * The language and the time zone of a page. They are taken from the address or a cookie; the language also
 * from the browser's settings.
 */

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

/** One reader's view of pages: the language, the zone, and everything that depends on them. */
typedef struct PageView {
        Language language;
        const char *tag;           /* of the language: "ru" */
        const WebStrings *strings; /* in the language */
        bool language_chosen;      /* by the reader on this site, not by the browser's settings */
        const Zone *zone;          /* the reader's choice; NULL to show each event in its own zone */
        Config *config;            /* referenced */
        Style *style;              /* referenced */
        ZoneTable *zones;          /* borrowed */
        TextDates *dates;          /* in the language; made by page_view_init() */
        usec_t now;
} PageView;

/**
 * page_view_init() - take the language and the zone from `?lang=` and `?zone=`, otherwise from the cookies
 * of these names. If both lack a language, it is taken from Accept-Language.
 *
 * For a choice in the query, the reply sets a cookie. An unknown language or zone is ignored; an empty
 * `?zone=` ends the choice of a zone.
 *
 * Return: 0 or negative errno. In every case the caller must call page_view_done().
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
 * page_view_suggest_language() - use a language, unless the reader has chosen one
 * @language: a tag; an unknown tag is ignored
 */
int page_view_suggest_language(PageView *view, const char *language);

/** page_view_language() - the @index-th language in a list of languages; the calendar's language is first */
Language page_view_language(const PageView *view, int index);

/**
 * page_view_find_language() - find the language with exactly this tag, as forms and cookies contain it.
 * @tag may be NULL.
 *
 * Return: 0 or -ENOENT.
 */
int page_view_find_language(const char *tag, Language *ret);
