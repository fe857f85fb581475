#pragma once

/*
 * /health: 200 if all parts work, otherwise 503, with a line of JSON that names each part. /metrics:
 * metrics for Prometheus (its text format, version 0.0.4). Only clients in the networks of
 * http.status_from may read them. Handlers, with the Site as userdata.
 */

#include "http/request.h"

int status_page_on_health(HttpRequest *request, const char *rest, void *userdata);
int status_page_on_metrics(HttpRequest *request, const char *rest, void *userdata);
