#pragma once

/*
 * The pictures of events (RFC 7986, IMAGE): /image/UID.png is a picture whose octets are in the event
 * itself, /images/NAME is a file in the folder of the configuration (web/picture.h). A picture on another
 * server is not shown, because that server would learn who reads the page; a copy of it in the folder is.
 * Handlers, with the Site as userdata.
 */

#include "calendar/event.h"
#include "http/request.h"
#include "web/page-cache.h"

int event_image_on_image(HttpRequest *request, const char *name, void *userdata);
int event_image_on_file(HttpRequest *request, const char *path, void *userdata);

/**
 * event_image_write_path() - append "/image/UID.png" or "/images/NAME", encoded; ready for an attribute
 * Return: false if the event has no picture that can be shown; nothing is appended.
 */
bool event_image_write_path(Buffer *out, const Config *config, const Event *event);
