#pragma once

/*
 * /image/UID.png: the picture of an event (RFC 7986, IMAGE), if its octets are in the event itself. A
 * picture on another server is not shown, because that server would learn who reads the page. A handler,
 * with the Site as userdata.
 */

#include "calendar/event.h"
#include "http/request.h"
#include "web/page-cache.h"

int event_image_on_image(HttpRequest *request, const char *name, void *userdata);

/**
 * event_image_write_path() - append "/image/UID.png", encoded; ready for an attribute
 * Return: false if the event has no picture that can be shown; nothing is appended.
 */
bool event_image_write_path(Buffer *out, const Event *event);
