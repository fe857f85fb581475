#include "dav/member.h"

#include <inttypes.h>
#include <stdio.h>

DavMember member_of_head(const ObjectHead *head, bool is_masked)
{
        return (DavMember){ .id = head->id,
                .change = head->change,
                .kind = head->kind,
                .len = head->len,
                .created = head->created,
                .changed = head->changed,
                .schedule_tag = is_masked ? 0 : head->schedule_tag,
                .is_masked = is_masked };
}

DavMember member_of_record(const ObjectRecord *record, bool is_masked)
{
        return (DavMember){ .id = record->id,
                .change = record->change,
                .kind = record->kind,
                .len = record->len,
                .created = record->created,
                .changed = record->changed,
                .schedule_tag = is_masked ? 0 : record->schedule_tag,
                .is_masked = is_masked,
                .text = record->text };
}

void member_etag(const DavMember *member, char ret[static DAV_ETAG_SIZE])
{
        snprintf(ret, DAV_ETAG_SIZE, "\"%" PRIx64 "-%" PRIx64 "%s\"", (uint64_t)member->change,
                        (uint64_t)member->changed, member->is_masked ? "-busy" : "");
}

void member_schedule_tag(const DavMember *member, const char *epoch, char ret[static DAV_SCHEDULE_TAG_SIZE])
{
        ret[0] = '\0';
        if (member->schedule_tag > 0)
                snprintf(ret, DAV_SCHEDULE_TAG_SIZE, "\"%s-%" PRIx64 "\"", epoch,
                                (uint64_t)member->schedule_tag);
}

const char *member_component(ObjectKind kind)
{
        static const char *const names[] = {
                [OBJECT_EVENT] = "VEVENT",
                [OBJECT_DRAFT] = "VJOURNAL",
                [OBJECT_OFFER] = "VAVAILABILITY",
                [OBJECT_TODO] = "VTODO",
                [OBJECT_JOURNAL] = "VJOURNAL",
                [OBJECT_OWN_EVENT] = "VEVENT",
                [OBJECT_MESSAGE] = "",
        };
        return kind < sizeof(names) / sizeof(names[0]) && names[kind] ? names[kind] : "";
}

void member_media_type(const DavMember *member, char ret[static DAV_MEDIA_TYPE_SIZE])
{
        if (object_kind_is_card(member->kind))
                snprintf(ret, DAV_MEDIA_TYPE_SIZE, "text/vcard; charset=utf-8");
        else if (member->kind == OBJECT_MESSAGE)
                snprintf(ret, DAV_MEDIA_TYPE_SIZE, "text/calendar; charset=utf-8");
        else
                snprintf(ret, DAV_MEDIA_TYPE_SIZE, "text/calendar; charset=utf-8; component=%s",
                                member_component(member->kind));
}
