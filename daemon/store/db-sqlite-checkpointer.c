/* A thread that checkpoints SQLite's log when it is long enough, and never again after a disk failure. */

#include "base/worker.h"
#include "store/db-sqlite.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
        /*
         * Pages in the log that trigger a checkpoint. With more pages, a page that is written often is
         * copied less often; but reads must search the log, which at this size (8 MB) is still fast.
         */
        PAGES = 2000,
        /* Short, because no connection can write while the checkpoint waits for the last reader. */
        PATIENCE_MS = 20,
};

typedef struct Checkpointer {
        DbUpkeep upkeep; /* must be first */
        char *url;
        Db *db; /* used by the thread only; NULL before the first checkpoint */
        Worker *worker;
        pthread_mutex_t lock;
        int pages;  /* in the log, as last reported */
        int enough; /* number of pages that triggers the next checkpoint */
        bool wanted, at_work, failed;
} Checkpointer;

static int open_database(Checkpointer *checkpointer)
{
        int r = checkpointer->db ? 0 : db_open(checkpointer->url, false, false, &checkpointer->db, NULL);
        if (r == 0)
                db_set_patience(checkpointer->db, PATIENCE_MS * USEC_PER_MSEC);
        return r;
}

static int checkpoint(Checkpointer *checkpointer)
{
        int r = open_database(checkpointer);
        return r != 0 ? r : sqlite_checkpoint(checkpointer->db);
}

/* Takes the request for a checkpoint. Return: whether there was one. */
static bool begin(Checkpointer *checkpointer, int *ret_pages)
{
        pthread_mutex_lock(&checkpointer->lock);
        bool wanted = checkpointer->wanted && !checkpointer->failed;
        *ret_pages = checkpointer->pages;
        checkpointer->wanted = checkpointer->wanted && !wanted;
        checkpointer->at_work = wanted;
        pthread_mutex_unlock(&checkpointer->lock);
        return wanted;
}

/* Records the result. If a reader blocked the checkpoint, the log must grow by PAGES before the next try. */
static void end(Checkpointer *checkpointer, int pages, int r)
{
        pthread_mutex_lock(&checkpointer->lock);
        checkpointer->enough = r == 0 ? PAGES : pages + PAGES;
        checkpointer->failed = r == DB_E_IO;
        checkpointer->at_work = false;
        pthread_mutex_unlock(&checkpointer->lock);
}

static void run(Worker *worker, void *userdata)
{
        Checkpointer *checkpointer = userdata;
        int pages;
        while (!worker_is_stopping(worker))
                if (begin(checkpointer, &pages))
                        end(checkpointer, pages, checkpoint(checkpointer));
                else
                        worker_wait(worker, USEC_INFINITY);
}

void checkpointer_free(DbUpkeep *upkeep)
{
        Checkpointer *checkpointer = (Checkpointer *)upkeep;
        worker_free(checkpointer->worker);
        db_close(checkpointer->db);
        pthread_mutex_destroy(&checkpointer->lock);
        free(checkpointer->url);
        free(checkpointer);
}

static int start(Checkpointer *checkpointer, const char *url)
{
        checkpointer->url = strdup(url);
        return checkpointer->url ? worker_new("checkpointer", run, checkpointer, &checkpointer->worker)
                                 : -ENOMEM;
}

int checkpointer_new(const char *url, DbUpkeep **ret)
{
        *ret = NULL;
        Checkpointer *checkpointer = calloc(1, sizeof(*checkpointer));
        if (!checkpointer)
                return -ENOMEM;
        checkpointer->upkeep.engine = &db_sqlite;
        pthread_mutex_init(&checkpointer->lock, NULL);
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
        bool wakes = pages >= checkpointer->enough && !checkpointer->wanted;
        checkpointer->wanted = checkpointer->wanted || wakes;
        pthread_mutex_unlock(&checkpointer->lock);
        if (wakes)
                worker_wake(checkpointer->worker);
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
