#pragma once

/*
 * /meet lists the hosts with listed offers, each with the next free times; /meet?event=UID lists those of
 * one event. A handler, with the Site as userdata. The page of an event has the same list without times.
 */

#include "http/request.h"
#include "web/page-cache.h"

int meet_list_on_page(HttpRequest *request, const char *rest, void *userdata);

/**
 * meet_list_write_event() - write the hosts of an event as a part of its page; nothing if there are none.
 * That page is cached and could show times that are taken by now, so the times are on the linked pages
 * only.
 * Return: 0, a condition of the store, negative errno.
 */
int meet_list_write_event(Buffer *out, const PageJob *job, const char *event);
