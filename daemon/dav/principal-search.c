#include "dav/principal-search.h"

#include "base/collation.h"
#include "base/html.h"
#include "dav/multistatus.h"
#include "dav/strings.h"
#include "dav/tree.h"

#include <errno.h>
#include <string.h>

enum { STATUS_OK = 200, STATUS_BAD_REQUEST = 400, VALUE_MAX_BYTES = 64 * 1024, SEARCHES_MAX = 50 };

/* ---- Reading ---- */

/* A property-search: each of the properties contains the text. */
typedef struct Search {
        Propfind properties; /* without an arena of its own */
        const char *match;
        CollationMatch how;
        struct Search *next;
} Search;

/* The type of Report.own. */
typedef struct PrincipalRequest {
        Search *first, **last;
        int n;                   /* of searches */
        bool everywhere;         /* apply-to-principal-collection-set */
        bool self;               /* of principal-match */
        const DavName *property; /* of principal-match: names the principal; NULL for none */
} PrincipalRequest;

static PrincipalRequest *request_of(Report *report)
{
        if (!report->own) {
                PrincipalRequest *made = report->own = arena_allocate(&report->find.arena, sizeof(*made));
                if (made)
                        made->last = &made->first;
        }
        return report->own;
}

/* The match-type of the calendar server extension; without one, the text may be anywhere (9.4). */
static CollationMatch match_of(XmlReader *reader)
{
        static const struct {
                const char *name;
                CollationMatch match;
        } names[] = { { "equals", COLLATION_EQUALS }, { "is", COLLATION_EQUALS },
                { "starts-with", COLLATION_STARTS_WITH }, { "ends-with", COLLATION_ENDS_WITH } };
        const char *type = xml_attribute(reader, "match-type");
        for (size_t i = 0; type && i < sizeof(names) / sizeof(names[0]); i++)
                if (strcmp(type, names[i].name) == 0)
                        return names[i].match;
        return COLLATION_CONTAINS;
}

static int read_match(XmlReader *reader, Arena *arena, Search *search)
{
        const char *text;
        search->how = match_of(reader);
        int r = xml_text(reader, &text);
        if (r != 0)
                return r;
        search->match = arena_copy(arena, text, strlen(text));
        return search->match ? 0 : -ENOMEM;
}

static int read_search_children(XmlReader *reader, Arena *arena, Search *search)
{
        int depth = xml_depth(reader), r;
        while ((r = xml_child(reader, depth)) == XML_CHILD) {
                r = 0;
                if (xml_is(reader, XML_DAV, "prop"))
                        r = propfind_read_prop(reader, &search->properties);
                else if (xml_is(reader, XML_DAV, "match"))
                        r = read_match(reader, arena, search);
                if (r != 0)
                        return r;
        }
        return r;
}

/* The arena of the report is lent to the list of properties. */
static int read_search(XmlReader *reader, Report *report, PrincipalRequest *request)
{
        if (request->n++ == SEARCHES_MAX)
                return XML_E_INVALID;
        Search *search = arena_allocate(&report->find.arena, sizeof(*search));
        if (!search)
                return -ENOMEM;
        search->properties.arena = report->find.arena;
        int r = read_search_children(reader, &search->properties.arena, search);
        report->find.arena = search->properties.arena;
        search->properties.arena = (Arena){ NULL };
        if (r != 0 || !search->match || search->properties.n == 0)
                return r != 0 ? r : XML_E_INVALID;
        *request->last = search;
        request->last = &search->next;
        return 0;
}

int principal_search_read(XmlReader *reader, Report *report)
{
        PrincipalRequest *request = request_of(report);
        if (!request)
                return -ENOMEM;
        if (xml_is(reader, XML_DAV, "property-search"))
                return read_search(reader, report, request);
        if (xml_is(reader, XML_DAV, "apply-to-principal-collection-set"))
                request->everywhere = true;
        return 0;
}

static int read_property(XmlReader *reader, Report *report, PrincipalRequest *request)
{
        Propfind list = { .arena = report->find.arena };
        int r = propfind_read_prop(reader, &list);
        DavName *name = r == 0 && list.n > 0 ? arena_allocate(&list.arena, sizeof(*name)) : NULL;
        report->find.arena = list.arena;
        if (r != 0)
                return r;
        if (!name)
                return list.n > 0 ? -ENOMEM : XML_E_INVALID;
        *name = list.names[0];
        request->property = name;
        return 0;
}

int principal_match_read(XmlReader *reader, Report *report)
{
        PrincipalRequest *request = request_of(report);
        if (!request)
                return -ENOMEM;
        if (xml_is(reader, XML_DAV, "principal-property"))
                return read_property(reader, report, request);
        request->self |= xml_is(reader, XML_DAV, "self");
        return 0;
}

/* ---- Replying ---- */

typedef struct PrincipalReply {
        const Report *report;
        const PrincipalRequest *request;
        Multistatus out;
} PrincipalReply;

static void reply_done(PrincipalReply *reply)
{
        multistatus_done(&reply->out);
}

/* Appends the character data of a value. Nothing stands in the place of tags. */
static void put_text(const char *value, Buffer *out)
{
        for (; *value; value++) {
                size_t len = strcspn(value, "<");
                buffer_append(out, value, len);
                value += len;
                value = *value ? strchr(value, '>') : value;
                if (!value || !*value)
                        return;
        }
}

