#pragma once

/*
 * /health: 200 while all is well, 503 otherwise, with a line of JSON that names each part. /metrics: numbers
 * for Prometheus (its text format, version 0.0.4). Both answer the networks of http.status_from only.
 * Handlers, with the Site as userdata.
 */

#include "http/request.h"

int status_page_on_health(HttpRequest *request, const char *rest, void *userdata);
int status_page_on_metrics(HttpRequest *request, const char *rest, void *userdata);
