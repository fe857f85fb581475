#pragma once

/* Inside of web/agenda only: what a reader chooses by, beside the list. */

#include "web/filter.h"
#include "web/pages.h"

void agenda_write_filter(Buffer *out, const PageJob *job, const Filter *filter);
