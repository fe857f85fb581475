/* A thread that checkpoints SQLite's log: as soon as it is long enough, and never twice after the disk has failed. */

#include "store/db-sqlite.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
        /* A page that is written many times moves once; a log of eight megabytes is still searched fast enough. */
        PAGES = 2000,
        /* While it waits for the last reader, no connection can write. */
        PATIENCE_MS = 20,
};

typedef struct Checkpointer {
        DbUpkeep upkeep; /* the first */
        char *url;
        Db *db; /* the thread's; NULL before the first time */
        pthread_mutex_t lock;
        pthread_cond_t asked;
        int pages;  /* in the log, as told last */
        int enough; /* this many are worth a checkpoint */
        bool wanted, at_work, stopping, failed;
        pthread_t thread;
        bool started;
} Checkpointer;

static int open_database(Checkpointer *checkpointer)
{
        int r = checkpointer->db ? 0 : db_open(checkpointer->url, false, false, &checkpointer->db);
        if (r == 0)
                db_set_patience(checkpointer->db, PATIENCE_MS * USEC_PER_MSEC);
        return r;
}

static int checkpoint(Checkpointer *checkpointer)
{
        int r = open_database(checkpointer);
        return r != 0 ? r : sqlite_checkpoint(checkpointer->db);
}

/* Called under the lock, which is released meanwhile. When a reader was in the way, the log has to grow as much again before the next try. */
static void serve(Checkpointer *checkpointer)
{
        int pages = checkpointer->pages;
        checkpointer->wanted = false;
        checkpointer->at_work = true;
        pthread_mutex_unlock(&checkpointer->lock);
        int r = checkpoint(checkpointer);
        pthread_mutex_lock(&checkpointer->lock);
        checkpointer->enough = r == 0 ? PAGES : pages + PAGES;
        checkpointer->failed = r == DB_E_IO;
        checkpointer->at_work = false;
}

static void *run(void *userdata)
{
        Checkpointer *checkpointer = userdata;
        pthread_setname_np(
                        pthread_self(), "checkpointer"); /* for those who look with top -H or a debugger */
        pthread_mutex_lock(&checkpointer->lock);
        while (!checkpointer->stopping)
                if (checkpointer->wanted && !checkpointer->failed)
                        serve(checkpointer);
                else
                        pthread_cond_wait(&checkpointer->asked, &checkpointer->lock);
        pthread_mutex_unlock(&checkpointer->lock);
        return NULL;
}

static void stop(Checkpointer *checkpointer)
{
        pthread_mutex_lock(&checkpointer->lock);
        checkpointer->stopping = true;
        pthread_cond_signal(&checkpointer->asked);
        pthread_mutex_unlock(&checkpointer->lock);
        pthread_join(checkpointer->thread, NULL);
}

void checkpointer_free(DbUpkeep *upkeep)
{
        Checkpointer *checkpointer = (Checkpointer *)upkeep;
        if (checkpointer->started)
                stop(checkpointer);
        db_close(checkpointer->db);
        pthread_cond_destroy(&checkpointer->asked);
        pthread_mutex_destroy(&checkpointer->lock);
        free(checkpointer->url);
        free(checkpointer);
}

static int start(Checkpointer *checkpointer, const char *url)
{
        checkpointer->url = strdup(url);
        if (!checkpointer->url)
                return -ENOMEM;
        int r = pthread_create(&checkpointer->thread, NULL, run, checkpointer);
        checkpointer->started = r == 0;
        return -r;
}

int checkpointer_new(const char *url, DbUpkeep **ret)
{
        Checkpointer *checkpointer = calloc(1, sizeof(*checkpointer));
        if (!checkpointer)
                return -ENOMEM;
        checkpointer->upkeep.engine = &db_sqlite;
        pthread_mutex_init(&checkpointer->lock, NULL);
        pthread_cond_init(&checkpointer->asked, NULL);
        checkpointer->enough = PAGES;
        int r = start(checkpointer, url);
        if (r != 0)
                checkpointer_free(&checkpointer->upkeep);
        else
                *ret = &checkpointer->upkeep;
        return r;
}

static void on_commit(int pages, void *userdata)
{
        checkpointer_told(userdata, pages);
}

void checkpointer_serve(Db *db, DbUpkeep *upkeep)
{
        sqlite_on_commit(db, upkeep ? on_commit : NULL, upkeep);
}

void checkpointer_told(DbUpkeep *upkeep, int pages)
{
        Checkpointer *checkpointer = (Checkpointer *)upkeep;
        pthread_mutex_lock(&checkpointer->lock);
        checkpointer->pages = pages;
        if (pages >= checkpointer->enough && !checkpointer->wanted) {
                checkpointer->wanted = true;
                pthread_cond_signal(&checkpointer->asked);
        }
        pthread_mutex_unlock(&checkpointer->lock);
}

bool checkpointer_is_busy(DbUpkeep *upkeep)
{
        Checkpointer *checkpointer = (Checkpointer *)upkeep;
        pthread_mutex_lock(&checkpointer->lock);
        bool is_busy = (checkpointer->wanted || checkpointer->at_work) && !checkpointer->failed;
        pthread_mutex_unlock(&checkpointer->lock);
        return is_busy;
}

bool checkpointer_has_failed(DbUpkeep *upkeep)
{
        Checkpointer *checkpointer = (Checkpointer *)upkeep;
        pthread_mutex_lock(&checkpointer->lock);
        bool failed = checkpointer->failed;
        pthread_mutex_unlock(&checkpointer->lock);
        return failed;
}
