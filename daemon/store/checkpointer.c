#include "store/checkpointer.h"

#include "store/db.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
        /* Pages that are written again and again go home once; a log of eight megabytes is still found through in no time. */
        PAGES = 2000,
        /* While it waits for the last reader, nobody else can write. */
        PATIENCE_MS = 20,
};

struct Checkpointer {
        char *url;
        Db *db; /* the thread's; NULL before the first time */
        pthread_mutex_t lock;
        pthread_cond_t asked;
        int pages;  /* in the log, as told last */
        int enough; /* to be worth it */
        bool wanted, at_work, stopping, failed;
        pthread_t thread;
        bool started;
};

static int open_database(Checkpointer *checkpointer)
{
        int r = checkpointer->db ? 0 : db_open(checkpointer->url, false, false, &checkpointer->db);
        if (r == 0)
                db_set_patience(checkpointer->db, PATIENCE_MS * USEC_PER_MSEC);
        return r;
}

static int bring_home(Checkpointer *checkpointer)
{
        int r = open_database(checkpointer);
        return r != 0 ? r : db_checkpoint(checkpointer->db);
}

/* Under the lock, which is let go meanwhile. When a reader was in the way, the log is to grow as much again before the next time. */
static void serve(Checkpointer *checkpointer)
{
        int pages = checkpointer->pages;
        checkpointer->wanted = false;
        checkpointer->at_work = true;
        pthread_mutex_unlock(&checkpointer->lock);
        int r = bring_home(checkpointer);
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

int checkpointer_new(const char *url, Checkpointer **ret)
{
        CLEANUP(checkpointer_freep) Checkpointer *checkpointer = calloc(1, sizeof(*checkpointer));
        if (!checkpointer)
                return -ENOMEM;
        pthread_mutex_init(&checkpointer->lock, NULL);
        pthread_cond_init(&checkpointer->asked, NULL);
        checkpointer->enough = PAGES;
        checkpointer->url = strdup(url);
        if (!checkpointer->url)
                return -ENOMEM;
        int r = pthread_create(&checkpointer->thread, NULL, run, checkpointer);
        if (r != 0)
                return -r;
        checkpointer->started = true;
        *ret = TAKE_PTR(checkpointer);
        return 0;
}

static void stop(Checkpointer *checkpointer)
{
        pthread_mutex_lock(&checkpointer->lock);
        checkpointer->stopping = true;
        pthread_cond_signal(&checkpointer->asked);
        pthread_mutex_unlock(&checkpointer->lock);
        pthread_join(checkpointer->thread, NULL);
}

Checkpointer *checkpointer_free(Checkpointer *checkpointer)
{
        if (!checkpointer)
                return NULL;
        if (checkpointer->started)
                stop(checkpointer);
        db_close(checkpointer->db);
        pthread_cond_destroy(&checkpointer->asked);
        pthread_mutex_destroy(&checkpointer->lock);
        free(checkpointer->url);
        free(checkpointer);
        return NULL;
}

void checkpointer_told(Checkpointer *checkpointer, int pages)
{
        pthread_mutex_lock(&checkpointer->lock);
        checkpointer->pages = pages;
        if (pages >= checkpointer->enough && !checkpointer->wanted) {
                checkpointer->wanted = true;
                pthread_cond_signal(&checkpointer->asked);
        }
        pthread_mutex_unlock(&checkpointer->lock);
}

bool checkpointer_works(Checkpointer *checkpointer)
{
        pthread_mutex_lock(&checkpointer->lock);
        bool works = (checkpointer->wanted || checkpointer->at_work) && !checkpointer->failed;
        pthread_mutex_unlock(&checkpointer->lock);
        return works;
}

bool checkpointer_failed(Checkpointer *checkpointer)
{
        pthread_mutex_lock(&checkpointer->lock);
        bool failed = checkpointer->failed;
        pthread_mutex_unlock(&checkpointer->lock);
        return failed;
}
