#pragma once

/*
 * The frame around the content of each page: the head, the navigation, the choices of language and zone,
 * and the footer. A page is written directly into a buffer:
 *
 *      CLEANUP(page_view_done) PageView view = { 0 };
 *      r = site_page_view(site, request, &view);
 *      PageHead head = { .title = title, .section = PAGE_SITES, .path = "/sites" };
 *      page_begin(out, &view, &head);
 *      buffer_puts(out, "<p>");  html_escape(out, text);  ...
 *      page_end(out, &view, &head);
 *      r = page_reply(request, 200, out);  // a page for one reader; use web/page-cache.h for all others
 *
 * There is no script and no style attribute: the Content-Security-Policy refuses both. Write each text that
 * is neither a literal nor a WebStrings field with html_escape() or one of the functions below. The top of
 * web/style.css lists the classes.
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

/** One field of a page's query, which is kept when the reader changes the language or the zone. */
typedef struct PageField {
        const char *name;
        const char *value; /* plain */
} PageField;

typedef struct PageHead {
        const char *title;       /* plain; for the window, and for the heading unless `heading` is given */
        const char *heading;     /* plain; "" when the page writes its own h1 */
        const char *description; /* plain, for search engines; NULL for none */
        const char *path;        /* canonical, encoded: "/month/2025-07"; NULL if no address is canonical */
        const PageField *fields; /* the last one has no name; NULL for none */
        PageSection section;     /* the current entry of the navigation */
        bool noindex;            /* search engines are asked not to list the page */
        bool is_embedded;        /* a frame on another site: no navigation, links open outside of it */
        const char *markup;      /* HTML for the head (Open Graph, JSON-LD); NULL for none */
} PageHead;

/** page_begin() - write the beginning of a page, from the doctype to the heading in <main> */
void page_begin(Buffer *out, const PageView *view, const PageHead *head);

/** page_end() - write the end of a page */
void page_end(Buffer *out, const PageView *view, const PageHead *head);

/** page_reply() - reply with a page made only for this request: `private, no-store` */
int page_reply(HttpRequest *request, int status, const Buffer *page);

/**
 * page_reply_error() - reply with an error in the reader's language: as a page, or as http_reply_error() if
 * the client does not accept HTML
 * @text: one sentence, plain; NULL for none
 */
int page_reply_error(HttpRequest *request, const PageBase *base, int status, const char *text);

/** page_title() - the title of the whole site; borrowed from the configuration. */
const char *page_title(const PageView *view);

/** page_kind_title() - the title of a kind of event, plain; the kind's name if it is not configured */
const char *page_kind_title(const PageView *view, const char *kind);

/** page_kind_one() - as page_kind_title(), of a single event */
const char *page_kind_one(const PageView *view, const char *kind);

/** page_write_about_kind() - write "about sessions", plain: what mail of a kind is about */
void page_write_about_kind(Buffer *out, const PageView *view, const char *kind);

/**
 * page_write_lang() - append ` lang="TAG"` for an element whose text is in another language than the page;
 * nothing if @language is "" or the page's
 */
void page_write_lang(Buffer *out, const PageView *view, const char *language);

/**
 * page_write_text() - write a text that people gave, such as a name or a place, escaped, as
 * rich_text_plain(). If its letters are those of another language than the page's, it is in a <span lang>.
 */
void page_write_text(Buffer *out, const PageView *view, const char *text);

/** page_write_option() - write an <option>. @language: of the label; NULL: the label's letters decide */
void page_write_option(Buffer *out, const PageView *view, const char *value, bool is_chosen,
                const char *language, const char *label);

/** page_write_notice() - write a sentence that says what was done or refused; nothing if @notice is NULL */
void page_write_notice(Buffer *out, const char *notice);

/** page_write_anchor() - write an id within a page, unique for each UID; ready for an attribute. */
void page_write_anchor(Buffer *out, const char *uid);

/** page_write_event_path() - write "/event/UID", encoded; ready for an attribute. */
void page_write_event_path(Buffer *out, const char *uid);

/** page_write_site_path() - write "/site/UID", encoded; ready for an attribute. */
void page_write_site_path(Buffer *out, const char *uid);

/**
 * page_link_is_safe() - whether a URL in the data may become a link: it is http or https and has only
 * characters of URLs.
 */
bool page_link_is_safe(const char *url);

/** page_write_zone() - write "Москва, UTC+3", escaped, with the offset at an instant. */
void page_write_zone(Buffer *out, const PageView *view, const Zone *zone, usec_t at);

/** page_zones - the names of the zones that pages offer; a reader may enter any other zone */
extern const char *const page_zones[];
extern const size_t page_n_zones;
