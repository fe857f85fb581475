#pragma once

/* The properties calendar-data and address-data: the text of a member in a report. */

#include "calendar/zone.h"
#include "dav/data-request.h"
#include "dav/member.h"

/** Makes the parts of texts that one reply has. */
typedef struct MemberData {
        const DataRequest *data;
        ZoneTable *zones;
        const Zone *fallback; /* of dates and floating times */
        size_t n_left;        /* instances that the reply may still have */
        usec_t work_end;      /* of the thread's processor time, after which no more parts are made */
        Buffer part;
} MemberData;

/* The reply would have too many instances, or take too long to make. */
enum { MEMBER_DATA_E_MANY = CONDITIONS_DAV + 55 };

/**
 * member_data_init() - begin the texts of a reply
 * @request:  borrowed until member_data_done(), as are the zones
 * @work_end: as in DavCall
 */
void member_data_init(MemberData *data, const DataRequest *request, ZoneTable *zones, const Zone *fallback,
                usec_t work_end);
void member_data_done(MemberData *data);

/**
 * member_data_is_supported() - whether there is calendar-data, or address-data, of the media type and
 * version that is asked for
 */
bool member_data_is_supported(const DataRequest *request, bool is_card);

/**
 * member_data_make() - make the part of the text that is asked for, in `part` of the member; nothing if
 * that is the whole text
 * @member: with its text; borrows the part until the next call
 *
 * Return: 0, MEMBER_DATA_E_MANY, negative errno.
 */
int member_data_make(MemberData *data, DavMember *member);

/** member_data_write() - append the text of a member, or the part of it that was made, as XML */
void member_data_write(const DavMember *member, const DataRequest *data, Buffer *out);
