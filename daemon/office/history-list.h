#pragma once

/* The changes of one event, and the deleted events. */

#include "office/call.h"
#include "store/history-author.h"

/** history_list_write() - write the newest changes of an event as a section; nothing if there are none */
int history_list_write(OfficeCall *call, const char *uid, bool may_undo);

/** history_list_write_author() - write who made a change, and by what way */
void history_list_write_author(OfficeCall *call, const char *author, HistoryWay way);

/** The page of the deleted events, which can be brought back: /office/trash */
extern const OfficeRow history_list_rows[];
