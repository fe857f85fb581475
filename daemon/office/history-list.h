#pragma once

/* The changes of one event, and the deleted events. */

#include "office/call.h"

/** history_list_write() - write the newest changes of an event as a section; nothing if there are none */
int history_list_write(OfficeCall *call, const char *uid, bool may_undo);

/** The page of the deleted events, which can be brought back: /office/trash */
extern const OfficeRow history_list_rows[];
