#pragma once

/* The properties calendar-data and address-data: the text of a member in a report. */

#include "dav/data-request.h"
#include "dav/member.h"

/** member_data_write() - append the text of a member, or the part of it that @data asks for, as XML */
void member_data_write(const DavMember *member, const DataRequest *data, Buffer *out);
