#include "dav/member-data.h"

#include "base/clock.h"
#include "dav/address-data.h"
#include "dav/calendar-data.h"
#include "dav/xml-text.h"

enum { PART_MAX_BYTES = 32 * 1024 * 1024 };

void member_data_init(MemberData *data, const DataRequest *request, ZoneTable *zones, const Zone *fallback,
                usec_t work_end)
{
        *data = (MemberData){ .data = request,
                .zones = zones,
                .fallback = fallback,
                .n_left = CALENDAR_DATA_INSTANCES_MAX,
                .work_end = work_end,
                .part = BUFFER_INIT(PART_MAX_BYTES) };
}

void member_data_done(MemberData *data)
{
        buffer_done(&data->part);
}

bool member_data_is_supported(const DataRequest *request, bool is_card)
{
        return is_card ? address_data_is_supported(request) : calendar_data_is_supported(request);
}

/* An object that cannot be read is sent as it is stored. */
static int make_card(MemberData *data, const DavMember *member)
{
        int r = address_data_make(data->data, member->text, member->len, &data->part);
        if (r == ADDRESS_DATA_E_UNREADABLE)
                buffer_append(&data->part, member->text, member->len);
        return r < 0 ? r : buffer_error(&data->part);
}

static int make_event(MemberData *data, const DavMember *member)
{
        const ObjectSource source = { data->zones, data->fallback, member->text, member->len };
        int r = calendar_data_cut(data->data, &source, &data->n_left, &data->part);
        return r == OBJECT_EXPAND_E_MANY ? MEMBER_DATA_E_MANY : r;
}

int member_data_make(MemberData *data, DavMember *member)
{
        bool is_card = member->kind == OBJECT_CARD || member->kind == OBJECT_OWN_CARD;
        if (!is_card && calendar_data_is_whole(data->data))
                return 0;
        if (clock_of_thread() > data->work_end)
                return MEMBER_DATA_E_MANY;
        buffer_reset(&data->part);
        int r = is_card ? make_card(data, member) : make_event(data, member);
        if (r != 0)
                return r;
        member->part = buffer_text(&data->part);
        member->part_len = data->part.len;
        return 0;
}

void member_data_write(const DavMember *member, const DataRequest *data, Buffer *out)
{
        (void)data;
        if (member->part)
                xml_text_write(out, member->part, member->part_len);
        else
                xml_text_write(out, member->text, member->len);
}
