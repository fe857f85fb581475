#pragma once

/* /office/list-people: people who were chosen are listed for an event or a kind, after a question. */

#include "office/call.h"

extern const OfficeRow list_people_rows[];
