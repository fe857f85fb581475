#include "dav/property-update.h"

#include "base/html.h"
#include "dav/properties.h"
#include "store/property.h"

#include <errno.h>
#include <string.h>

enum { STATUS_OK = 200, STATUS_FAILED_DEPENDENCY = 424, STATUS_INSUFFICIENT_STORAGE = 507 };

void property_update_done(PropertyUpdate *update)
{
        arena_done(&update->arena);
        update->n = 0;
}

void property_update_refuse(PropertyChange *change, int status, const char *element)
{
        if (change->status != 0)
                return;
        change->status = status;
        change->element = element;
}

/*
 * Appends the current element. The language that holds for it belongs to the property (RFC 4918, 4.3), also
 * if an element around it declares the language.
 */
static int copy_element(XmlReader *reader, Buffer *out)
{
        CLEANUP(buffer_done) Buffer copy = BUFFER_INIT(PROPERTY_VALUE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer language = BUFFER_INIT(PROPERTY_VALUE_MAX_BYTES);
        html_escape(&language, xml_language(reader) ? xml_language(reader) : "");
        int r = xml_copy(reader, &copy);
        if (r != 0 || buffer_error(&copy))
                return r != 0 ? r : buffer_error(&copy);
        const char *text = buffer_text(&copy);
        size_t tag = strcspn(text, ">");
        size_t end = tag > 0 && text[tag - 1] == '/' ? tag - 1 : tag;
        buffer_append(out, text, end);
        if (language.len > 0 && !memmem(text, tag, " xml:lang=", strlen(" xml:lang=")))
                buffer_printf(out, " xml:lang=\"%s\"", buffer_text(&language));
        buffer_append(out, text + end, copy.len - end);
        return buffer_error(out);
}

/* A value that is too long as it is kept, with its declarations, is refused alone. */
static int add_value(XmlReader *reader, PropertyUpdate *update, PropertyChange *change)
{
        CLEANUP(buffer_done) Buffer element = BUFFER_INIT(PROPERTY_VALUE_MAX_BYTES);
        int r = copy_element(reader, &element);
        if (r == -EFBIG) {
                property_update_refuse(change, STATUS_INSUFFICIENT_STORAGE, NULL);
                buffer_reset(&element);
                r = 0;
        }
        if (r != 0)
                return r;
        change->len = element.len;
        change->value = arena_copy(&update->arena, buffer_text(&element), element.len);
        return change->value ? 0 : -ENOMEM;
}

static int add_change(XmlReader *reader, bool removes, PropertyUpdate *ret)
{
        if (ret->n == PROPFIND_NAMES_MAX)
                return PROPFIND_E_MANY;
        PropertyChange *change = &ret->changes[ret->n];
        *change = (PropertyChange){ .status = 0 };
        change->name.space = arena_copy(&ret->arena, xml_space(reader), strlen(xml_space(reader)));
        change->name.local = arena_copy(&ret->arena, xml_local(reader), strlen(xml_local(reader)));
        if (!change->name.space || !change->name.local)
                return -ENOMEM;
        ret->n++;
        return removes ? 0 : add_value(reader, ret, change);
}

static int read_prop(XmlReader *reader, bool removes, PropertyUpdate *ret)
{
        int depth = xml_depth(reader), r;
        while ((r = xml_child(reader, depth)) == XML_CHILD) {
                r = add_change(reader, removes, ret);
                if (r != 0)
                        return r;
        }
        return r;
}

/* Reads the current element, a set or a remove. */
static int read_instruction(XmlReader *reader, bool removes, PropertyUpdate *ret)
{
        int depth = xml_depth(reader), r;
        while ((r = xml_child(reader, depth)) == XML_CHILD) {
                if (!xml_is(reader, XML_DAV, "prop"))
                        continue;
                r = read_prop(reader, removes, ret);
                if (r != 0)
                        return r;
        }
        return r;
}

static int read_content(XmlReader *reader, const char *space, const char *local, PropertyUpdate *ret)
{
        int depth = xml_depth(reader), r;
        if (!xml_is(reader, space, local))
                return XML_E_INVALID;
        while ((r = xml_child(reader, depth)) == XML_CHILD) {
                bool removes = xml_is(reader, XML_DAV, "remove");
                if (!removes && !xml_is(reader, XML_DAV, "set"))
                        continue;
                r = read_instruction(reader, removes, ret);
                if (r != 0)
                        return r;
        }
        return r == 0 ? xml_finish(reader) : r;
}

int property_update_read(
                const char *bytes, size_t len, const char *space, const char *local, PropertyUpdate *ret)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        ret->n = 0;
        ret->arena = (Arena){ .chunks = NULL };
        int r = xml_reader_init(&reader, bytes, len);
        if (r == 0)
                r = read_content(&reader, space, local, ret);
        return r == 0 && ret->n == 0 ? PROPERTY_UPDATE_E_EMPTY : r;
}

