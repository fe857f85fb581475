#pragma once

/*
 * A multistatus, with a response for each resource (RFC 4918, 13). It is written to a spool, so a long one
 * needs little memory, and no transaction is open while it is sent.
 */

#include "base/spool.h"
#include "dav/properties.h"
#include "dav/stored.h"
#include "http/reply.h"

/**
 * A multistatus that is being written. Append other elements to `spool.buffer`, and call spool_settle()
 * after each response.
 */
typedef struct Multistatus {
        HttpRequest *request;
        Store *store;
        const char *classes; /* the value of the field DAV; static */
        bool is_minimal; /* return=minimal: without the properties that a resource lacks (RFC 8144, 2.1) */
        bool is_without_root; /* depth-noroot: the members only (RFC 8144, 2.2); the caller leaves it out */
        /* whether members of a collection have properties that clients have set; "": not known */
        char collection[COLLECTION_NAME_SIZE];
        bool members_have_stored;
        /* whether clients can set a property of the request, for resources of one kind; 0: not known */
        DavKind settable_of;
        bool has_settable;
        char owner[ACCOUNT_NAME_SIZE]; /* whose quota was read last; "": none */
        int64_t quota_used;
        /* of the thread's processor time, when members are no longer measured; 0: none was measured yet */
        usec_t measure_end;
        Spool spool;
} Multistatus;

#define MULTISTATUS_INIT      ((Multistatus){ .spool = SPOOL_INIT(MULTISTATUS_MAX_BYTES) })
#define MULTISTATUS_NO_ROOT   "depth-noroot"
#define MULTISTATUS_MAX_BYTES ((uint64_t)1024 * 1024 * 1024)

/**
 * multistatus_begin() - begin the document
 * @request: has the preference of the client; borrowed
 * @store:   has the properties that clients have set; borrowed
 */
void multistatus_begin(Multistatus *multistatus, HttpRequest *request, Store *store);
void multistatus_done(Multistatus *multistatus);

/**
 * multistatus_load() - read the properties of a resource that clients have set
 * @quota: read the quota of the resource's owner, too, if it has one
 * @ret: for DavView.stored; call stored_done() in every case
 * Return: 0, a condition of the store, negative errno.
 */
int multistatus_load(Multistatus *multistatus, const DavView *view, bool quota, StoredSet *ret);

/** multistatus_measures() - whether GET of a member sends another text than the stored one */
bool multistatus_measures(const DavView *view);

/**
 * multistatus_measure() - set the length of the text that GET sends of such a member, without a field Accept
 *
 * The texts are read for it. The members of one multistatus may take dav.report_time for that; those after
 * them have no length.
 * Return: 0, a condition of the store, negative errno.
 */
int multistatus_measure(Multistatus *multistatus, DavView *view);

/**
 * multistatus_add() - append the response of a resource with what @propfind asks for, after reading what
 * clients have set
 * Return: 0; a condition of the store; -EFBIG if the reply is too large; -ENOSPC if there is no room on the
 * disk for it beside those of others (base/spool.h); another negative errno.
 */
int multistatus_add(Multistatus *multistatus, const DavView *view, const Propfind *propfind);

/**
 * multistatus_add_status() - append the response of a resource with a status only, such as "404 Not Found"
 * Return: as multistatus_add().
 */
int multistatus_add_status(Multistatus *multistatus, const DavResource *resource, const char *prefix,
                const char *status);

/**
 * multistatus_add_cut() - add the response of the resource of the request, which says that there is more
 * than the client's limit (RFC 6352, 8.6.2; 6578, 3.6)
 *
 * Return: 0 or negative errno.
 */
int multistatus_add_cut(Multistatus *multistatus, const DavView *view);

/** multistatus_reply() - end the document and reply with it, status 207. Return: 0 or negative errno. */
int multistatus_reply(Multistatus *multistatus);
