#pragma once

/* The links between a week, a month and a year. */

#include "web/page.h"

typedef enum View { VIEW_WEEK, VIEW_MONTH, VIEW_YEAR } View;

enum { VIEW_WEEK_DAYS = 7, VIEW_FIRST_YEAR = 1900, VIEW_LAST_YEAR = 2200, VIEW_PAGES_MAX = 10000 };

/** views_write() - write links to the week, the month and the year of @date; @current is marked */
void views_write(Buffer *out, const PageView *view, View current, const CivilTime *date);

/** views_write_path() - write "/week/2025-07-07", "/month/2025-07" or "/year/2025" */
void views_write_path(Buffer *out, View view, const CivilTime *date);

/** views_monday() - the Monday of the week of a day, both in days since the epoch */
int64_t views_monday(int64_t day);

/** views_has() - whether there is a page for the year of a date */
bool views_has(const CivilTime *date);

/** views_page() - read the number of the page of a list from the query: from 1 to VIEW_PAGES_MAX */
int views_page(HttpRequest *request);

/**
 * views_write_turns() - write the links to the pages of a list before and after @page, if there are others
 */
void views_write_turns(Buffer *out, const PageView *view, int page, bool has_next);

/** views_today() - the current date in the reader's zone, or else in that of the configuration */
CivilTime views_today(const PageView *view);
