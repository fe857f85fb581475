#pragma once

/*
 * Everything that a page has around its own content: head, navigation, switch of language, choice of a zone, footer. A page is written
 * straight into a buffer:
 *
 *      CLEANUP(page_view_done) PageView view = { 0 };
 *      r = site_page_view(site, request, &view);
 *      PageHead head = { .title = title, .section = PAGE_SITES, .path = "/sites" };
 *      page_begin(out, &view, &head);
 *      buffer_puts(out, "<p>");  html_escape(out, text);  ...
 *      page_end(out, &view, &head);
 *      r = page_reply(request, 200, out);          // a page for this one reader; others go through web/page-cache.h
 *
 * No script, no style attribute: the Content-Security-Policy refuses both. Whatever is not a literal goes through html_escape() or one of the
 * functions below. Look, colours and classes: web/style.css, whose head lists what there is.
 */

#include "base/html.h"
#include "base/url.h"
#include "http/request.h"
#include "web/page-view.h"

typedef enum PageSection {
        PAGE_NO_SECTION,
        PAGE_LIST,
        PAGE_MONTH,
        PAGE_SITES,
        PAGE_SUBSCRIBE,
} PageSection;

/** One field of a page's query that choosing a language or a zone keeps. */
typedef struct PageField {
        const char *name;
        const char *value; /* plain */
} PageField;

typedef struct PageHead {
        const char *title; /* plain text; of the window and of the heading */
        const char *heading; /* plain text; instead of the title as the page's h1; "" when the page writes its own */
        const char *description; /* plain text, for search machines; NULL for none */
        const char *path; /* percent-encoded, "/month/2025-07"; the page's canonical address; NULL for one that is nobody else's */
        const PageField *fields; /* ended by one without a name; NULL for none */
        PageSection section;     /* which entry of the navigation is this page's */
        bool noindex;            /* for no search machine */
        const char *markup; /* HTML that goes into the head as it is (Open Graph, JSON-LD); NULL for none */
} PageHead;

/** page_begin() - from the doctype to the heading, within <main>; page_end() - from there to the end. */
void page_begin(Buffer *out, const PageView *view, const PageHead *head);
void page_end(Buffer *out, const PageView *view, const PageHead *head);

/** page_reply() - a page that was made for this one request: `private, no-store`. */
int page_reply(HttpRequest *request, int status, const Buffer *page);

/**
 * page_reply_error() - an error as a page, in the reader's language
 * @text: one sentence, plain; NULL for none
 */
int page_reply_error(HttpRequest *request, const PageBase *base, int status, const char *text);

/** page_title() - what the whole site is called; borrowed from the configuration. */
const char *page_title(const PageView *view);

/** page_kind_title() - what a kind of event is called, plain; the name itself for one that is not configured. */
const char *page_kind_title(const PageView *view, const char *kind);

/** page_escape_lines() - text of several lines, each a paragraph, escaped. */
void page_escape_lines(Buffer *out, const char *text);

/** page_write_anchor() - a UID as an id within a page, and in links to it; another one for each UID. */
void page_write_anchor(Buffer *out, const char *uid);

/** page_write_event_path() - "/event/UID", encoded; ready for an attribute. */
void page_write_event_path(Buffer *out, const char *uid);

/** page_link_is_safe() - whether a URL from outside may become a link: http or https, and no character that no URL has. */
bool page_link_is_safe(const char *url);

/** page_write_zone() - "Москва, UTC+3", escaped, as it is at an instant. */
void page_write_zone(Buffer *out, const PageView *view, const Zone *zone, usec_t at);

/** page_zones - names of the zones that are offered for a choice; any other may be named where one is asked for. */
extern const char *const page_zones[];
extern const size_t page_n_zones;
