#pragma once

/* Inside of web/list only: what a reader chooses by, beside the list. */

#include "web/filter.h"
#include "web/page-cache.h"

void list_filter_write(Buffer *out, const PageJob *job, const Filter *filter);
