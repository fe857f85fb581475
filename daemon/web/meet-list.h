#pragma once

/*
 * /meet: the hosts whose offers are listed, each with the next free time; /meet?event=UID: those of one event.
 * A handler, with the Site as userdata; and the same list, without times, for the page of an event.
 */

#include "http/request.h"
#include "web/page-cache.h"

int meet_list_on_page(HttpRequest *request, const char *rest, void *userdata);

/**
 * meet_list_write_event() - write the hosts who can be met at an event, as a part of its page; nothing if there
 * are none. Kept pages would show free times that are taken by now, so they are behind the links.
 * Return: 0, a condition of the store, negative errno.
 */
int meet_list_write_event(Buffer *out, const PageJob *job, const char *event);
