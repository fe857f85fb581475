#pragma once

/*
 * The daemons that share a store. All of them serve pages and send mails; each mail is sent by the
 * daemon that has claimed it (ledger_claim()). A job is done by one of them at a time: a daemon
 * takes the jobs that nobody has, and the jobs of a daemon that has ended. With SQLite there is
 * one daemon, which has every job.
 */

#include "store/store.h"

typedef enum NodeJob {
        NODE_DUE,        /* to derive due mails, digests and the ends of holds */
        NODE_MAILBOX,    /* to read the mailbox for returned mail */
        NODE_CHECK,      /* to check the store daily */
        NODE_PRUNE,      /* to remove what is old */
        NODE_BUSY_TIMES, /* to fetch the busy times of hosts */
        NODE_N_JOBS,
} NodeJob;

/** node_job_name() - the name of a job in the store */
const char *node_job_name(NodeJob job);

typedef struct Node Node;

/**
 * node_new() - join the daemons of a store, and take the jobs that are free
 * @store: borrowed; used on the caller's thread only
 *
 * Return: as db_join(), and conditions of the store.
 */
int node_new(Store *store, const char *version, Node **ret);

/** node_free() - the daemon leaves when @store is closed */
Node *node_free(Node *node);

/** The findings of node_look(). */
typedef struct NodeNews {
        int n_expired;        /* daemons that had ended without leaving */
        bool has_jobs;        /* this daemon has taken a job */
        bool is_new;          /* this daemon had expired, and has joined again */
        bool has_interrupted; /* mails of a daemon that has ended are COMMITTED (ledger_recover()) */
} NodeNews;

/** node_look() - remove the daemons that have ended, and take free jobs. Return: 0, a condition, errno. */
int node_look(Node *node, NodeNews *ret);

/** node_hand_back() - give all jobs and the claimed mails back, and take none any more */
int node_hand_back(Node *node);

/** node_has() - whether this daemon has a job. Any thread may call this function. NULL has every job. */
bool node_has(const Node *node, NodeJob job);

/** node_is_shared() - whether other daemons may use the store at the same time; NULL: no */
bool node_is_shared(const Node *node);

/** A daemon, for an operator; borrowed. */
typedef struct NodeRecord {
        int64_t id;
        const char *name, *version;
        usec_t started;
        bool lives;
        bool has[NODE_N_JOBS];
        int64_t n_mails; /* that it has claimed or is sending */
} NodeRecord;

/**
 * node_each() - all daemons of a store, also those that have ended and are not removed, in the order
 * of start
 */
int node_each(Store *store, int (*on_node)(const NodeRecord *node, void *userdata), void *userdata);
