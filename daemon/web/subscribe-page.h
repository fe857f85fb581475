#pragma once

/*
 * /subscribe: each feed with its address, a button and a QR code, and instructions for each calendar
 * program. A handler, with the Site as userdata.
 */

#include "http/request.h"
#include "web/page-cache.h"

int subscribe_page_on_page(HttpRequest *request, const char *rest, void *userdata);

/** subscribe_page_write() - write the page; a PageAsked.write, without userdata */
int subscribe_page_write(const PageJob *job, const void *userdata, Buffer *out);
