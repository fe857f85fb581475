#include "store/db-sqlite-turn.h"

#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/queue.h>

/* A writer that waits; on the stack of its thread. */
typedef struct Waiter {
        TAILQ_ENTRY(Waiter) next;
        pthread_cond_t ready;
        bool has_turn;
} Waiter;

struct WriteTurn {
        LIST_ENTRY(WriteTurn) next;
        dev_t device;
        ino_t inode;
        unsigned n_users;
        bool is_taken;
        TAILQ_HEAD(, Waiter) line;
};

/* One lock for all files: it is held for some instructions only. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static LIST_HEAD(, WriteTurn) turns = LIST_HEAD_INITIALIZER(turns);

static WriteTurn *find(const struct stat *file)
{
        WriteTurn *turn;
        LIST_FOREACH(turn, &turns, next)
        if (turn->device == file->st_dev && turn->inode == file->st_ino)
                return turn;
        turn = calloc(1, sizeof(*turn));
        if (!turn)
                return NULL;
        turn->device = file->st_dev;
        turn->inode = file->st_ino;
        TAILQ_INIT(&turn->line);
        LIST_INSERT_HEAD(&turns, turn, next);
        return turn;
}

WriteTurn *write_turn_find(const struct stat *file)
{
        pthread_mutex_lock(&lock);
        WriteTurn *turn = find(file);
        if (turn)
                turn->n_users++;
        pthread_mutex_unlock(&lock);
        return turn;
}

void write_turn_release(WriteTurn *turn)
{
        if (!turn)
                return;
        pthread_mutex_lock(&lock);
        if (--turn->n_users == 0) {
                LIST_REMOVE(turn, next);
                free(turn);
        }
        pthread_mutex_unlock(&lock);
}

/* Waits in the line. The lock is held, and released while the thread waits. */
static bool wait_in_line(WriteTurn *turn, usec_t patience)
{
        usec_t end = clock_monotonic() + patience;
        const struct timespec until = { .tv_sec = end / USEC_PER_SEC, .tv_nsec = end % USEC_PER_SEC * 1000 };
        Waiter waiter = { .has_turn = false };
        int r = 0;
        pthread_cond_init(&waiter.ready, NULL);
        TAILQ_INSERT_TAIL(&turn->line, &waiter, next);
        while (!waiter.has_turn && r == 0)
                r = pthread_cond_clockwait(&waiter.ready, &lock, CLOCK_MONOTONIC, &until);
        if (!waiter.has_turn)
                TAILQ_REMOVE(&turn->line, &waiter, next);
        pthread_cond_destroy(&waiter.ready);
        return waiter.has_turn;
}

bool write_turn_begin(WriteTurn *turn, usec_t patience)
{
        pthread_mutex_lock(&lock);
        bool is_mine = !turn->is_taken || wait_in_line(turn, patience);
        turn->is_taken = true;
        pthread_mutex_unlock(&lock);
        return is_mine;
}

void write_turn_end(WriteTurn *turn)
{
        pthread_mutex_lock(&lock);
        Waiter *first = TAILQ_FIRST(&turn->line);
        if (first) {
                TAILQ_REMOVE(&turn->line, first, next);
                first->has_turn = true;
                pthread_cond_signal(&first->ready);
        } else {
                turn->is_taken = false;
        }
        pthread_mutex_unlock(&lock);
}
