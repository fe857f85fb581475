#pragma once

/* A request for a resource below /dav/, after its sender has signed in: what each method is called with. */

#include "base/clock.h"
#include "config/config.h"
#include "dav/properties.h"
#include "http/reply.h"
#include "store/pool.h"

/** The value of the field DAV (RFC 4918, 10.1): what is implemented below /dav/ */
#define DAV_CLASSES "1, 3, calendar-access, addressbook, extended-mkcol"

/** dav_classes() - the same with calendar-auto-schedule (RFC 6638, 2), if the server schedules; static */
const char *dav_classes(const Config *config);

typedef struct DavCall {
        HttpRequest *request;
        const Config *config;
        const Clock *clock;
        ZoneTable *zones;
        /*
         * Open for writing if the method's row in dav/dav.c says so, without a transaction. For a method
         * that reads it may have the transaction of the sign-in, and the method may leave one open.
         */
        Store *store;
        DavView view; /* prefix and login are set; resource.kind is 0 if no resource can have the path */
        /* of the thread's processor time, when a report gives up: dav.report_time; not set for PROPFIND */
        usec_t work_end;
        unsigned methods; /* of the resource, if it is there: a set of HttpMethod */
        const char *rest; /* the path after /dav/, decoded */
} DavCall;

/**
 * A method. It replies with one of the http_reply_*() functions and returns that function's result. It may
 * also return a condition of the store without a reply: the client then gets the status 503.
 */
typedef int DavMethod(DavCall *call);

/** dav_reply_xml() - reply with an XML document and the field DAV. @bytes: copied */
int dav_reply_xml(HttpRequest *request, int status, const char *bytes, size_t len);

/**
 * dav_reply_spool() - the same with the content of a spool, which has ended
 * @classes: the value of the field DAV
 * @applied: the preference of the client that was followed, such as "return=minimal"; NULL for none
 */
int dav_reply_spool(
                HttpRequest *request, int status, const char *classes, const char *applied, Spool *spool);

/**
 * dav_reply_precondition() - reply with DAV:error (RFC 4918, 16)
 * @status: 403 if the request can never succeed, 409 if the client can do something about it, or 507
 * @element: the precondition with its prefix of PROPERTY_NAMESPACES, such as "D:need-privileges"
 * @content: XML in the element; NULL for none
 * @text: a sentence for people about what is wrong, plain text; NULL for none
 */
int dav_reply_precondition(HttpRequest *request, int status, const char *element, const char *content,
                const char *text);

/**
 * dav_refuse_method() - reply that the resource does not have the method, and which it has (405)
 * @element: the precondition of a method that makes resources, as above; NULL for none
 */
int dav_refuse_method(const DavCall *call, const char *element);

/** dav_is_over_time() - whether the request has taken the processor time that it may take */
bool dav_is_over_time(const DavCall *call);

/** dav_begin_read() - begin a transaction that reads, unless that of the sign-in is open */
int dav_begin_read(Store *store);
