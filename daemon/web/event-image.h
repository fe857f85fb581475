#pragma once

/*
 * The pictures of events (RFC 7986, IMAGE). /image/UID.EXT is a picture whose octets are in the event; EXT
 * is its type, such as png. /images/NAME is a file in the folder that the configuration names
 * (web/picture.h). A picture on another server is not shown, because that server would learn who reads the
 * page; but if the folder has a copy, the copy is shown.
 */

#include "calendar/event.h"
#include "http/request.h"
#include "web/page-cache.h"

/* The handlers; @userdata is the Site. */
int event_image_on_image(HttpRequest *request, const char *name, void *userdata);
int event_image_on_file(HttpRequest *request, const char *path, void *userdata);

/**
 * event_image_write_path() - append "/image/UID.EXT" or "/images/NAME", encoded; ready for an attribute
 * Return: false if the event has no picture that can be shown; nothing is appended.
 */
bool event_image_write_path(Buffer *out, const Config *config, const Event *event);