static bool matches(const DavView *view, const DavName *name, const Search *search)
{
        CLEANUP(buffer_done)
        Buffer element = BUFFER_INIT(VALUE_MAX_BYTES), text = BUFFER_INIT(VALUE_MAX_BYTES),
               folded = BUFFER_INIT(VALUE_MAX_BYTES), match = BUFFER_INIT(VALUE_MAX_BYTES),
               pattern = BUFFER_INIT(VALUE_MAX_BYTES);
        if (property_write(view, name, &element) != 0)
                return false;
        put_text(buffer_text(&element), &text);
        html_escape(&match, search->match);
        collation_fold(COLLATION_UNICODE, buffer_text(&text), text.len, &folded);
        collation_fold(COLLATION_UNICODE, buffer_text(&match), match.len, &pattern);
        return buffer_error(&folded) == 0 && buffer_error(&pattern) == 0 &&
               collation_matches(search->how, buffer_text(&folded), folded.len, buffer_text(&pattern),
                               pattern.len);
}

static bool satisfies(const DavView *view, const Search *search)
{
        for (size_t i = 0; i < search->properties.n; i++)
                if (!matches(view, &search->properties.names[i], search))
                        return false;
        return true;
}

static bool is_found(const DavView *view, const Search *search, bool any)
{
        for (; search; search = search->next)
                if (satisfies(view, search) == any)
                        return any;
        return !any;
}

static int add_found(const DavView *view, void *userdata)
{
        PrincipalReply *reply = userdata;
        bool found = is_found(view, reply->request->first, reply->report->is_any);
        return found ? multistatus_add(&reply->out, view, &reply->report->find) : 0;
}

/* The collection of all principals, whatever the resource of the request is. */
static DavView principals_of(const DavCall *call)
{
        DavView view = { .prefix = call->view.prefix,
                .login = call->view.login,
                .config = call->view.config,
                .resource = { .kind = DAV_PRINCIPALS },
                .access = ACCOUNT_READ };
        strcpy(view.epoch, call->view.epoch);
        return view;
}

/* Every principal is below the root, too (9.3, 9.4). */
static bool has_principals(const DavView *view)
{
        return view->resource.kind & (DAV_ROOT | DAV_PRINCIPALS);
}

int principal_search_reply(DavCall *call, Report *report)
{
        CLEANUP(reply_done) PrincipalReply reply = { report, report->own, MULTISTATUS_INIT };
        int r = 0;
        if (!reply.request || !reply.request->first || report->depth != 0)
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        multistatus_begin(&reply.out, call->request, call->store);
        const DavView view = principals_of(call);
        if (reply.request->everywhere || has_principals(&call->view))
                r = tree_each_member(call->store, &view, add_found, &reply);
        return r != 0 ? r : multistatus_reply(&reply.out);
}

/* Whether the value of a property has the address of the account's principal. */
static bool names_principal(const DavView *view, const DavName *name)
{
        CLEANUP(buffer_done)
        Buffer value = BUFFER_INIT(VALUE_MAX_BYTES), href = BUFFER_INIT(VALUE_MAX_BYTES);
        DavResource principal = { .kind = DAV_PRINCIPAL };
        strcpy(principal.account, view->login->name);
        buffer_puts(&href, "<D:href>");
        dav_resource_href(&principal, view->prefix, &href);
        buffer_puts(&href, "</D:href>");
        return property_write(view, name, &value) == 0 && strstr(buffer_text(&value), buffer_text(&href));
}

static int add_match(const DavView *view, void *userdata)
{
        PrincipalReply *reply = userdata;
        const DavName *name = reply->request->property;
        bool found = reply->request->self ? view->resource.kind == DAV_PRINCIPAL
                                          : name && names_principal(view, name);
        return found ? multistatus_add(&reply->out, view, &reply->report->find) : 0;
}

int principal_match_reply(DavCall *call, Report *report)
{
        CLEANUP(reply_done) PrincipalReply reply = { report, report->own, MULTISTATUS_INIT };
        if (!reply.request || report->depth != 0 || reply.request->self == (reply.request->property != NULL))
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        multistatus_begin(&reply.out, call->request, call->store);
        const DavView principals = principals_of(call);
        bool is_all = reply.request->self && has_principals(&call->view);
        int r = tree_each_member(call->store, is_all ? &principals : &call->view, add_match, &reply);
        return r != 0 ? r : multistatus_reply(&reply.out);
}

static int add_any(const DavView *view, void *userdata)
{
        PrincipalReply *reply = userdata;
        return multistatus_add(&reply->out, view, &reply->report->find);
}

int principal_acl_reply(DavCall *call, Report *report)
{
        CLEANUP(reply_done) PrincipalReply reply = { report, NULL, MULTISTATUS_INIT };
        const DavView principals = principals_of(call);
        if (report->depth != 0)
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        multistatus_begin(&reply.out, call->request, call->store);
        int r = tree_each_member(call->store, &principals, add_any, &reply);
        return r != 0 ? r : multistatus_reply(&reply.out);
}

static void put_searchable(const char *name, const char *language, const char *description, Buffer *out)
{
        buffer_printf(out,
                        "<D:principal-search-property><D:prop><%s/></D:prop><D:description xml:lang=\"%s\">",
                        name, language);
        html_escape(out, description);
        buffer_puts(out, "</D:description></D:principal-search-property>");
}

int principal_searchable_reply(DavCall *call, Report *report)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(VALUE_MAX_BYTES);
        const char *language = http_request_language(call->request, NULL);
        const DavStrings *strings = dav_strings(language_of(language));
        if (report->depth != 0)
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        buffer_puts(&out,
                        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:principal-search-property-set " PROPERTY_NAMESPACES
                        ">");
        put_searchable("D:displayname", language, strings->account_name, &out);
        put_searchable("C:calendar-user-address-set", language, strings->account_address, &out);
        put_searchable("S:email-address-set", language, strings->account_address, &out);
        buffer_puts(&out, "</D:principal-search-property-set>\n");
        int r = buffer_error(&out);
        return r != 0 ? r : dav_reply_xml(call->request, STATUS_OK, buffer_text(&out), out.len);
}
