#pragma once

/* One event in a list of events. Other pages use its parts too: the time, title, kind and badges. */

#include "catalog/span.h"
#include "web/page.h"

/**
 * entry_write_title() - write the title in the page's language, escaped. A title in another language is
 * written in a <span lang>.
 */
void entry_write_title(Buffer *out, const PageView *view, const CatalogText title[LANGUAGES_N]);

/** entry_title() - the title that entry_write_title() writes, as plain text */
const char *entry_title(const PageView *view, const CatalogText title[LANGUAGES_N]);

/** entry_write_text() - write a text, escaped, in a <span lang> if it is not in the page's language */
void entry_write_text(Buffer *out, const PageView *view, const CatalogText *text);

/** entry_write_rich_text() - as entry_write_text(), but URLs become links; not for use inside of a link */
void entry_write_rich_text(Buffer *out, const PageView *view, const CatalogText *text);

/** entry_write_link() - write a link to the event's page: the title of the instance, or that it is busy */
void entry_write_link(Buffer *out, const PageView *view, const CatalogInstance *instance);

/** entry_write_dates() - write "24–25 июня 2021 г.", "24 июня 2021 г., 10:00–12:00, Москва, UTC+3" */
void entry_write_dates(Buffer *out, const PageView *view, const Span *span);

/** entry_kind() - the first kind in the configuration that the event has; NULL if it has none of them */
const ConfigKind *entry_kind(const PageView *view, const CatalogEvent *event);

/**
 * entry_write_badges() - write a paragraph with the kind, a status other than confirmed, and that the day
 * is not certain; nothing if none of them applies
 */
void entry_write_badges(Buffer *out, const PageView *view, const CatalogInstance *instance);

typedef enum EntryDates { ENTRY_DATES_OF_SPANS, ENTRY_DATES_ALWAYS } EntryDates;

/**
 * entry_write() - write an event as an <li>
 * @dates: ENTRY_DATES_OF_SPANS leaves out the date of an event of one day, for lists by day
 */
void entry_write(Buffer *out, const PageView *view, Catalog *catalog, const CatalogInstance *instance,
                EntryDates dates);

/**
 * entry_write_part() - write an <li> in the list of an event's parts: always with dates, and without the
 * name of the parent event
 */
void entry_write_part(Buffer *out, const PageView *view, const CatalogInstance *instance);
