#include "schedule/itip.h"

#include "base/url.h"
#include "store/address.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char MAILTO[] = "mailto:";

int itip_address_user(const char *address, char ret[static ITIP_USER_SIZE], void *userdata)
{
        CLEANUP(buffer_done) Buffer decoded = BUFFER_INIT(ADDRESS_SIZE);
        (void)userdata;
        if (strncasecmp(address, MAILTO, strlen(MAILTO)) != 0) {
                snprintf(ret, ITIP_USER_SIZE, "%s", address);
                return 0;
        }
        const char *mail = address + strlen(MAILTO);
        size_t len = strcspn(mail, "?"); /* RFC 6068: header fields follow */
        char folded[ADDRESS_SIZE];
        bool is_decoded = url_unescape(&decoded, mail, len) && !buffer_error(&decoded);
        address_fold(is_decoded ? buffer_text(&decoded) : mail, folded);
        snprintf(ret, ITIP_USER_SIZE, "%s%s", MAILTO, folded);
        return 0;
}

/* ---- Reading ---- */

static int read_zones(ItipObject *object)
{
        for (const ObjectNode *node = object->root->children; node; node = node->next) {
                const ContentLine *name = object_node_line(node, "TZID", NULL);
                if (strcmp(node->name, "VTIMEZONE") != 0 || !name)
                        continue;
                ItipZone *zone = arena_allocate(&object->arena, sizeof(*zone));
                if (!zone)
                        return -ENOMEM;
                *zone = (ItipZone){ .next = object->own_zones, .name = name->value };
                int r = zone_from_vtimezone(node->raw, node->raw_len, &zone->zone);
                if (r < 0)
                        return r;
                object->own_zones = zone;
        }
        return 0;
}

static bool names_user(const ContentLine *line)
{
        return strcmp(line->name, "ORGANIZER") == 0 || strcmp(line->name, "ATTENDEE") == 0;
}

static int read_lines(ItipObject *object, const ObjectNode *node, ItipComponent *component, ItipUser *find,
                void *userdata)
{
        component->lines = arena_allocate(&object->arena, (node->n_lines + 1) * sizeof(ItipLine));
        if (!component->lines)
                return -ENOMEM;
        component->n_lines = component->n_allocated = node->n_lines;
        for (size_t i = 0; i < node->n_lines; i++) {
                char user[ITIP_USER_SIZE];
                component->lines[i].content = node->lines[i];
                if (!names_user(&node->lines[i]))
                        continue;
                int r = find(node->lines[i].value, user, userdata);
                component->lines[i].user = r == 0 ? arena_copy(&object->arena, user, strlen(user)) : NULL;
                if (r != 0 || !component->lines[i].user)
                        return r != 0 ? r : -ENOMEM;
        }
        return 0;
}

/* Joins the texts of the inner components; in the object, properties may stand between them. */
static int join_children(ItipObject *object, const ObjectNode *node, ItipComponent *component)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ITIP_MAX_BYTES);
        for (const ObjectNode *child = node->children; child; child = child->next)
                buffer_append(&text, child->raw, child->raw_len);
        if (buffer_error(&text))
                return buffer_error(&text);
        component->inner = arena_copy(&object->arena, buffer_text(&text), text.len);
        component->inner_len = text.len;
        return component->inner ? 0 : -ENOMEM;
}

static int read_component(ItipObject *object, const ObjectNode *node, ItipUser *find, void *userdata,
                ItipComponent **ret)
{
        char instance[32] = "";
        ItipComponent *component = arena_allocate(&object->arena, sizeof(*component));
        const ContentLine *recurrence = object_node_line(node, "RECURRENCE-ID", NULL);
        if (!component)
                return -ENOMEM;
        if (recurrence)
                itip_instance(object, recurrence, recurrence->value, instance);
        component->name = node->name;
        component->instance = arena_copy(&object->arena, instance, strlen(instance));
        int r = join_children(object, node, component);
        *ret = component;
        if (r == 0 && !component->instance)
                r = -ENOMEM;
        return r != 0 ? r : read_lines(object, node, component, find, userdata);
}

static int read_components(ItipObject *object, ItipUser *find, void *userdata)
{
        ItipComponent **end = &object->components;
        int r = read_zones(object);
        for (const ObjectNode *node = object->root->children; r == 0 && node; node = node->next) {
                bool is_zone = strcmp(node->name, "VTIMEZONE") == 0 || strncmp(node->name, "X-", 2) == 0;
                if (is_zone)
                        continue;
                r = read_component(object, node, find, userdata, end);
                if (*end)
                        end = &(*end)->next;
        }
        return r;
}

