#pragma once

/*
 * Ends the holds of meetings that were not confirmed or answered in time, and sends the invitations of a
 * host whose address has changed to the new address.
 */

#include "remind/due-source.h"

extern const DueSource meeting_source;
