#pragma once

/* The front page with the feeds' addresses, robots.txt, the icon and the style sheet. Handlers, with the Site as userdata. */

#include "http/server.h"

int index_on_page(HttpRequest *request, const char *rest, void *userdata);
int index_on_robots(HttpRequest *request, const char *rest, void *userdata);
int index_on_icon(HttpRequest *request, const char *rest, void *userdata);
int index_on_style(HttpRequest *request, const char *rest, void *userdata);
