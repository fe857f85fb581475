#pragma once

/* Inside of web/list-page only: the filter's links and form beside the list. */

#include "web/filter.h"
#include "web/page-cache.h"

void list_filter_write(Buffer *out, const PageJob *job, const Filter *filter);
