#include "office/event-edit.h"

#include "office/event-load.h"
#include "office/form.h"
#include "office/notify-page.h"
#include "remind/deletion.h"

#include <errno.h>
#include <string.h>

#define UID_DOMAIN "convened"

enum { OBJECT_MAX_BYTES = 1024 * 1024 };

/* The answers of the question. */
static const struct {
        const char *value;
        DueNotify notify;
        bool tells_all;
} answers[] = {
        { NOTIFY_NOBODY, DUE_NOTIFY_NONE, false },
        { NOTIFY_LATER, DUE_NOTIFY_SETTLED, false },
        { NOTIFY_NOW, DUE_NOTIFY_NOW, false },
        { NOTIFY_ALL_LATER, DUE_NOTIFY_SETTLED, true },
        { NOTIFY_ALL_NOW, DUE_NOTIFY_NOW, true },
};

int event_edit_begin(EventEdit *edit, OfficeCall *call)
{
        const char *answer = office_form(call, "notify");
        *edit = (EventEdit){ .call = call, .notify = DUE_NOTIFY_SETTLED };
        notice_preview_init(&edit->preview);
        for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++)
                if (strcmp(answers[i].value, answer) == 0) {
                        edit->notify = answers[i].notify;
                        edit->tells_all = answers[i].tells_all;
                        edit->is_answered = true;
                }
        return store_begin_write(call->store);
}

void event_edit_done(EventEdit *edit)
{
        notice_preview_done(&edit->preview);
        notice_basis_done(&edit->basis);
}

int event_edit_load(EventEdit *edit, const char *uid, ObjectRecord **ret_record, Event **ret)
{
        OfficeCall *call = edit->call;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = event_load_record(call, uid, &record);
        if (r == 0)
                r = office_may_write(call, record->collection);
        if (r == 0)
                r = event_parse(call->parts->zones, record->text, record->len, ret, NULL);
        if (r != 0)
                return r == EVENT_E_INVALID ? OFFICE_E_NOT_FOUND : r;
        *ret_record = TAKE_PTR(record);
        return 0;
}

int event_edit_new_uid(EventEdit *edit, char ret[static EVENT_EDIT_UID_BYTES], bool *ret_is_there)
{
        const OfficeCall *call = edit->call;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = form_once_uid(call, UID_DOMAIN, ret, EVENT_EDIT_UID_BYTES);
        if (r == 0)
                r = object_find(call->store, ret, &record);
        *ret_is_there = record != NULL;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

typedef struct PartsSearch {
        const OfficeCall *call;
        int (*may)(const OfficeCall *call, const char *collection);
} PartsSearch;

static bool is_wanted(const Part *part, const void *userdata)
{
        const PartsSearch *search = userdata;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        return object_find(search->call->store, part->uid, &record) == 0 &&
               strcmp(record->collection, COLLECTION_MEETINGS) != 0 &&
               search->may(search->call, record->collection) == 0;
}

static int find_parts(const PartsSearch *search, const char *uid, Parts *ret)
{
        int r = parts_find(search->call->store, uid, ret);
        if (r == 0)
                parts_keep(ret, is_wanted, search);
        return r;
}

int event_edit_parts(OfficeCall *call, const char *uid, Parts *ret)
{
        return find_parts(&(PartsSearch){ call, office_may_read }, uid, ret);
}

int event_edit_own_parts(OfficeCall *call, const char *uid, Parts *ret)
{
        return find_parts(&(PartsSearch){ call, office_may_write }, uid, ret);
}

int event_edit_watch(EventEdit *edit, const char *uid)
{
        const OfficeCall *call = edit->call;
        notice_basis_done(&edit->basis);
        edit->basis = (NoticeBasis){ .record = NULL };
        return edit->is_answered && !edit->tells_all
                               ? 0
                               : notice_basis_load(call->store, call->view.config, uid, &edit->basis);
}

int event_edit_count(EventEdit *edit, const char *uid)
{
        const OfficeCall *call = edit->call;
        const Config *config = call->view.config;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(call->store, uid, &record);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        if (!edit->is_answered)
                return notice_preview_add(
                                &edit->preview, call->store, config, record, &edit->basis, call->now);
        return edit->tells_all ? notice_tell_all(&edit->basis, call->now) : 0;
}

/* Whether the account may write the event with a UID where it is, or a new one into a collection. */
static int may_put(const OfficeCall *call, const char *uid, const char *collection)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        int r = object_find(call->store, uid, &kept);
        return r != 0 && r != STORE_E_NOT_FOUND
                               ? r
                               : office_may_write(call, kept ? kept->collection : collection);
}

int event_edit_put(EventEdit *edit, const char *collection, const Buffer *text)
{
        OfficeCall *call = edit->call;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        int r = buffer_error(text);
        if (r == 0)
                r = event_parse(call->parts->zones, buffer_text(text), text->len, &event, &edit->error);
        if (r == EVENT_E_INVALID)
                return EVENT_EDIT_E_INVALID;
        const ObjectPut put = {
                .collection = collection,
                .anywhere = true,
                .notify = edit->notify,
                .fallback = call->view.config->time_zone,
                .now = call->now,
        };
        if (r == 0)
                r = may_put(call, event_uid(event), collection);
        if (r == 0)
                r = event_edit_watch(edit, event_uid(event));
        if (r == 0)
                r = object_put_event(call->store, event, &put, &outcome);
        return r != 0 ? r : event_edit_count(edit, event_uid(event));
}

int event_edit_apply(EventEdit *edit, const char *uid, const EditProperty *properties)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        int r = event_edit_load(edit, uid, &record, &event);
        if (r != 0)
                return r;
        edit_event(event, properties, edit->call->now, &text);
        return event_edit_put(edit, record->collection, &text);
}

int event_edit_delete(EventEdit *edit, const ObjectRecord *record)
{
        const OfficeCall *call = edit->call;
        bool waits = false;
        DueNotify how = edit->notify == DUE_NOTIFY_NOW ? DUE_NOTIFY_DELETE : DUE_NOTIFY_DELETE_SETTLED;
        int r = office_may_write(call, record->collection);
        if (r == 0)
                r = event_edit_watch(edit, record->uid);
        if (r == 0)
                r = edit->notify == DUE_NOTIFY_NONE
                                    ? object_delete(call->store, record->collection, record->resource, 0,
                                                      call->now)
                                    : deletion_begin(call->store, call->view.config->time_zone, record, how,
                                                      edit->tells_all, call->now, &waits);
        return r != 0 || !waits ? r : event_edit_count(edit, record->uid);
}

int event_edit_finish(EventEdit *edit, const char *path, const char *done)
{
        OfficeCall *call = edit->call;
        if (!edit->is_answered && edit->preview.told.n > 0) {
                store_rollback(call->store);
                return notify_page_ask(call, &edit->preview);
        }
        int r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, path, done);
}
