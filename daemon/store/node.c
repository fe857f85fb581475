#include "store/node.h"

#include "store/ledger-owner.h"
#include "store/ledger.h"
#include "store/query.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_SIZE = 256 };

static const char *const job_names[] = {
        [NODE_DUE] = "due",
        [NODE_MAILBOX] = "mailbox",
        [NODE_CHECK] = "check",
        [NODE_PRUNE] = "prune",
        [NODE_BUSY_TIMES] = "busy-times",
};

struct Node {
        Store *store;
        bool is_shared;
        int64_t id;           /* with which the jobs were taken */
        bool is_leaving;      /* takes no job any more */
        _Atomic unsigned has; /* a bit for each job */
};

const char *node_job_name(NodeJob job)
{
        return job_names[job];
}

static int find_job(const char *name)
{
        int job = 0;
        while (job < NODE_N_JOBS && strcmp(job_names[job], name) != 0)
                job++;
        return job;
}

bool node_has(const Node *node, NodeJob job)
{
        return !node || (atomic_load(&node->has) >> job & 1);
}

bool node_is_shared(const Node *node)
{
        return node && node->is_shared;
}

/* The jobs that somebody has, and those that this daemon has: a bit for each. */
typedef struct Holders {
        int64_t node;
        unsigned held, own;
} Holders;

static int on_holder(DbStatement *row, void *userdata)
{
        Holders *holders = userdata;
        int job = find_job(db_text(row, 0, NULL));
        if (job == NODE_N_JOBS)
                return 0;
        holders->held |= 1U << job;
        holders->own |= db_int(row, 1) == holders->node ? 1U << job : 0;
        return 0;
}

static int find_holders(Node *node, Holders *ret)
{
        *ret = (Holders){ .node = db_node(store_db(node->store)) };
        return query_each(node->store, SQL("SELECT job, node FROM node_job"), NULL, 0, on_holder, ret);
}

static int take(Node *node, NodeJob job)
{
        return QUERY_RUN(node->store,
                        "INSERT INTO node_job (job, node) SELECT $1, id FROM node WHERE id = $2"
                        " ON CONFLICT (job) DO NOTHING",
                        BIND_T(job_names[job]), BIND_I(db_node(store_db(node->store))));
}

static int take_free(Node *node, const Holders *holders)
{
        StoreWrite write;
        int r = store_write_begin(node->store, &write);
        if (r != 0)
                return r;
        for (int job = 0; r == 0 && job < NODE_N_JOBS; job++)
                if (!(holders->held >> job & 1))
                        r = take(node, (NodeJob)job);
        return store_write_end(&write, r);
}

/* Takes the jobs that nobody has, and notes what this daemon has now. */
static int take_jobs(Node *node)
{
        const unsigned all = (1U << NODE_N_JOBS) - 1;
        Holders holders;
        int r = find_holders(node, &holders);
        if (r == 0 && holders.held != all && !node->is_leaving)
                r = take_free(node, &holders);
        if (r == 0 && holders.held != all)
                r = find_holders(node, &holders);
        if (r == 0)
                atomic_store(&node->has, holders.own);
        return r;
}

int node_look(Node *node, NodeNews *ret)
{
        *ret = (NodeNews){ .n_expired = 0 };
        if (!node->is_shared)
                return 0;
        int64_t id = db_node(store_db(node->store)), n_interrupted = 0;
        unsigned before = atomic_load(&node->has);
        if (id != node->id)
                atomic_store(&node->has, 0);
        int r = db_expire_nodes(store_db(node->store), &ret->n_expired);
        if (r == 0)
                r = take_jobs(node);
        if (r == 0)
                r = ledger_interrupted_count(node->store, &n_interrupted);
        if (r != 0)
                return r;
        ret->has_interrupted = n_interrupted > 0;
        ret->is_new = id != node->id;
        ret->has_jobs = (atomic_load(&node->has) & ~before) != 0;
        node->id = id;
        return 0;
}

int node_hand_back(Node *node)
{
        StoreWrite write;
        node->is_leaving = true;
        if (!node->is_shared)
                return 0;
        atomic_store(&node->has, 0);
        int r = store_write_begin(node->store, &write);
        if (r != 0)
                return r;
        r = QUERY_RUN(node->store, "DELETE FROM node_job WHERE node = $1", BIND_I(node->id));
        if (r == 0)
                r = ledger_unclaim(node->store, 0);
        return store_write_end(&write, r);
}

Node *node_free(Node *node)
{
        free(node);
        return NULL;
}

int node_new(Store *store, const char *version, Node **ret)
{
        char host[HOST_SIZE] = "", name[HOST_SIZE + 16];
        NodeNews news;
        *ret = NULL;
        gethostname(host, sizeof(host) - 1);
        snprintf(name, sizeof(name), "%s:%ld", host, (long)getpid());
        Node *node = calloc(1, sizeof(*node));
        if (!node)
                return -ENOMEM;
        node->store = store;
        int r = db_join(store_db(store), name, version);
        node->id = db_node(store_db(store));
        node->is_shared = node->id > 0;
        if (!node->is_shared)
                atomic_store(&node->has, (1U << NODE_N_JOBS) - 1);
        if (r == 0)
                r = node_look(node, &news);
        if (r == 0)
                *ret = node;
        else
                node_free(node);
        return r;
}

typedef struct NodeWalk {
        Store *store;
        int (*on_node)(const NodeRecord *node, void *userdata);
        void *userdata;
} NodeWalk;

static int on_own_job(DbStatement *row, void *userdata)
{
        NodeRecord *record = userdata;
        int job = find_job(db_text(row, 0, NULL));
        if (job < NODE_N_JOBS)
                record->has[job] = true;
        return 0;
}

static int on_row(DbStatement *row, void *userdata)
{
        const NodeWalk *walk = userdata;
        NodeRecord record = {
                .id = db_int(row, 0),
                .name = db_text(row, 1, NULL),
                .version = db_text(row, 2, NULL),
                .started = db_int(row, 3),
                .n_mails = db_int(row, 4),
        };
        int r = db_node_lives(store_db(walk->store), record.id, &record.lives);
        if (r == 0)
                r = QUERY_EACH(walk->store, on_own_job, &record, "SELECT job FROM node_job WHERE node = $1",
                                BIND_I(record.id));
        return r == 0 ? walk->on_node(&record, walk->userdata) : r;
}

int node_each(Store *store, int (*on_node)(const NodeRecord *node, void *userdata), void *userdata)
{
        NodeWalk walk = { store, on_node, userdata };
        return query_each(store,
                        SQL("SELECT id, name, version, started,"
                            " (SELECT count(*) FROM mail WHERE owner = node.id"
                            " AND (next_attempt > 0 OR state = " SQL_MAIL_COMMITTED
                            ")) FROM node ORDER BY id"),
                        NULL, 0, on_row, &walk);
}
