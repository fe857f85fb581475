#pragma once

/*
 * Handler for the busy times of a host who has an offer: /meet/HOST.ifb and /meet/HOST/freebusy?start=&end=
 * (RFC 4791, 7.10), where HOST is as in web/meet-host.h: the UID of the card if an offer is listed, or the token
 * of an unlisted offer. They need no mail, so they are published where no meeting can be asked for on pages.
 * The Site is its userdata.
 */

#include "http/request.h"

/** freebusy_path() - whether the path after /meet/ is that of busy times; @ret: HOST */
bool freebusy_path(const char *rest, char *ret, size_t size);

int freebusy_on_meet(HttpRequest *request, const char *rest, void *userdata);
