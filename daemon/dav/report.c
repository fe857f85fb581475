#include "dav/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BASE_TEN = 10 };

void report_done(Report *report)
{
        propfind_done(&report->find);
}

/* The state of the reader. */
typedef struct ReportReader {
        XmlReader *xml;
        Report *report;
        const ReportHref **last; /* where the next address goes */
} ReportReader;

/* Copies the text of the current element without white space around it. */
static int copy_token(ReportReader *reader, const char **ret)
{
        const char *text;
        int r = xml_token(reader->xml, &text);
        if (r != 0)
                return r;
        *ret = arena_copy(&reader->report->find.arena, text, strlen(text));
        return *ret ? 0 : -ENOMEM;
}

static int read_href(ReportReader *reader)
{
        ReportHref *href = arena_allocate(&reader->report->find.arena, sizeof(*href));
        int r = href ? copy_token(reader, &href->text) : -ENOMEM;
        if (r != 0)
                return r;
        *reader->last = href;
        reader->last = &href->next;
        reader->report->n_hrefs++;
        return 0;
}

static int read_token(ReportReader *reader)
{
        return copy_token(reader, &reader->report->sync.token);
}

static int read_level(ReportReader *reader)
{
        return copy_token(reader, &reader->report->sync.level);
}

static int read_number(ReportReader *reader)
{
        const char *text;
        char *end;
        int r = xml_token(reader->xml, &text);
        if (r != 0)
                return r;
        errno = 0;
        long long number = strtoll(text, &end, BASE_TEN);
        if (errno || end == text || *end || number < 0)
                return XML_E_INVALID;
        reader->report->limit = number;
        return 0;
}

static int read_limit(ReportReader *reader)
{
        int depth = xml_depth(reader->xml), r;
        while ((r = xml_child(reader->xml, depth)) == XML_CHILD) {
                r = strcmp(xml_local(reader->xml), "nresults") == 0 ? read_number(reader) : 0;
                if (r != 0)
                        return r;
        }
        return r;
}

/* A range that is none makes the request invalid (RFC 4791, 7.10). */
static int read_range(ReportReader *reader)
{
        int r = data_range_read(reader->xml, false, &reader->report->range);
        return r == DATA_E_RANGE ? XML_E_INVALID : r;
}

static int read_time_zone(ReportReader *reader)
{
        const char *text;
        int r = xml_text(reader->xml, &text);
        if (r != 0)
                return r;
        reader->report->time_zone = arena_copy(&reader->report->find.arena, text, strlen(text));
        return reader->report->time_zone ? 0 : -ENOMEM;
}

static int read_time_zone_id(ReportReader *reader)
{
        return copy_token(reader, &reader->report->time_zone_id);
}

/* The elements that several reports have, apart from the choice of properties. */
static const struct {
        DavName name;
        int (*read)(ReportReader *reader);
} elements[] = {
        { { XML_DAV, "href" }, read_href },
        { { XML_DAV, "sync-token" }, read_token },
        { { XML_DAV, "sync-level" }, read_level },
        { { XML_DAV, "limit" }, read_limit },
        { { XML_CARDDAV, "limit" }, read_limit },
        { { XML_CALDAV, "time-range" }, read_range },
        { { XML_CALDAV, "timezone" }, read_time_zone },
        { { XML_CALDAV, "timezone-id" }, read_time_zone_id },
};

enum { N_ELEMENTS = sizeof(elements) / sizeof(elements[0]) };

static int take_child(ReportReader *reader)
{
        Report *report = reader->report;
        int r = 0;
        for (int i = 0; i < N_ELEMENTS; i++)
                if (xml_is(reader->xml, elements[i].name.space, elements[i].name.local))
                        return elements[i].read(reader);
        if (propfind_read_choice(reader->xml, &report->find, &r) || !report->type->read_child)
                return r;
        return report->type->read_child(reader->xml, report);
}

static const ReportType *find_type(XmlReader *xml, const ReportType *types)
{
        for (; types->name; types++)
                if (xml_is(xml, types->name->name.space, types->name->name.local))
                        return types;
        return NULL;
}

static int read_content(const ReportType *types, ReportReader *reader)
{
        int depth = xml_depth(reader->xml), r;
        reader->report->type = find_type(reader->xml, types);
        if (!reader->report->type) {
                r = xml_finish(reader->xml);
                return r == 0 ? REPORT_E_UNKNOWN : r;
        }
        const char *test = xml_attribute(reader->xml, "test");
        reader->report->is_any = test && strcmp(test, "anyof") == 0;
        while ((r = xml_child(reader->xml, depth)) == XML_CHILD) {
                r = take_child(reader);
                if (r != 0)
                        return r;
        }
        return r == 0 ? xml_finish(reader->xml) : r;
}

static bool read_depth(const char *text, int *ret)
{
        if (!text || strcmp(text, "0") == 0)
                *ret = 0;
        else if (strcmp(text, "1") == 0)
                *ret = 1;
        else if (strcasecmp(text, "infinity") == 0)
                *ret = REPORT_DEPTH_INFINITY;
        else
                return false;
        return true;
}

/* A calendar-data or address-data with a range that is none. */
static int refuse_range(Report *report, int r)
{
        if (r != DATA_E_RANGE)
                return r;
        report->refused = "C:valid-filter";
        return REPORT_E_REFUSED;
}

int report_read(const ReportType *types, const char *bytes, size_t len, const char *depth, Report *ret)
{
        CLEANUP(xml_reader_done) XmlReader xml = { .stream = NULL };
        *ret = (Report){ .limit = -1, .find.kind = PROPFIND_SOME };
        ReportReader reader = { &xml, ret, &ret->hrefs };
        if (!read_depth(depth, &ret->depth))
                return XML_E_INVALID;
        int r = xml_reader_init(&xml, bytes, len);
        return r == 0 ? refuse_range(ret, read_content(types, &reader)) : r;
}
