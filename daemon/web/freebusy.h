#pragma once

/*
 * A handler for the busy times of a host with an offer: /meet/HOST.ifb and /meet/HOST/freebusy?start=&end=
 * (RFC 4791, 7.10). HOST is as in web/meet-host.h: the UID of the card if an offer is listed, or the token
 * of an unlisted offer. `start` is now if it is missing, `end` 60 days after `start`; more than 400 days get
 * the status 400. If mail is switched off, visitors cannot ask for meetings, but busy times are still
 * published. The userdata is the Site.
 */

#include "http/request.h"

/**
 * freebusy_path() - whether the rest of a path after /meet/ is an address of busy times
 * @ret: HOST; set on true only
 */
bool freebusy_path(const char *rest, char *ret, size_t size);

int freebusy_on_meet(HttpRequest *request, const char *rest, void *userdata);
