#pragma once

/* Private to web/list-page.c: the links and the form of the filter, beside the list. */

#include "web/filter.h"
#include "web/page-cache.h"

void list_filter_write(Buffer *out, const PageJob *job, const Filter *filter);
