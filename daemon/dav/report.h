#pragma once

/*
 * The content of a REPORT request (RFC 3253, 3.6), and the table of reports. The elements that several
 * reports have are read here; a report's own elements are read by a function of its row.
 */

#include "dav/data-request.h"
#include "dav/report-names.h"

#include <stdint.h>

enum {
        REPORT_MAX_BYTES = 4 * 1024 * 1024,
        REPORT_DEPTH_INFINITY = -1,
        REPORT_E_UNKNOWN = CONDITIONS_DAV + 31, /* no report has this name */
        REPORT_E_REFUSED = CONDITIONS_DAV + 32, /* well-formed, but Report.refused does not hold */
};

/** An address as the client wrote it, without white space around it. */
typedef struct ReportHref {
        const char *text;
        const struct ReportHref *next;
} ReportHref;

/** The elements of sync-collection (RFC 6578, 6). */
typedef struct SyncRequest {
        const char *token; /* "" for an initial synchronization; NULL: no element */
        const char *level; /* NULL: no element */
} SyncRequest;

struct ReportType;

typedef struct Report {
        const struct ReportType *type;
        Propfind find; /* the list of properties; its arena owns all that was read */
        int depth;     /* 0, 1 or REPORT_DEPTH_INFINITY: the field Depth; 0 without one (RFC 3253, 3.6) */
        const ReportHref *hrefs; /* in the order of the request */
        size_t n_hrefs;
        SyncRequest sync;
        int64_t limit;            /* nresults, of DAV: or CARDDAV:, at least 0; -1 without one */
        DataRange range;          /* CALDAV:time-range below the root: that of a free-busy-query */
        const char *time_zone;    /* CALDAV:timezone, an iCalendar object; NULL without one */
        const char *time_zone_id; /* CALDAV:timezone-id (RFC 7809); NULL without one */
        bool is_any; /* the attribute `test` of the root is "anyof" (RFC 3744, 9.4; RFC 6352, 10.5) */
        void *own;   /* what read_child() has made, such as a filter; in the arena */
        const char *refused; /* REPORT_E_REFUSED: the precondition, such as "C:valid-filter"; static */
        const char *fault;   /* XML for the content of that element; NULL for none */
} Report;

struct DavCall;

/** A report. Its functions are called with the type in Report.type. */
typedef struct ReportType {
        const ReportName *name; /* with the resources that have the report; NULL ends a table */
        /**
         * Reads a child of the root that is none of the elements in Report; NULL ignores them all.
         * Return: 0, also for an element that it does not know; REPORT_E_REFUSED; XML_E_INVALID; -ENOMEM.
         */
        int (*read_child)(XmlReader *reader, Report *report);
        /** Replies, as a DavMethod. The view was found, and may be read. */
        int (*reply)(struct DavCall *call, Report *report);
} ReportType;

/**
 * report_read() - read the content of a request
 * @types: the table
 * @depth: the field Depth; NULL if there is none
 * @ret:   call report_done() for it in every case
 *
 * Unknown elements are ignored (RFC 4918, 17).
 * Return: 0, REPORT_E_UNKNOWN, REPORT_E_REFUSED, XML_E_INVALID, which a Depth that is none is, too;
 * PROPFIND_E_MANY, -ENOMEM.
 */
int report_read(const ReportType *types, const char *bytes, size_t len, const char *depth, Report *ret);
void report_done(Report *report);
