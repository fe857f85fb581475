#include "store/change-task.h"

#include "store/due-index.h"
#include "store/ledger.h"
#include "store/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_MINUTES = 15 }; /* until the next look at tasks, at most */

void change_task_done(ChangeTask *task)
{
        free(task->before);
        free(task->after);
}

/* An event that is over and is in no index has no task: nothing of it is told any more. */
static int add(Store *store, ChangeTaskKind kind, const ObjectRecord *told, const char *before, size_t len,
                usec_t now)
{
        int64_t id = 0;
        int r = query_count_up(store, "change_task", &id);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO change_task (id, object, kind, change, at, sequence, after_contact,"
                                " text_before, text_after)"
                                " SELECT $1, object.id, $2, object.change, $3, $4, 0, $5, object.text"
                                " FROM object JOIN alarm ON alarm.object = object.id WHERE object.id = $6",
                                BIND_I(id), BIND_I(kind), BIND_I(now), BIND_I(told->sequence),
                                BIND_B(before, len), BIND_I(told->id));
        return r == 0 ? due_index_wake_known(store, told->id) : r;
}

int change_task_is_told(Store *store, const ObjectRecord *event, usec_t now, bool *ret)
{
        bool is_told = false;
        int64_t n = 0;
        int r = ledger_is_told(store, event->uid, now, &is_told);
        if (r == 0 && !is_told)
                r = QUERY_NUMBER(store, &n, 0,
                                "SELECT (SELECT count(*) FROM change_task WHERE object = $1)"
                                " + (SELECT count(*) FROM (SELECT 1 FROM mail WHERE uid = $2"
                                " AND state = " SQL_MAIL_SUPPRESSED " AND reason = " SQL_REASON_UNTOLD
                                " AND expires > $3 LIMIT 1) AS untold)",
                                BIND_I(event->id), BIND_T(event->uid), BIND_I(now));
        if (r == 0)
                *ret = is_told || n > 0;
        return r;
}

int change_task_tell_nobody(Store *store, const ObjectRecord *event, usec_t now)
{
        bool is_told = false;
        int r = change_task_is_told(store, event, now, &is_told);
        return r == 0 && is_told ? add(store, CHANGE_TELL_NOBODY, event, "", 0, now) : r;
}

int change_task_tell_all(Store *store, const ObjectRecord *before, usec_t now)
{
        return add(store, CHANGE_TELL_ALL, before, before->text, before->len, now);
}

static int copy_text(DbStatement *row, int column, char **ret, size_t *ret_len)
{
        const char *text = db_text(row, column, ret_len);
        *ret = strndup(text, *ret_len);
        return *ret ? 0 : -ENOMEM;
}

static int read_task(DbStatement *row, void *userdata)
{
        ChangeTask *task = userdata;
        task->id = db_int(row, 0);
        task->kind = (ChangeTaskKind)db_int(row, 1);
        task->change = db_int(row, 2);
        task->at = db_int(row, 3);
        task->sequence = (int)db_int(row, 4);
        task->after_contact = db_int(row, 5);
        int r = copy_text(row, 6, &task->before, &task->before_len);
        return r == 0 ? copy_text(row, 7, &task->after, &task->after_len) : r;
}

int change_task_first(Store *store, int64_t object, ChangeTask *ret)
{
        *ret = (ChangeTask){ .id = 0 };
        return QUERY_FIRST(store, read_task, ret,
                        "SELECT id, kind, change, at, sequence, after_contact, text_before, text_after"
                        " FROM change_task WHERE object = $1 ORDER BY id LIMIT 1",
                        BIND_I(object));
}

int change_task_waits(Store *store, int64_t object, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(
                        store, &n, 0, "SELECT count(*) FROM change_task WHERE object = $1", BIND_I(object));
        if (r == 0)
                *ret = n > 0;
        return r;
}

int change_task_look(Store *store, int64_t object, usec_t now, usec_t *ret)
{
        const usec_t soonest = now + USEC_PER_SEC, latest = now + LOOK_MINUTES * 60 * USEC_PER_SEC;
        DueEntry due = { .next = 0 };
        usec_t at = 0;
        int r = QUERY_NUMBER(
                        store, &at, 0, "SELECT max(at) FROM change_task WHERE object = $1", BIND_I(object));
        if (r == 0 && at != 0)
                r = due_index_get(store, object, &due);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        usec_t look = now + (now - at) / 8;
        look = look > due.next ? look : due.next;
        look = look > soonest ? look : soonest;
        *ret = at == 0 ? 0 : look < latest ? look : latest;
        return 0;
}

int change_task_give_up(Store *store, int64_t object)
{
        return QUERY_RUN(store,
                        "DELETE FROM change_task WHERE id = (SELECT min(id) FROM change_task WHERE object = $1)",
                        BIND_I(object));
}

int change_task_pass_on(Store *store, int64_t from, int64_t to)
{
        int r = QUERY_RUN(store,
                        "UPDATE change_task SET object = $2, after_contact = 0"
                        " WHERE object = $1 AND EXISTS (SELECT 1 FROM alarm WHERE alarm.object = $2)",
                        BIND_I(from), BIND_I(to));
        return r == 0 && query_changed(store) > 0 ? due_index_wake_known(store, to) : r;
}

int change_task_repeat(Store *store, int64_t contact)
{
        return QUERY_RUN(store, "UPDATE change_task SET after_contact = 0 WHERE after_contact >= $1",
                        BIND_I(contact));
}

int change_task_wake_all(Store *store)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0, "SELECT count(*) FROM change_task");
        if (r != 0 || n == 0)
                return r;
        return QUERY_RUN(store,
                        "UPDATE alarm SET next = 0, after_contact = 0, found = $1"
                        " WHERE object IN (SELECT object FROM change_task)",
                        BIND_I(USEC_INFINITY));
}

int change_task_advance(Store *store, const ChangeTask *task, int64_t after_contact)
{
        return after_contact == 0
                               ? QUERY_RUN(store, "DELETE FROM change_task WHERE id = $1", BIND_I(task->id))
                               : QUERY_RUN(store, "UPDATE change_task SET after_contact = $2 WHERE id = $1",
                                                 BIND_I(task->id), BIND_I(after_contact));
}
