#pragma once

/*
 * One request for a page of the office, as the page's handler sees it: the account that has signed in, a
 * connection to the store, and the reader's view. The dispatcher (office/office.c) has checked the session,
 * the role and, for a POST, the token of the form (CSRF) before it calls a handler.
 *
 * A handler reads with call->store, which only a POST may use for writing; writes its page into call->out
 * between office_begin() and office_end() (office/layout.h); and returns office_reply(call, 200). After a
 * change it returns office_redirect(), with a code of office/flash.h for the sentence that tells what was
 * done. A transaction that a handler leaves open is rolled back.
 */

#include "access/strings.h"
#include "base/clock.h"
#include "http/authorization.h"
#include "http/reply.h"
#include "http/request.h"
#include "office/assets.h"
#include "office/strings.h"
#include "store/pool.h"
#include "store/session.h"
#include "web/page-view.h"
#include "web/site.h"

enum {
        OFFICE_E_NOT_FOUND = CONDITIONS_OFFICE + 1,  /* there is no such page: the reply is 404 */
        OFFICE_E_FORBIDDEN = CONDITIONS_OFFICE + 2,  /* the account may not do this: the reply is 403 */
        OFFICE_E_FORM = CONDITIONS_OFFICE + 4,       /* the form is not one of this session */
        OFFICE_E_SIGNED_OUT = CONDITIONS_OFFICE + 3, /* the browser has no session */
};

/** The parts of the server that pages use; all borrowed. */
typedef struct OfficeParts {
        Site *site;
        const Clock *clock;
        ZoneTable *zones;
        Authorization *authorization;
        const Assets *assets;
        StorePool *readers, *writers;
        bool login_without_tls;
} OfficeParts;

typedef struct OfficeCall {
        HttpRequest *request;
        const char *rest; /* the path after that of the row, decoded */
        const OfficeParts *parts;
        Store *store; /* read-only for GET; NULL on pages without a login until office_open_store() */
        PageView view;
        const OfficeStrings *strings;
        const AccessStrings *access;
        usec_t now;
        Account account; /* that has signed in, without the hash of its password; no name for the login */
        Session session;
        char hash[HASH_HEX_SIZE]; /* of the session's token; "" without one */
        char csrf[HASH_HEX_SIZE]; /* what forms of this session contain */
        Buffer out;
} OfficeCall;

typedef int OfficeHandler(OfficeCall *call);

/** A page. The row with the longest matching path is used. */
typedef struct OfficeRow {
        const char *path; /* after "/office/"; NULL ends a table */
        bool exact;       /* only the whole path; otherwise the rest is call->rest */
        unsigned methods; /* HTTP_GET, HTTP_POST or their sum */
        AccountRole role; /* the lowest one that may use the page; 0: also without a login */
        OfficeHandler *run;
} OfficeRow;

/**
 * office_open_store() - take the connection of the request, if it has none: to write for a POST
 * Return: 0, a condition of the store, negative errno.
 */
int office_open_store(OfficeCall *call);

/** office_is_post() - whether the request sends a form */
bool office_is_post(const OfficeCall *call);

/** office_form() - a field of the form that was sent; "" if there is none */
const char *office_form(const OfficeCall *call, const char *name);

/** office_query() - a parameter of the address; "" if there is none */
const char *office_query(const OfficeCall *call, const char *name);

/** office_may() - whether the account has at least a role */
bool office_may(const OfficeCall *call, AccountRole role);

/**
 * office_check_role() - read the account again in a transaction, because its role may have changed since the
 * request was let in
 *
 * Return: 0, OFFICE_E_FORBIDDEN if it has not at least @role any more, OFFICE_E_SIGNED_OUT if it is gone,
 * another condition of the store, negative errno.
 */
int office_check_role(OfficeCall *call, AccountRole role);

/**
 * office_may_read(), office_may_write() - whether the account may read a collection, or write to it
 *
 * Return: 0, OFFICE_E_FORBIDDEN, OFFICE_E_NOT_FOUND if there is no such collection, another condition of the
 * store, negative errno.
 */
int office_may_read(const OfficeCall *call, const char *collection);
int office_may_write(const OfficeCall *call, const char *collection);

/** office_reply() - send call->out as a page that no cache keeps */
int office_reply(OfficeCall *call, int status);

/**
 * office_redirect() - send the browser to another page (303)
 * @path: of this server, encoded: "/office/events"
 * @done: a code of office/flash.h, which is added to the query; NULL for none
 */
int office_redirect(OfficeCall *call, const char *path, const char *done);
