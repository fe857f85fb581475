#pragma once

/*
 * The meetings of one contact on one day, as host or visitor: /private/TOKEN, the private feed's address
 * without .ics.
 */

#include "http/request.h"

/**
 * day_page_on_private() - reply with the page, or with the private feed if @rest ends in .ics
 *
 * `?day=2026-12-01` is a day of the reader's clock; today by default.
 */
int day_page_on_private(HttpRequest *request, const char *rest, void *userdata);
