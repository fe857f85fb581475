#include "dav/method-mkcol.h"

#include "dav/property-apply.h"
#include "dav/target.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
        STATUS_OK = 200,
        STATUS_CREATED = 201,
        STATUS_MULTI = 207,
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        STATUS_METHOD_NOT_ALLOWED = 405,
        STATUS_CONFLICT = 409,
        STATUS_TOO_LARGE = 413,
        STATUS_UNSUPPORTED_MEDIA_TYPE = 415,
        STATUS_INSUFFICIENT_STORAGE = 507,
        REPLY_MAX_BYTES = 1024 * 1024,
        ALL_COMPONENTS = COLLECTION_VEVENT | COLLECTION_VTODO | COLLECTION_VJOURNAL,
};

/* The methods differ in the root element, and in the reply if a collection is there already. */
typedef struct Making {
        const char *space, *root;
        int status_there;
} Making;

static const Making mkcalendar = { XML_CALDAV, "mkcalendar", STATUS_FORBIDDEN };
static const Making mkcol = { XML_DAV, "mkcol", STATUS_METHOD_NOT_ALLOWED };

static unsigned component_of(const char *name)
{
        return !name                               ? 0
               : strcasecmp(name, "VEVENT") == 0   ? COLLECTION_VEVENT
               : strcasecmp(name, "VTODO") == 0    ? COLLECTION_VTODO
               : strcasecmp(name, "VJOURNAL") == 0 ? COLLECTION_VJOURNAL
                                                   : 0;
}

/* Reads supported-calendar-component-set (RFC 4791, 5.2.3). Return: the bits; 0 if one is not supported. */
static unsigned read_components(const PropertyChange *change)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        unsigned components = 0;
        if (xml_reader_init(&reader, change->value, change->len) != 0)
                return 0;
        while (xml_child(&reader, 0) == XML_CHILD) {
                unsigned component = component_of(xml_attribute(&reader, "name"));
                if (!xml_is(&reader, XML_CALDAV, "comp"))
                        continue;
                if (component == 0)
                        return 0;
                components |= component;
        }
        return components;
}

/* Whether resourcetype is that of an address book or a calendar (RFC 5689, 3). */
static bool is_type(const PropertyChange *change, bool is_cards)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        bool is_collection = false, is_wanted = false, is_other = false;
        if (xml_reader_init(&reader, change->value, change->len) != 0)
                return false;
        while (xml_child(&reader, 0) == XML_CHILD) {
                if (xml_is(&reader, XML_DAV, "collection"))
                        is_collection = true;
                else if (xml_is(&reader, is_cards ? XML_CARDDAV : XML_CALDAV,
                                         is_cards ? "addressbook" : "calendar"))
                        is_wanted = true;
                else
                        is_other = true;
        }
        return is_collection && is_wanted && !is_other;
}

/* Takes the properties that only the making of a collection can set. */
static void take_fixed(PropertyUpdate *update, Collection *collection)
{
        for (size_t i = 0; i < update->n; i++) {
                PropertyChange *change = &update->changes[i];
                if (!change->value) {
                        property_update_refuse(change, STATUS_FORBIDDEN, NULL);
                } else if (dav_name_is(&change->name, XML_DAV, "resourcetype")) {
                        bool is_valid = is_type(change, collection->is_cards);
                        property_update_refuse(change, is_valid ? STATUS_OK : STATUS_FORBIDDEN,
                                        is_valid ? NULL : "D:valid-resourcetype");
                } else if (!collection->is_cards &&
                                dav_name_is(&change->name, XML_CALDAV, "supported-calendar-component-set")) {
                        collection->components = read_components(change);
                        property_update_refuse(change, collection->components ? STATUS_OK : STATUS_FORBIDDEN,
                                        collection->components ? NULL : "C:supported-calendar-component");
                }
        }
}

static int refuse(DavCall *call, int status, const char *element)
{
        return target_replied(dav_reply_precondition(call->request, status, element, NULL, NULL));
}

/* A collection is there: 403 for MKCALENDAR (RFC 4791, 5.3.1.2), 405 for MKCOL (RFC 4918, 9.3.1). */
static int refuse_there(DavCall *call, const Making *making)
{
        static const char element[] = "D:resource-must-be-null";
        return making->status_there == STATUS_METHOD_NOT_ALLOWED
                               ? target_replied(dav_refuse_method(call, element))
                               : refuse(call, making->status_there, element);
}

/* RFC 4791, 5.3.1.1, and RFC 6352, 6.3.1.1 */
static int refuse_place(DavCall *call, const Making *making)
{
        static const char books[] = "addressbooks/";
        bool is_cards = making == &mkcol && strncmp(call->rest, books, strlen(books)) == 0;
        return refuse(call, STATUS_FORBIDDEN,
                        is_cards ? "R:addressbook-collection-location-ok"
                                 : "C:calendar-collection-location-ok");
}

static int refuse_orphan(DavCall *call)
{
        return target_replied(http_reply_error(call->request, STATUS_CONFLICT, NULL));
}

/*
 * Whether a calendar could not have a name: that of the meetings of a host, and those by which home_find()
 * finds a calendar that is named as an inbox or outbox.
 */
static bool is_taken_name(const DavResource *asked)
{
        return asked->kind == DAV_CALENDAR &&
               (strcmp(asked->collection, COLLECTION_HOST_SEGMENT) == 0 ||
                               (asked->collection[0] == '~' && dav_name_is_reserved(asked->collection + 1)));
}

