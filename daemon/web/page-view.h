#pragma once

/* How a reader wants pages: by the address, by a cookie, by the browser's settings. */

#include "base/text-dates.h"
#include "config/config.h"
#include "http/request.h"
#include "web/strings.h"
#include "web/style.h"

/** Everything that pages are made with, whoever reads them. */
typedef struct PageBase {
        Config *config;   /* referenced */
        Style *style;     /* referenced */
        ZoneTable *zones; /* borrowed */
        usec_t now;
} PageBase;

void page_base_done(PageBase *base);

/** A page's reader: language and zone, and all that depends on them. */
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
 * page_view_init() - what a reader asks for by `?lang=` and `?zone=`, else by the cookies of these names, else by Accept-Language
 *
 * A choice by the query is remembered in its cookie, which goes out with the reply. What is neither a language of ours nor a zone is as if
 * it were not there.
 */
int page_view_init(PageView *view, const PageBase *base, HttpRequest *request);
void page_view_done(PageView *view);

/** page_view_set_language() - everything in the view that depends on the language. Return: 0 or -ENOMEM. */
int page_view_set_language(PageView *view, Language language);

/** page_view_suggest_language() - a better guess than the browser's settings, such as a contact's own; a choice of the reader's stays. */
int page_view_suggest_language(PageView *view, const char *language);

/** page_view_language() - the @index-th of the languages that a reader may choose: the calendar's own first, then the others. */
Language page_view_language(const PageView *view, int index);

/** page_view_find_language() - the language whose tag this is, and nothing else: for what a form or a cookie says. Return: 0 or -ENOENT. */
int page_view_find_language(const char *tag, Language *ret);
