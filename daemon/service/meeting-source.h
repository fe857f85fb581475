#pragma once

/* Ends the holds of meetings that were not confirmed or answered in time. */

#include "remind/due-source.h"

extern const DueSource meeting_source;