/* Refuses to make a collection where none is. */
static int check_place(DavCall *call, const Making *making)
{
        DavView *view = &call->view;
        const DavKind kind = view->resource.kind;
        if (kind & (DAV_INBOX | DAV_OUTBOX | DAV_MESSAGE))
                return refuse_place(call, making);
        if (kind & DAV_COLLECTIONS)
                return view->login->read_only ? target_refuse_in_home(call, "D:bind")
                                              : target_unless_met_by_none(call);
        dav_resource_parent(&view->resource);
        int r = tree_find(call->store, view);
        return r == STORE_E_NOT_FOUND ? refuse_orphan(call) : r != 0 ? r : refuse_place(call, making);
}

/* Refuses a path at which no collection can be made. */
static int check_path(DavCall *call, const Making *making)
{
        DavView *view = &call->view;
        DavResource asked = view->resource;
        char login[ACCOUNT_NAME_SIZE], owner[ACCOUNT_NAME_SIZE];
        if (!asked.kind && dav_resource_is_deep(call->rest))
                return refuse_orphan(call);
        if (!asked.kind || is_taken_name(&asked))
                return refuse_place(call, making);
        account_login(view->login->name, login);
        account_login(asked.account, owner);
        if (asked.account[0] && strcmp(login, owner) != 0)
                return target_refuse_in_home(call, "D:bind");
        if (asked.account[0])
                strcpy(asked.account, view->login->name);
        int r = tree_find(call->store, view);
        if (r == 0)
                return refuse_there(call, making);
        view->resource = asked;
        return r == STORE_E_NOT_FOUND ? check_place(call, making) : r;
}

static void write_mkcol_response(const PropertyUpdate *update, Buffer *out)
{
        buffer_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:mkcol-response " PROPERTY_NAMESPACES
                         ">");
        property_update_write(update, out);
        buffer_puts(out, "</D:mkcol-response>\n");
}

/*
 * Tells what became of each property: MKCALENDAR by 207 and DAV:multistatus (RFC 4791, 5.3.1.1), extended
 * MKCOL by another status and DAV:mkcol-response (RFC 5689, 3).
 */
static int reply_refused(DavCall *call, const Making *making, const PropertyUpdate *update)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(REPLY_MAX_BYTES);
        if (making == &mkcalendar)
                property_update_write_multistatus(update, &call->view.resource, call->view.prefix, &out);
        else
                write_mkcol_response(update, &out);
        int status = making == &mkcalendar ? STATUS_MULTI : STATUS_FORBIDDEN;
        int r = buffer_error(&out);
        return target_replied(r != 0 ? r : dav_reply_xml(call->request, status, buffer_text(&out), out.len));
}

/* Makes the collection in an open transaction. */
static int make(DavCall *call, const Making *making, PropertyUpdate *update)
{
        DavView *view = &call->view;
        int r = check_path(call, making);
        if (r != 0)
                return r;
        bool is_cards = view->resource.kind == DAV_ADDRESSBOOK;
        Collection collection = { .is_cards = is_cards, .components = is_cards ? 0 : ALL_COMPONENTS };
        if (is_cards && making == &mkcalendar)
                return refuse(call, STATUS_FORBIDDEN, "C:calendar-collection-location-ok");
        strcpy(collection.owner, view->login->name);
        strcpy(collection.segment, view->resource.collection);
        take_fixed(update, &collection);
        r = property_update_check(view, call->zones, update);
        if (r == 0)
                r = collection_make(call->store, &collection, is_cards ? NULL : call->config->time_zone_name,
                                clock_now(call->clock));
        if (r == COLLECTION_E_MANY)
                return refuse(call, STATUS_INSUFFICIENT_STORAGE, "D:quota-not-exceeded");
        if (r == 0)
                r = tree_find(call->store, view);
        if (r == 0)
                r = property_update_apply(call->store, view, update);
        return r != 0 || property_update_settle(update) ? r : reply_refused(call, making, update);
}

static int run(DavCall *call, const Making *making)
{
        /* RFC 4791, 5.3.1, and RFC 5689, 3, demand this value. */
        static const HttpHeader headers[] = { { "Cache-Control", "no-cache" }, { NULL, NULL } };
        CLEANUP(property_update_done) PropertyUpdate update = { .n = 0 };
        size_t len;
        const char *content = http_request_content(call->request, &len);
        if (len > PROPERTY_UPDATE_MAX_BYTES)
                return http_reply_error(call->request, STATUS_TOO_LARGE, NULL);
        int r = len > 0 ? property_update_read(content, len, making->space, making->root, &update) : 0;
        if (r == XML_E_INVALID && making == &mkcol && !memmem(content, len, "mkcol", strlen("mkcol")))
                return http_reply_error(call->request, STATUS_UNSUPPORTED_MEDIA_TYPE, NULL);
        if (r > 0 && r != PROPERTY_UPDATE_E_EMPTY)
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        if (r >= 0)
                r = store_begin_write(call->store);
        if (r == 0)
                r = make(call, making, &update);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r
                      : http_reply_send(call->request,
                                        &(HttpReply){ .status = STATUS_CREATED, .headers = headers });
}

int method_mkcalendar(DavCall *call)
{
        return run(call, &mkcalendar);
}

int method_mkcol(DavCall *call)
{
        return run(call, &mkcol);
}
