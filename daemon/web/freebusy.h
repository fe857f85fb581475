#pragma once

/*
 * Handler for the busy times of a host who has an offer: /meet/HOST.ifb and /meet/HOST/freebusy?start=&end=
 * (RFC 4791, 7.10), where HOST is the UID of the card. The Site is its userdata.
 */

#include "http/request.h"

/** freebusy_path() - whether the path after /meet/ is that of busy times; @ret: the host's UID */
bool freebusy_path(const char *rest, char *ret, size_t size);

int freebusy_on_meet(HttpRequest *request, const char *rest, void *userdata);
