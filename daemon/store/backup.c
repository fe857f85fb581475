#include "store/backup.h"

#include "store/epoch.h"
#include "store/schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int backup_store(Store *store, const char *path)
{
        return db_backup(store_db(store), path);
}

int64_t backup_log_bytes(Store *store)
{
        return db_log_bytes(store_db(store));
}

void restore_report_done(RestoreReport *report)
{
        free(report->aside);
        report->aside = NULL;
}

static void note_fault(const char *fault, void *userdata)
{
        (void)fault;
        *(bool *)userdata = true;
}

int restore_open(const char *path, Db **ret)
{
        CLEANUP(cleanup_free) char *url = NULL;
        CLEANUP(db_closep) Db *db = NULL;
        bool has_fault = false;
        const DbCheckOptions options = { .on_fault = note_fault, .userdata = &has_fault };
        int version = 0;
        *ret = NULL;
        if (asprintf(&url, "sqlite:%s", path) < 0) {
                url = NULL;
                return -ENOMEM;
        }
        int r = db_open(url, false, true, &db, NULL);
        if (r == 0)
                r = schema_version(db, &version);
        if (r == DB_E_CORRUPT || (r == 0 && version == 0))
                return STORE_E_NOT_FOUND;
        if (r == 0 && version > SCHEMA_CURRENT)
                return STORE_E_NEWER;
        if (r == 0)
                r = db_check(db, &options);
        if (r == 0 && has_fault)
                r = DB_E_CORRUPT;
        if (r == 0)
                *ret = TAKE_PTR(db);
        return r;
}

/* Makes a copy beside the store, and gives it the name of the store. */
static int replace(Db *old, Db *copy, usec_t now, char **ret_aside)
{
        CLEANUP(cleanup_free) char *spare = NULL;
        CLEANUP(db_closep) Db *fresh = NULL;
        char time[17], mark[32];
        time_format_utc(now, time);
        snprintf(mark, sizeof(mark), "before-%s", time);
        int r = db_lock(old);
        if (r == 0)
                r = db_settle(old);
        if (r == 0)
                r = db_spare_url(old, &spare);
        if (r == 0)
                r = db_discard(spare);
        if (r == 0)
                r = db_backup(copy, db_path_of(spare));
        if (r == 0)
                r = db_open(spare, false, false, &fresh, NULL);
        return r != 0 ? r : db_replace(old, fresh, mark, ret_aside);
}

static int put_in_place(const char *url, Db *copy, usec_t now, char **ret_aside)
{
        CLEANUP(db_closep) Db *old = NULL;
        int r = db_open(url, false, false, &old, NULL);
        return r == -ENOENT ? db_backup(copy, db_path_of(url))
               : r != 0     ? r
                            : replace(old, copy, now, ret_aside);
}

int restore_store(const char *url, Db *copy, ZoneTable *zones, usec_t now, RestoreReport *ret)
{
        CLEANUP(store_closep) Store *store = NULL;
        *ret = (RestoreReport){ .held = MARK_CURRENT };
        if (strncmp(url, "sqlite:", strlen("sqlite:")) != 0)
                return -ENOTSUP;
        int r = put_in_place(url, copy, now, &ret->aside);
        if (r == 0)
                r = store_open(url, STORE_WRITE, zones, &store, NULL);
        if (r == 0)
                r = epoch_renew(store);
        return r != 0 ? r : mark_compare(store, &ret->held);
}
