#include "remind/change-step.h"

#include "remind/fanout.h"
#include "remind/notice-basis.h"
#include "remind/notice.h"
#include "store/change-task.h"

/* The event of a task, with a text that it had at the time. */
static ObjectRecord version_of(
                const ObjectRecord *record, const ChangeTask *task, const char *text, size_t len)
{
        ObjectRecord version = *record;
        version.text = text;
        version.len = len;
        version.sequence = task->sequence;
        return version;
}

static int on_untold(const EventContext *context, const Reader *reader, void *userdata)
{
        const usec_t *now = userdata;
        return notice_enter(context, reader, DUE_NOTIFY_NONE, *now);
}

static int tell_nobody(EventContext *after, const ChangeTask *task, usec_t now, int64_t *ret_last)
{
        const Fanout fanout = { .on_contact = on_untold, .userdata = &now };
        after->as_of = task->change;
        return fanout_batch(after, task->after_contact, 0, &fanout, ret_last);
}

static int tell_all(const EventContext *after, const ChangeTask *task, usec_t now, int64_t *ret_last)
{
        CLEANUP(notice_basis_done) NoticeBasis basis = { .record = NULL };
        const ObjectRecord before = version_of(after->record, task, task->before, task->before_len);
        int r = notice_basis_of(after->store, after->config, &before, &basis);
        if (r == 0)
                r = notice_basis_find(&basis, after, task->at);
        return r != 0 || !basis.is_found ? r : notice_basis_enter(&basis, after, task, now, ret_last);
}

/* A task whose event cannot be read ends: nobody can be told of it. */
static int take_step(const DueWork *work, const ObjectRecord *record, const ChangeTask *task)
{
        CLEANUP(event_context_done) EventContext after = { 0 };
        const ObjectRecord version = version_of(record, task, task->after, task->after_len);
        int64_t last = 0;
        int r = event_context_init(work->store, work->config, &version, &after);
        if (r == 0)
                r = task->kind == CHANGE_TELL_ALL ? tell_all(&after, task, work->now, &last)
                                                  : tell_nobody(&after, task, work->now, &last);
        return r == 0 || r == STORE_E_NOT_FOUND ? change_task_advance(work->store, task, last) : r;
}

int change_step(const DueWork *work, const ObjectRecord *record, bool *ret)
{
        CLEANUP(change_task_done) ChangeTask task;
        int r = change_task_first(work->store, record->id, &task);
        *ret = r != STORE_E_NOT_FOUND;
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return take_step(work, record, &task);
}