int itip_object_new(ZoneTable *zones, const char *text, size_t len, ItipUser *user, void *userdata,
                ItipObject **ret)
{
        CLEANUP(itip_object_freep) ItipObject *object = calloc(1, sizeof(*object));
        *ret = NULL;
        if (!object)
                return -ENOMEM;
        object->zones = zones;
        object->text = arena_copy(&object->arena, text, len);
        if (!object->text)
                return -ENOMEM;
        int r = object_tree_new(object->text, len, &object->tree);
        if (r == OBJECT_TREE_E_INVALID)
                return ITIP_E_INVALID;
        if (r != 0)
                return r;
        object->root = object_tree_root(object->tree);
        r = read_components(object, user, userdata);
        if (r == 0 && !object->components)
                return ITIP_E_INVALID;
        if (r == 0)
                *ret = TAKE_PTR(object);
        return r;
}

ItipObject *itip_object_free(ItipObject *object)
{
        if (!object)
                return NULL;
        for (ItipZone *zone = object->own_zones; zone; zone = zone->next)
                zone_unref(zone->zone);
        object_tree_free(object->tree);
        arena_done(&object->arena);
        free(object);
        return NULL;
}

/* ---- Queries ---- */

const char *itip_uid(const ItipObject *object)
{
        return itip_value(object->components, "UID");
}

/*
 * A name in the zone table means the table's zone. For another name the first VTIMEZONE counts; the list is
 * in reverse order, so the last match is it.
 */
static const Zone *find_zone(const ItipObject *object, const char *name)
{
        const Zone *zone = NULL;
        if (zone_table_get(object->zones, name, &zone) == 0)
                return zone;
        for (const ItipZone *own = object->own_zones; own; own = own->next)
                if (own->zone && zone_same_name(own->name, name))
                        zone = own->zone;
        return zone;
}

bool itip_when(const ItipObject *object, const ContentLine *line, const char *value, When *ret)
{
        const char *name = content_line_param(line, "TZID");
        if (when_parse(value, ret) != 0)
                return false;
        const Zone *zone = name && ret->form == WHEN_FLOATING ? find_zone(object, name) : NULL;
        if (zone) {
                ret->form = WHEN_ZONED;
                ret->zone = zone;
        }
        return true;
}

void itip_instance(const ItipObject *object, const ContentLine *line, const char *value, char ret[static 32])
{
        When when;
        bool is_instant = itip_when(object, line, value, &when) &&
                          (when.form == WHEN_UTC || when.form == WHEN_ZONED);
        if (is_instant)
                snprintf(ret, 32, "%" PRId64, when_instant(&when, NULL));
        else
                snprintf(ret, 32, "%.30s", value);
}

bool itip_has_date(const ItipObject *object, const ItipComponent *component, const char *name,
                const char *instance)
{
        for (const ItipLine *line = itip_line(component, name, NULL); line;
                        line = itip_line(component, name, line)) {
                const char *value = line->content.value;
                while (*value) {
                        char one[32], key[32];
                        size_t len = strcspn(value, ",");
                        snprintf(one, sizeof(one), "%.*s", (int)(len < 31 ? len : 31), value);
                        itip_instance(object, &line->content, one, key);
                        if (strcmp(key, instance) == 0)
                                return true;
                        value += len + (value[len] == ',');
                }
        }
        return false;
}

ItipComponent *itip_find(ItipComponent *components, const char *instance)
{
        while (components && strcmp(components->instance, instance) != 0)
                components = components->next;
        return components;
}

ItipLine *itip_line(const ItipComponent *component, const char *name, const ItipLine *after)
{
        for (size_t i = after ? (size_t)(after - component->lines) + 1 : 0; i < component->n_lines; i++)
                if (strcmp(component->lines[i].content.name, name) == 0)
                        return &component->lines[i];
        return NULL;
}

const char *itip_value(const ItipComponent *component, const char *name)
{
        const ItipLine *line = itip_line(component, name, NULL);
        return line ? line->content.value : "";
}

long itip_number(const ItipComponent *component, const char *name)
{
        return strtol(itip_value(component, name), NULL, 10);
}

ItipLine *itip_attendee(const ItipComponent *component, const char *user)
{
        ItipLine *line = itip_line(component, "ATTENDEE", NULL);
        while (line && strcmp(line->user, user) != 0)
                line = itip_line(component, "ATTENDEE", line);
        return line;
}

size_t itip_count_attendees(const ItipComponent *component)
{
        size_t n = 0;
        for (const ItipLine *line = itip_line(component, "ATTENDEE", NULL); line;
                        line = itip_line(component, "ATTENDEE", line))
                n++;
        return n;
}

const char *itip_param(const ItipLine *line, const char *name)
{
        const char *value = content_line_param(&line->content, name);
        return value ? value : "";
}