bool property_update_settle(PropertyUpdate *update)
{
        bool refused = false;
        for (size_t i = 0; i < update->n; i++)
                refused |= update->changes[i].status != 0 && update->changes[i].status != STATUS_OK;
        for (size_t i = 0; i < update->n; i++)
                if (update->changes[i].status == 0)
                        update->changes[i].status = refused ? STATUS_FAILED_DEPENDENCY : STATUS_OK;
        return !refused;
}

static const struct {
        int status;
        const char *line;
} status_lines[] = { { STATUS_OK, "200 OK" }, { 403, "403 Forbidden" }, { 409, "409 Conflict" },
        { STATUS_FAILED_DEPENDENCY, "424 Failed Dependency" },
        { STATUS_INSUFFICIENT_STORAGE, "507 Insufficient Storage" } };

static bool is_same_result(const PropertyChange *a, const PropertyChange *b)
{
        return a->status == b->status &&
               (a->element == b->element ||
                               (a->element && b->element && strcmp(a->element, b->element) == 0));
}

static bool has_earlier(const PropertyUpdate *update, size_t index,
                bool (*same)(const PropertyChange *, const PropertyChange *))
{
        for (size_t i = 0; i < index; i++)
                if (same(&update->changes[i], &update->changes[index]))
                        return true;
        return false;
}

static bool is_same_name(const PropertyChange *a, const PropertyChange *b)
{
        return is_same_result(a, b) && dav_name_is(&a->name, b->name.space, b->name.local);
}

static void put_result(const PropertyUpdate *update, size_t first, Buffer *out)
{
        const PropertyChange *change = &update->changes[first];
        buffer_puts(out, "<D:propstat><D:prop>");
        for (size_t i = first; i < update->n; i++)
                if (is_same_result(&update->changes[i], change) && !has_earlier(update, i, is_same_name))
                        property_write_name(&update->changes[i].name, out);
        buffer_puts(out, "</D:prop>");
        for (size_t i = 0; i < sizeof(status_lines) / sizeof(status_lines[0]); i++)
                if (status_lines[i].status == change->status)
                        buffer_printf(out, "<D:status>HTTP/1.1 %s</D:status>", status_lines[i].line);
        if (change->element)
                buffer_printf(out, "<D:error><%s/></D:error>", change->element);
        buffer_puts(out, "</D:propstat>");
}

void property_update_write(const PropertyUpdate *update, Buffer *out)
{
        for (size_t i = 0; i < update->n; i++)
                if (!has_earlier(update, i, is_same_result))
                        put_result(update, i, out);
}

void property_update_write_multistatus(
                const PropertyUpdate *update, const DavResource *resource, const char *prefix, Buffer *out)
{
        buffer_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus " PROPERTY_NAMESPACES
                         "><D:response><D:href>");
        dav_resource_href(resource, prefix, out);
        buffer_puts(out, "</D:href>");
        property_update_write(update, out);
        buffer_puts(out, "</D:response></D:multistatus>\n");
}
