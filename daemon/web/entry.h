#pragma once

/* One event in a list, in the list as at its site; and the pieces of it: when, what it is called, which kind it is. */

#include "catalog/span.h"
#include "web/page.h"

/** entry_write_title() - in the page's language, escaped, with its language where it is another one. */
void entry_write_title(Buffer *out, const PageView *view, const CatalogText title[LANGUAGES_N]);
const char *entry_title(const PageView *view, const CatalogText title[LANGUAGES_N]); /* plain */

/** entry_write_text() - a text, escaped, with its language where it is not the page's. */
void entry_write_text(Buffer *out, const PageView *view, const CatalogText *text);

/** entry_write_dates() - "24–25 июня 2021 г.", "24 июня 2021 г., 10:00–12:00"; entry_write_clock() - "10:00–12:00, Москва, UTC+3", nothing when all-day. */
void entry_write_dates(Buffer *out, const PageView *view, const Span *span);
void entry_write_clock(Buffer *out, const PageView *view, const Span *span);

/** entry_kind() - the first of its kinds that is configured; NULL for none. */
const ConfigKind *entry_kind(const PageView *view, const CatalogEvent *event);

/** entry_write_badges() - a paragraph, or nothing: kind, status, how well the day is known. */
void entry_write_badges(Buffer *out, const PageView *view, const CatalogInstance *instance);

typedef enum EntryDates { ENTRY_DATES_OF_SPANS, ENTRY_DATES_ALWAYS } EntryDates;

/** entry_write() - an <li>. ENTRY_DATES_OF_SPANS: dates only for what lasts for more than the day that it is listed under. */
void entry_write(Buffer *out, const PageView *view, Catalog *catalog, const CatalogInstance *instance,
                EntryDates dates);

/** entry_write_part() - the same for a list that stands at the whole: always with its dates, without the whole's name. */
void entry_write_part(Buffer *out, const PageView *view, const CatalogInstance *instance);
